// CMFH: Collective Matrix Factorization Hashing.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import {
  columnMeans,
  lessMean,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  solvePositive,
  transposedTimes,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const cmfhSettings = z.strictObject({
  iterations: z.int().min(1).max(1000).default(25).meta({
    title: 'Iterations',
    description: 'Rounds of the alternating least squares (published: 25).',
  }),
  mu: z.number().positive().default(100).meta({
    title: 'Mu',
    symbol: 'μ',
    description: 'Weight of the linear maps against the factorisation (published: 100).',
  }),
  gamma: z.number().positive().default(0.01).meta({
    title: 'Gamma',
    symbol: 'γ',
    description: 'Regularisation of every factor (published: 0.01).',
  }),
  asPublished: z.boolean().default(false).meta({
    title: 'Maps as published',
    description: 'Regularises the maps as the published code does, which divides them by mu twice.',
  }),
});
export type CmfhSettings = z.output<typeof cmfhSettings>;

/** Factors of both modalities. */
export interface CmfhFactors {
  /** `[N, k]`: what both modalities of a pair have in common. */
  readonly v: Matrix;
  /** `[k, d]`. */
  readonly u: { readonly image: Matrix; readonly text: Matrix };
  /** `[d, k]`: centred rows to `v`. */
  readonly w: { readonly image: Matrix; readonly text: Matrix };
}

/**
 * Minimises sum_m 1/2 |X_m - V U_m|^2 + mu |V - X_m W_m|^2 + gamma (...) over V, U_m and W_m in turn, each by its normal equations.
 * @param image `[N, d_v]` and text `[N, d_t]`, centred
 * @param start V and W_m before the first round
 */
export function cmfhFactors(
  image: Matrix,
  text: Matrix,
  start: Pick<CmfhFactors, 'v' | 'w'>,
  { iterations, mu, gamma, asPublished }: CmfhSettings,
): CmfhFactors {
  const bits = start.v.columns;
  const grams = { image: transposedTimes(image, image), text: transposedTimes(text, text) };
  const map = (rows: Matrix, gram: Matrix, v: Matrix) => {
    const scale = asPublished ? mu : 1;
    const system = plusDiagonal(Matrix.mul(gram, mu), gamma).mul(scale);
    return solvePositive(system, transposedTimes(rows, v).mul(asPublished ? 1 : mu));
  };
  let { v, w } = start;
  let u = { image: Matrix.zeros(bits, image.columns), text: Matrix.zeros(bits, text.columns) };
  for (let i = 0; i < iterations; i++) {
    const system = plusDiagonal(transposedTimes(v, v), gamma);
    u = {
      image: solvePositive(system, transposedTimes(v, image)),
      text: solvePositive(system, transposedTimes(v, text)),
    };
    const right = Matrix.add(
      image.mmul(Matrix.add(u.image.transpose(), Matrix.mul(w.image, mu))),
      text.mmul(Matrix.add(u.text.transpose(), Matrix.mul(w.text, mu))),
    ).mul(0.5); // [N, k]
    const products = Matrix.add(u.image.mmul(u.image.transpose()), u.text.mmul(u.text.transpose()));
    const left = plusDiagonal(products.mul(0.5), mu + gamma); // [k, k]
    v = solvePositive(left, right.transpose()).transpose();
    w = { image: map(image, grams.image, v), text: map(text, grams.text, v) };
  }
  return { v, u, w };
}

function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: CmfhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const rows = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const means = { image: columnMeans(rows.image), text: columnMeans(rows.text) };
  const start = {
    v: normalMatrix(rows.image.rows, bits, random),
    w: { image: normalMatrix(imageWidth, bits, random), text: normalMatrix(textWidth, bits, random) },
  };
  const centred = { image: lessMean(rows.image, means.image), text: lessMean(rows.text, means.text) };
  const { v, w } = cmfhFactors(centred.image, centred.text, start, settings);
  const fused = valuesOfMatrix(v);
  return {
    image: affineNetwork('image', imageWidth, { mean: means.image, map: w.image }),
    text: affineNetwork('text', textWidth, { mean: means.text, map: w.text }),
    pairCodes: { fused: { image: fused, text: fused } },
  };
}

/**
 * Ding, Guo, Zhou: Collective Matrix Factorization Hashing for Multimodal Data, CVPR 2014; Ding, Guo, Zhou, Gao: Large-Scale
 * Cross-Modality Search via Collective Matrix Factorization Hashing, IEEE TIP 25(11), 2016. Both modalities of a pair share one
 * latent row, from which each is reconstructed and which a linear map of each predicts; a code is the signs of that map.
 */
export const cmfh: HashMethod<typeof cmfhSettings> = {
  id: 'cmfh',
  name: 'CMFH',
  source: 'Ding, Guo and Zhou, Collective Matrix Factorization Hashing, CVPR 2014',
  description:
    'Factorises photos and captions into common numbers and learns a linear map to them, within seconds. A baseline of ' +
    'every published table.',
  needsPairs: true,
  hasEpochs: false,
  settings: cmfhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
