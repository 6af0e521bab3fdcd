// LEMON: label embedding online hashing for cross-modal retrieval.
import { Matrix, SVD } from 'ml-matrix';
import { z } from 'zod';
import {
  columnMeans,
  lessMean,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  signsOf,
  solvePositive,
  transposedTimes,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import type { Random } from '../../numerics/random.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix, unitLabels } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';
import { orthonormalCodes } from './orthonormal-codes.ts';

export const lemonSettings = z.strictObject({
  chunk: z.int().min(16).max(1_000_000).default(10_000).meta({
    title: 'Chunk',
    description: 'Number of pairs in a chunk; pairs of earlier chunks keep their codes.',
  }),
  iterations: z.int().min(1).max(200).default(5).meta({
    title: 'Iterations',
    description: 'Rounds of the alternation in each chunk (published: 5).',
  }),
  alpha: z.number().min(0).default(10_000).meta({
    title: 'Alpha',
    symbol: 'α',
    description: 'Weight of the similarity of labels (published: 10,000).',
  }),
  beta: z.number().min(0).default(1000).meta({
    title: 'Beta',
    symbol: 'β',
    description: 'Weight of the labels themselves (published: 1000).',
  }),
  gamma: z.number().positive().default(0.01).meta({
    title: 'Gamma',
    symbol: 'γ',
    description: 'Regularisation of the map to labels (published: 0.01).',
  }),
  xi: z.number().positive().default(1000).meta({
    title: 'Xi',
    symbol: 'ξ',
    description: 'Regularisation of the maps from photos and captions (published: 1000).',
  }),
});
export type LemonSettings = z.output<typeof lemonSettings>;

/** Rows of a chunk, `[n, ...]`. */
export interface LemonChunk {
  readonly image: Matrix;
  readonly text: Matrix;
  readonly labels: Matrix;
}

/** Sums over the chunks so far, from which the next one learns: their size does not grow. */
export interface LemonSums {
  readonly vv: Matrix;
  readonly vl: Matrix;
  readonly gb: Matrix;
  readonly b: Matrix;
  readonly bv: Matrix;
  readonly gv: Matrix;
  readonly v: Matrix;
  readonly xx: Matrix;
  readonly yy: Matrix;
  readonly xb: Matrix;
  readonly yb: Matrix;
}

/** Sums before the first chunk. */
export function noSums(imageWidth: number, textWidth: number, labels: number, bits: number): LemonSums {
  const zeros = (rows: number, columns: number) => Matrix.zeros(rows, columns);
  return {
    vv: zeros(bits, bits),
    vl: zeros(bits, labels),
    gb: zeros(labels, bits),
    b: zeros(1, bits),
    bv: zeros(bits, bits),
    gv: zeros(labels, bits),
    v: zeros(1, bits),
    xx: zeros(imageWidth, imageWidth),
    yy: zeros(textWidth, textWidth),
    xb: zeros(imageWidth, bits),
    yb: zeros(textWidth, bits),
  };
}

/** Start of a chunk: codes `[n, k]` of 1 and -1, real values `[n, k]`, rotation `[k, k]`. */
export interface LemonStart {
  readonly codes: Matrix;
  readonly real: Matrix;
  readonly rotation: Matrix;
}

/** The sum of each column, `[1, columns]`. */
const columnSums = (matrix: Matrix): Matrix => Matrix.rowVector(matrix.sum('column'));

/** Codes of a chunk and the sums with it. */
export function lemonChunk(
  { image, text, labels }: LemonChunk,
  before: LemonSums,
  start: LemonStart,
  { iterations, alpha, beta, gamma }: LemonSettings,
  random: Random,
): { codes: Matrix; sums: LemonSums } {
  const g = unitLabels(labels);
  const bits = start.codes.columns;
  let { codes, real, rotation } = start;
  /** 2 a k G (sums of G^T M) - a k (sums of M), the label similarity 2 G G^T - 1 times M. */
  const similar = (products: Matrix, sums: Matrix) =>
    g
      .mmul(products)
      .mul(2 * alpha * bits)
      .subRowVector(Matrix.mul(sums, alpha * bits).getRow(0));
  for (let i = 0; i < iterations; i++) {
    const system = plusDiagonal(Matrix.add(before.vv, transposedTimes(real, real)), gamma);
    const toLabels = solvePositive(system, Matrix.add(before.vl, transposedTimes(real, labels))); // [k, c]
    const z = codes.mmul(rotation.transpose()).add(labels.mmul(toLabels.transpose()).mul(beta));
    z.add(similar(Matrix.add(before.gb, transposedTimes(g, codes)), Matrix.add(before.b, columnSums(codes))));
    real = orthonormalCodes(z, random);
    const turn = new SVD(Matrix.add(before.bv, transposedTimes(codes, real)), { autoTranspose: true });
    rotation = turn.rightSingularVectors.mmul(turn.leftSingularVectors.transpose());
    const pulled = similar(Matrix.add(before.gv, transposedTimes(g, real)), Matrix.add(before.v, columnSums(real)));
    codes = signsOf(pulled.add(real.mmul(rotation)));
  }
  return {
    codes,
    sums: {
      vv: Matrix.add(before.vv, transposedTimes(real, real)),
      vl: Matrix.add(before.vl, transposedTimes(real, labels)),
      gb: Matrix.add(before.gb, transposedTimes(g, codes)),
      b: Matrix.add(before.b, columnSums(codes)),
      bv: Matrix.add(before.bv, transposedTimes(codes, real)),
      gv: Matrix.add(before.gv, transposedTimes(g, real)),
      v: Matrix.add(before.v, columnSums(real)),
      xx: Matrix.add(before.xx, transposedTimes(image, image)),
      yy: Matrix.add(before.yy, transposedTimes(text, text)),
      xb: Matrix.add(before.xb, transposedTimes(image, codes)),
      yb: Matrix.add(before.yb, transposedTimes(text, codes)),
    },
  };
}

/** Linear maps `[d, k]` to the codes of all chunks. */
export const lemonMaps = ({ xx, yy, xb, yb }: LemonSums, xi: number): { image: Matrix; text: Matrix } => ({
  image: solvePositive(plusDiagonal(xx, xi), xb),
  text: solvePositive(plusDiagonal(yy, xi), yb),
});

/** A random rotation: the left singular vectors of normal numbers. */
export const randomRotation = (bits: number, random: Random): Matrix =>
  new SVD(normalMatrix(bits, bits, random)).leftSingularVectors;

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: LemonSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const rows = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const means = { image: columnMeans(rows.image), text: columnMeans(rows.text) };
  const all = {
    image: lessMean(rows.image, means.image),
    text: lessMean(rows.text, means.text),
    labels: labelMatrix(labels),
  };
  const pairs = all.labels.rows;
  let sums = noSums(imageWidth, textWidth, all.labels.columns, bits);
  const learned = new Float32Array(pairs * bits);
  // A short last chunk would be too small to have its own directions.
  const chunks = Math.max(1, Math.floor(pairs / settings.chunk));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const [from, to] = [chunk * settings.chunk, chunk === chunks - 1 ? pairs : (chunk + 1) * settings.chunk];
    const part = (matrix: Matrix) => matrix.subMatrix(from, to - 1, 0, matrix.columns - 1);
    const start = {
      codes: signsOf(normalMatrix(to - from, bits, random)),
      real: normalMatrix(to - from, bits, random),
      rotation: randomRotation(bits, random),
    };
    const own = { image: part(all.image), text: part(all.text), labels: part(all.labels) };
    const found = lemonChunk(own, sums, start, settings, random);
    sums = found.sums;
    learned.set(valuesOfMatrix(found.codes), from * bits);
  }
  const maps = lemonMaps(sums, settings.xi);
  return {
    image: affineNetwork('image', imageWidth, { mean: means.image, map: maps.image }),
    text: affineNetwork('text', textWidth, { mean: means.text, map: maps.text }),
    pairCodes: { learned: { image: learned, text: learned } },
  };
}

/**
 * Wang, Luo, Xu: Label Embedding Online Hashing for Cross-Modal Retrieval, ACM MM 2020. Learns chunk after chunk; what it keeps of
 * earlier chunks has a fixed size. Bits beyond the number of labels follow from rounding alone.
 */
export const lemon: HashMethod<typeof lemonSettings> = {
  id: 'lemon',
  name: 'LEMON',
  source: 'Wang, Luo and Xu, Label Embedding Online Hashing for Cross-Modal Retrieval, ACM MM 2020',
  description:
    'Learns from tags chunk by chunk and keeps only sums of earlier chunks. Codes longer than the number of tags gain ' +
    'nothing.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: lemonSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
