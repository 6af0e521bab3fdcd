// BATCH: a scalable asymmetric discrete cross-modal hashing method, learned from labels.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import {
  matrixOf,
  normalMatrix,
  plusDiagonal,
  ridge,
  signsOf,
  solvePositive,
  transposedTimes,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import type { Random } from '../../numerics/random.ts';
import { drawnRows, fittedKernel, kernelNetwork } from '../networks/kernel-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix, unitLabels } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';
import { orthonormalCodes } from './orthonormal-codes.ts';

export const batchSettings = z.strictObject({
  iterations: z.int().min(1).max(200).default(6).meta({
    title: 'Iterations',
    description: 'Rounds of the alternation (published: 6).',
  }),
  imageAnchors: z.int().min(2).max(5000).default(500).meta({
    title: 'Photo anchors',
    description: 'Photos to which every photo is compared (published: 500).',
  }),
  textAnchors: z.int().min(2).max(5000).default(1000).meta({
    title: 'Caption anchors',
    description: 'Captions to which every caption is compared (published: 1000).',
  }),
  features: z.number().min(0).default(0.05).meta({
    title: 'Weight of features',
    description: 'Weight of the predictions from photos and captions (published: 0.05).',
  }),
  labels: z.number().min(0).default(0.9).meta({
    title: 'Weight of labels',
    description: 'Weight of the labels themselves (published: 0.9).',
  }),
  omega: z.number().min(0).default(0.01).meta({
    title: 'Omega',
    symbol: 'ω',
    description: 'Weight of the signs against their real values (published: 0.01).',
  }),
  ridge: z.number().positive().default(0.01).meta({
    title: 'Regularisation',
    description: 'Regularisation of the maps from photos and captions to the codes (published: 0.01).',
  }),
});
export type BatchSettings = z.output<typeof batchSettings>;

/** Inputs of the code learning, `[N, ...]`. */
export interface BatchInputs {
  readonly image: Matrix;
  readonly text: Matrix;
  readonly labels: Matrix;
}

/**
 * Codes B `[N, k]` whose products with real values V are k times the cosines of label sets, with V predicted from features and
 * labels: V by a balanced, uncorrelated solution and B by signs, in turn. N x N matrices appear as products of label rows.
 */
export function batchCodes(
  { image, text, labels }: BatchInputs,
  start: { readonly codes: Matrix; readonly real: Matrix },
  { iterations, features, labels: labelWeight, omega }: BatchSettings,
  random: Random,
): Matrix {
  const g = unitLabels(labels);
  const bits = start.codes.columns;
  let { codes, real } = start;
  for (let i = 0; i < iterations; i++) {
    const system = plusDiagonal(transposedTimes(real, real), 1e-3);
    const z = g.mmul(transposedTimes(g, codes)).mul(bits).add(Matrix.mul(codes, omega));
    for (const [source, weight] of [
      [image, features],
      [text, features],
      [labels, labelWeight],
    ] as const) {
      const back = solvePositive(system, transposedTimes(real, source)); // [k, d]
      z.add(source.mmul(back.transpose()).mul(weight));
    }
    real = orthonormalCodes(z, random);
    codes = signsOf(g.mmul(transposedTimes(g, real)).mul(bits).add(Matrix.mul(real, omega)));
  }
  return codes;
}

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: BatchSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const rows = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const l = labelMatrix(labels);
  const image = fittedKernel(rows.image, drawnRows(rows.image, settings.imageAnchors, random));
  const text = fittedKernel(rows.text, drawnRows(rows.text, settings.textAnchors, random));
  const pairs = rows.image.rows;
  const start = { codes: signsOf(normalMatrix(pairs, bits, random)), real: normalMatrix(pairs, bits, random) };
  const codes = batchCodes({ image: image.features, text: text.features, labels: l }, start, settings, random);
  const learned = valuesOfMatrix(codes);
  return {
    image: kernelNetwork('image', image.kernel, ridge(image.features, codes, settings.ridge)),
    text: kernelNetwork('text', text.kernel, ridge(text.features, codes, settings.ridge)),
    pairCodes: { learned: { image: learned, text: learned } },
  };
}

/**
 * Wang, Luo, Zhang, Xu: BATCH: A Scalable Asymmetric Discrete Cross-Modal Hashing, IEEE TKDE 33(11), 2021. Its published
 * evaluation has the codes learned from labels in the database; search has those of the networks.
 */
export const batch: HashMethod<typeof batchSettings> = {
  id: 'batch',
  name: 'BATCH',
  source: 'Wang et al., BATCH: A Scalable Asymmetric Discrete Cross-Modal Hashing, IEEE TKDE 33(11), 2021',
  description:
    'Learns from tags: photos that share tags get similar codes, and photos and captions learn to predict them within a ' +
    'second. Needs tags on most photos.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: batchSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
