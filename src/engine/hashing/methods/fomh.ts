// FOMH: Flexible Online Multi-modal Hashing, learned from labels.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import {
  mapped,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  solvePositive,
  transposedTimes,
  uniformMatrix,
} from '../../numerics/matrices.ts';
import { drawnRows, fittedKernel, kernelNetwork, type GaussianKernel } from '../networks/kernel-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const fomhSettings = z.strictObject({
  chunk: z.int().min(8).max(100_000).default(500).meta({
    title: 'Chunk',
    description: 'Number of pairs in a chunk; a short last chunk is left out.',
  }),
  anchors: z.int().min(2).max(5000).default(500).meta({
    title: 'Anchors',
    description: 'Pairs to which every pair is compared.',
  }),
  alpha: z.number().min(0).default(1e-5).meta({
    title: 'Alpha',
    symbol: 'α',
    description: 'Weight of the similarity of labels (published: 0.00001).',
  }),
  beta: z.number().min(0).default(0.1).meta({
    title: 'Beta',
    symbol: 'β',
    description: 'Weight of the signs against their real values (published: 0.1).',
  }),
  gamma: z.number().positive().default(1e-3).meta({
    title: 'Gamma',
    symbol: 'γ',
    description: 'Regularisation of the maps (published: 0.001).',
  }),
  rho: z.number().min(0).default(0.1).meta({
    title: 'Rho',
    symbol: 'ρ',
    description: 'Penalty of the auxiliary codes (published: 0.1).',
  }),
});
export type FomhSettings = z.output<typeof fomhSettings>;

const sides = ['image', 'text'] as const;
type Both<T> = Readonly<Record<(typeof sides)[number], T>>;
const both = <T>(make: (side: (typeof sides)[number]) => T): Both<T> => ({ image: make('image'), text: make('text') });

/** Rounds in each chunk, as published. */
const rounds = 10;
const sign = (matrix: Matrix) => mapped(matrix, Math.sign);

/** Rows of a chunk `[n, ...]`. */
export interface FomhChunk {
  readonly features: Both<Matrix>;
  readonly labels: Matrix;
}

/** Before the first chunk: codes B and auxiliary codes Z `[n, k]` of 1 and -1, real values D `[n, k]`. */
export interface FomhStart {
  readonly b: Matrix;
  readonly z: Matrix;
  readonly d: Matrix;
}

/**
 * Maps `[m, k]` of both modalities to common codes, chunk after chunk: minimises sum_m |B - F_m W_m|^2 / mu_m + alpha |B^T D - k S|^2 +
 * beta |B - D|^2 + gamma |W|^2 over maps, codes (by an augmented Lagrangian) and modality weights in turn. S is 1 where two pairs
 * of a chunk share their labels, through 2 L L^T - 1, which appears as products of label rows alone.
 */
export function fomhMaps(chunks: readonly FomhChunk[], start: FomhStart, settings: FomhSettings): Both<Matrix> {
  const { alpha, beta, gamma, rho } = settings;
  const bits = start.b.columns;
  let { b, z, d } = start;
  let multiplier = Matrix.sub(b, z);
  let weights: Both<number> = { image: 0.5, text: 0.5 };
  let before = both((side) => {
    const width = chunks[0]?.features[side].columns ?? 0;
    return { products: Matrix.zeros(width, width), codes: Matrix.zeros(width, bits) };
  });
  let maps = both((side) => Matrix.zeros(before[side].codes.rows, bits));
  for (const { features, labels } of chunks) {
    /** (2 L L^T - 1) M. */
    const similar = (m: Matrix) => labels.mmul(transposedTimes(labels, m)).mul(2).subRowVector(m.sum('column'));
    const products = both((side) => {
      return Matrix.add(before[side].products, transposedTimes(features[side], features[side]));
    });
    let sums = before;
    for (let round = 0; round < rounds; round++) {
      const codes = b;
      sums = both((side) => ({
        products: products[side],
        codes: Matrix.add(before[side].codes, transposedTimes(features[side], codes)),
      }));
      maps = both((side) => {
        const targets = sums[side].codes;
        const weight = 1 / weights[side];
        return solvePositive(plusDiagonal(Matrix.mul(products[side], weight), gamma), Matrix.mul(targets, weight));
      });
      const predicted = both((side) => features[side].mmul(maps[side]));
      const pulled = Matrix.add(
        Matrix.mul(predicted.image, 2 / weights.image),
        Matrix.mul(predicted.text, 2 / weights.text),
      );
      pulled.add(similar(d).mul(2 * alpha * bits));
      pulled.sub(z.mmul(transposedTimes(d, d)).mul(alpha));
      pulled
        .add(Matrix.mul(d, 2 * beta))
        .add(Matrix.mul(z, rho))
        .sub(multiplier);
      b = sign(pulled);
      const system = plusDiagonal(transposedTimes(b, b).mul(alpha), beta);
      const right = similar(b)
        .mul(alpha * bits)
        .add(Matrix.mul(b, beta));
      d = solvePositive(system, right.transpose()).transpose();
      z = sign(b.mmul(transposedTimes(d, d)).mul(-alpha).add(Matrix.mul(b, rho)).add(multiplier));
      multiplier = Matrix.add(multiplier, Matrix.sub(b, z).mul(rho));
      const [current, given] = [b, predicted];
      const errors = both((side) => Math.max(Matrix.sub(current, given[side]).norm(), 1e-12));
      weights = both((side) => errors[side] / (errors.image + errors.text));
    }
    before = sums;
  }
  return maps;
}

/** Features with a column of ones after them. */
const withOnes = (features: Matrix): Matrix => {
  const result = Matrix.ones(features.rows, features.columns + 1);
  result.setSubMatrix(features, 0, 0);
  return result;
};

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: FomhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const l = labelMatrix(labels);
  const rows = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const kernels = both((side) => fittedKernel(rows[side], drawnRows(rows[side], settings.anchors, random), false));
  const features = both((side) => withOnes(kernels[side].features));
  const size = Math.min(settings.chunk, l.rows);
  const chunks = Array.from({ length: Math.floor(l.rows / size) }, (_, i): FomhChunk => {
    const part = (matrix: Matrix) => matrix.subMatrix(i * size, (i + 1) * size - 1, 0, matrix.columns - 1);
    return { features: both((side) => part(features[side])), labels: part(l) };
  });
  const signs = () => mapped(uniformMatrix(size, bits, random), (x) => (x > 0.5 ? 1 : -1));
  const maps = fomhMaps(chunks, { b: signs(), z: signs(), d: normalMatrix(size, bits, random) }, settings);
  const network = (side: (typeof sides)[number]) => {
    const map = maps[side];
    const kernel: GaussianKernel = kernels[side].kernel;
    return kernelNetwork(side, kernel, map.subMatrix(0, map.rows - 2, 0, bits - 1), map.getRow(map.rows - 1));
  };
  return { image: network('image'), text: network('text') };
}

/**
 * Lu, Zhu, Cheng, Li, Zhang: Flexible Online Multi-modal Hashing for Large-scale Multimedia Retrieval, ACM MM 2019. Made for queries
 * that have both modalities; here each modality's map is used by itself, as in the tables of cross-modal retrieval.
 */
export const fomh: HashMethod<typeof fomhSettings> = {
  id: 'fomh',
  name: 'FOMH',
  source: 'Lu et al., Flexible Online Multi-modal Hashing for Large-scale Multimedia Retrieval, ACM MM 2019',
  description:
    'Learns maps of photos and captions to common codes from tags, chunk by chunk. Made for queries with a photo and a text: ' +
    'queries with one of them find less.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: fomhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
