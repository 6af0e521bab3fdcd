// DCH: Discrete Cross-modal Hashing, learned from labels.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import {
  columnMeans,
  lessMean,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  ridge,
  signsOf,
  solvePositive,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const dchSettings = z.strictObject({
  codes: z
    .enum(['discrete', 'relaxed'])
    .default('discrete')
    .meta({
      title: 'Codes',
      description:
        'discrete: bit by bit, with photos and captions, as in the paper. relaxed: signs of a least-squares solution ' +
        'from the labels alone, as in the code of the published tables.',
    }),
  iterations: z.int().min(1).max(1000).default(5).meta({
    title: 'Iterations',
    description: 'Rounds of the alternation (published: 5).',
  }),
  labelRidge: z.number().positive().default(1).meta({
    title: 'Label regularisation',
    description: 'Regularisation of the map from codes to labels (published: 1).',
  }),
  featureRidge: z.number().positive().default(0.01).meta({
    title: 'Feature regularisation',
    description: 'Regularisation of the maps from photos and captions to codes (published: 0.01).',
  }),
  features: z.number().min(0).default(1e-5).meta({
    title: 'Weight of features',
    description: 'For discrete codes: weight of the predictions from photos and captions (published: 0.00001).',
  }),
});
export type DchSettings = z.output<typeof dchSettings>;

export interface DchSolution {
  /** `[N, k]` of 1 and -1. */
  readonly codes: Matrix;
  /** Codes to labels, `[k, c]`. */
  readonly toLabels: Matrix;
  /** `[d, k]`. */
  readonly image: Matrix;
  readonly text: Matrix;
}

/** Sweeps over all bits in a round, as in the paper. */
const sweeps = 10;

/**
 * Minimises |L - B W|^2 + l |W|^2 + v (|B - X F_x|^2 + |B - Y F_y|^2) over codes B, W and F in turn: B by discrete cyclic coordinate
 * descent, or as signs of the relaxed solution with v = 0.
 */
export function dchCodes(
  image: Matrix,
  text: Matrix,
  labels: Matrix,
  start: Matrix,
  settings: DchSettings,
): DchSolution {
  const { iterations, labelRidge, featureRidge, features } = settings;
  let codes = start.clone();
  let toLabels = ridge(codes, labels, labelRidge);
  const maps = () => ({ image: ridge(image, codes, featureRidge), text: ridge(text, codes, featureRidge) });
  let found = maps();
  for (let i = 0; i < iterations; i++) {
    if (settings.codes === 'relaxed') {
      const system = plusDiagonal(toLabels.mmul(toLabels.transpose()), featureRidge);
      codes = signsOf(solvePositive(system, toLabels.mmul(labels.transpose())).transpose());
    } else {
      const predicted = Matrix.add(image.mmul(found.image), text.mmul(found.text)).mul(features);
      updateBits(codes, Matrix.add(labels.mmul(toLabels.transpose()), predicted), toLabels.mmul(toLabels.transpose()));
    }
    toLabels = ridge(codes, labels, labelRidge);
    found = maps();
  }
  return { codes, toLabels, ...found };
}

/** b_k = sign(q_k - sum over the other bits b_j (W W^T)_jk), bit by bit, until none changes. */
function updateBits(codes: Matrix, wanted: Matrix, products: Matrix): void {
  const bits = codes.columns;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let changed = 0;
    for (let bit = 0; bit < bits; bit++) {
      for (let row = 0; row < codes.rows; row++) {
        let rest = wanted.get(row, bit);
        for (let other = 0; other < bits; other++) {
          if (other !== bit) rest -= codes.get(row, other) * products.get(other, bit);
        }
        const next = rest > 0 ? 1 : -1;
        if (next !== codes.get(row, bit)) changed++;
        codes.set(row, bit, next);
      }
    }
    if (changed === 0) return;
  }
}

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: DchSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const [image, text] = [matrixOf(imageRows, imageWidth), matrixOf(textRows, textWidth)];
  const means = { image: columnMeans(image), text: columnMeans(text) };
  const found = dchCodes(
    lessMean(image, means.image),
    lessMean(text, means.text),
    labelMatrix(labels),
    signsOf(normalMatrix(image.rows, bits, random)),
    settings,
  );
  const learned = valuesOfMatrix(found.codes);
  return {
    image: affineNetwork('image', imageWidth, { mean: means.image, map: found.image }),
    text: affineNetwork('text', textWidth, { mean: means.text, map: found.text }),
    pairCodes: { learned: { image: learned, text: learned } },
  };
}

/**
 * Xu, Shen, Yang, Shen, Li: Learning Discriminative Binary Codes for Large-Scale Cross-Modal Retrieval, IEEE TIP 26(5), 2017.
 */
export const dch: HashMethod<typeof dchSettings> = {
  id: 'dch',
  name: 'DCH',
  source: 'Xu et al., Learning Discriminative Binary Codes for Large-Scale Cross-Modal Retrieval, IEEE TIP 26(5), 2017',
  description:
    'Learns from tags: codes from which the tags can be told, and linear maps of photos and captions to them. Needs tags ' +
    'on most photos.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: dchSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
