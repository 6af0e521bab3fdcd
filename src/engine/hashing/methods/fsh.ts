// FSH: Fusion Similarity Hashing.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { int32At, numberAt } from '../../../shared/at.ts';
import {
  columnMeans,
  lessMean,
  mapped,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  signsOf,
  solvePositive,
  squaredDistances,
  transposedTimes,
  unitRowsMatrix,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const fshSettings = z.strictObject({
  anchors: z.int().min(2).max(1000).default(50).meta({
    title: 'Anchors',
    description: 'Number of random pairs that every pair is compared with (published: 50).',
  }),
  neighbours: z.int().min(1).max(1000).default(10).meta({
    title: 'Neighbours',
    symbol: 'k',
    description: 'Number of nearest anchors that represent a photo or a caption (published: 10).',
  }),
  iterations: z.int().min(1).max(1000).default(100).meta({
    title: 'Iterations',
    description: 'Largest number of rounds of the alternation, which ends when no bit changes (published: 100).',
  }),
  lambda: z.number().min(0).default(300).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Weight of the outputs of the linear maps against the similarity to the anchors (published: 300).',
  }),
  ridge: z.number().min(0).default(1e-3).meta({
    title: 'Regularisation',
    description: 'Added to the variances, so that the maps exist where features depend on each other. Published: none.',
  }),
});
export type FshSettings = z.output<typeof fshSettings>;

/** `[n, neighbours]`: nearest anchors of each row, by the distances `[n, anchors]`. */
function nearest(distances: Matrix, neighbours: number): Int32Array[] {
  return Array.from({ length: distances.rows }, (_, row) => {
    const own = distances.getRow(row);
    const order = Array.from(own.keys()).sort((a, b) => numberAt(own, a) - numberAt(own, b) || a - b);
    return Int32Array.from(order.slice(0, neighbours));
  });
}

/**
 * Fusion similarity of pairs and anchors, `[N, anchors]`: the mean of exp(-D(a, b) / 2) over the anchors a nearest to the pair in
 * one modality and the anchors b nearest to the anchor in the other, D their distance in the first.
 */
function fusionSimilarity(distances: Matrix, own: readonly Int32Array[], ofAnchors: readonly Int32Array[]): Matrix {
  const similarity = mapped(distances, (square) => Math.exp(-Math.sqrt(square) / 2));
  return Matrix.from1DArray(
    own.length,
    ofAnchors.length,
    Float64Array.from({ length: own.length * ofAnchors.length }, (_, at) => {
      const near = own[Math.floor(at / ofAnchors.length)] ?? new Int32Array(0);
      const others = ofAnchors[at % ofAnchors.length] ?? new Int32Array(0);
      let sum = 0;
      for (let i = 0; i < near.length; i++) {
        for (let j = 0; j < others.length; j++) sum += similarity.get(int32At(near, i), int32At(others, j));
      }
      return sum / (near.length * others.length);
    }),
  );
}

export interface FshSolution {
  /** `[N, k]` of 1 and -1. */
  readonly codes: Matrix;
  /** `[d, k]`. */
  readonly image: Matrix;
  readonly text: Matrix;
}

/**
 * Codes B and linear maps W_m that keep the fusion similarity A to some anchors: B = sign(A B_s + 2 lambda (X W_x + Y W_y)),
 * B_s = sign(A^T B), W_m by least squares, and the weight of both modalities in A, in turn.
 * @param image `[N, d_v]` and text `[N, d_t]`, rows of unit length less their mean
 * @param anchors rows of the pairs
 * @param start the maps before the first round, `[d, k]`
 */
export function fshCodes(
  image: Matrix,
  text: Matrix,
  anchors: readonly number[],
  start: Pick<FshSolution, 'image' | 'text'>,
  { neighbours, iterations, lambda, ridge }: Omit<FshSettings, 'anchors'>,
): FshSolution {
  const side = (rows: Matrix) => {
    const points = rows.selection(
      [...anchors],
      Array.from({ length: rows.columns }, (_, j) => j),
    );
    const among = squaredDistances(points, points);
    const near = nearest(squaredDistances(rows, points), Math.min(neighbours, anchors.length));
    const system = plusDiagonal(transposedTimes(rows, rows), ridge);
    const map = (codes: Matrix) => solvePositive(system, transposedTimes(rows, codes));
    return { among, near, ofAnchors: anchors.map((anchor) => near[anchor] ?? new Int32Array(0)), map };
  };
  const [x, y] = [side(image), side(text)];
  const byImage = fusionSimilarity(x.among, x.near, y.ofAnchors);
  const byText = fusionSimilarity(y.among, y.near, x.ofAnchors);
  let [imageMap, textMap] = [start.image, start.text];
  const linear = () => Matrix.add(image.mmul(imageMap), text.mmul(textMap));
  let codes = signsOf(linear());
  let ofAnchors = codes.selection(
    [...anchors],
    Array.from({ length: codes.columns }, (_, j) => j),
  ); // [anchors, k]
  let weight = 0.5;
  for (let i = 0; i < iterations; i++) {
    const similarity = Matrix.add(Matrix.mul(byImage, weight), Matrix.mul(byText, 1 - weight)); // [N, anchors]
    const before = codes;
    codes = signsOf(Matrix.add(similarity.mmul(ofAnchors), linear().mul(2 * lambda)));
    ofAnchors = signsOf(transposedTimes(similarity, codes));
    // The distance of an anchor to itself is 0, so the trace of exp(D) is their number.
    const correlations = ofAnchors.mmul(codes.transpose()); // [anchors, N]
    const rest = (by: Matrix) => anchors.length - traceOfProduct(correlations, by);
    const [p, q] = [rest(byImage), rest(byText)];
    weight = (p / (p + q)) ** 2;
    imageMap = x.map(codes);
    textMap = y.map(codes);
    if (i > 0 && Matrix.sub(before, codes).max() === 0 && Matrix.sub(codes, before).max() === 0) break;
  }
  return { codes, image: imageMap, text: textMap };
}

/** Trace of a `[m, n]` times b `[n, m]`. */
function traceOfProduct(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < a.columns; j++) sum += a.get(i, j) * b.get(j, i);
  return sum;
}

function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: FshSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const unit = {
    image: unitRowsMatrix(matrixOf(imageRows, imageWidth)),
    text: unitRowsMatrix(matrixOf(textRows, textWidth)),
  };
  const means = { image: columnMeans(unit.image), text: columnMeans(unit.text) };
  const pairs = unit.image.rows;
  const order = random.shuffle(Int32Array.from({ length: pairs }, (_, i) => i));
  const anchors = Array.from(order.subarray(0, Math.min(settings.anchors, pairs)));
  const start = { image: normalMatrix(imageWidth, bits, random), text: normalMatrix(textWidth, bits, random) };
  const [image, text] = [lessMean(unit.image, means.image), lessMean(unit.text, means.text)];
  const found = fshCodes(image, text, anchors, start, settings);
  const learned = valuesOfMatrix(found.codes);
  return {
    image: affineNetwork('image', imageWidth, { unit: true, mean: means.image, map: found.image }),
    text: affineNetwork('text', textWidth, { unit: true, mean: means.text, map: found.text }),
    pairCodes: { fused: { image: learned, text: learned } },
  };
}

/**
 * Liu, Ji, Wu, Huang, Zhang: Cross-Modality Binary Code Learning via Fusion Similarity Hashing, CVPR 2017. Codes keep how
 * similar pairs are to some anchors, where nearness in one modality is measured by distances in the other.
 */
export const fsh: HashMethod<typeof fshSettings> = {
  id: 'fsh',
  name: 'FSH',
  source: 'Liu et al., Cross-Modality Binary Code Learning via Fusion Similarity Hashing, CVPR 2017',
  description:
    'Compares every pair to some others by photo and by caption and learns linear maps that keep this similarity. The best ' +
    'of the older methods in the published tables.',
  needsPairs: true,
  hasEpochs: false,
  settings: fshSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
