// JDSH: Joint-modal Distribution-based Similarity Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { numberAt } from '../../../shared/at.ts';
import { unitRowsMatrix } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import type { PairRows } from '../data/pair-facts.ts';
import { meanSquare, scaledCosines, weighted } from '../networks/batch-similarity.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { mlp } from '../networks/mlp.ts';
import type { HashMethod } from './method.ts';
import { hiddenSetting, momentumSetting, relaxingLearner, weightDecaySetting } from './relaxed-codes.ts';

export const jdshSettings = z.strictObject({
  hidden: hiddenSetting('the hidden layer of captions'),
  image: z.number().min(0).max(1).default(0.5).meta({
    title: 'Photos',
    description: 'Share of photos in the similarity that codes keep (published: 0.5).',
  }),
  text: z.number().min(0).max(1).default(0.1).meta({
    title: 'Captions',
    description: 'Share of captions (published: 0.1).',
  }),
  joint: z.number().min(0).max(1).default(0.4).meta({
    title: 'Both',
    description: 'Share of the similarity of similarities across modalities (published: 0.4).',
  }),
  scale: z.number().positive().default(1.4).meta({
    title: 'Scale',
    description: 'Scale of the similarity (published: 1.4).',
  }),
  within: z.number().min(0).default(0.1).meta({
    title: 'Within',
    description: 'Weight of the similarities within photos and within captions (published: 0.1).',
  }),
  left: z.number().min(0).default(0.1).meta({
    title: 'Far pairs',
    description: 'Additional weight of clearly dissimilar pairs (published: 0.1).',
  }),
  right: z.number().min(0).default(0.2).meta({
    title: 'Near pairs',
    description: 'Additional weight of clearly similar pairs (published: 0.2).',
  }),
  learningRate: z.number().positive().default(0.01).meta({
    title: 'Learning rate',
    description: 'Learning rate of both networks (published: 0.01).',
  }),
  momentum: momentumSetting(0.9),
  weightDecay: weightDecaySetting(),
});
export type JdshSettings = z.output<typeof jdshSettings>;

/** Distribution of the similarities of a library. */
export interface Spread {
  /** Below and above these, pairs are clearly dissimilar and similar. */
  readonly left: number;
  readonly right: number;
  readonly min: number;
  readonly max: number;
}

type Shares = Pick<JdshSettings, 'image' | 'text' | 'joint'>;

/** Q `[B, B]`: a S_I + b S_T + c (H + H^T) / 2, H = N(S_I) N(S_T)^T, S the cosines of features from -1 to 1, N unit rows. */
export function jdshSimilarity(image: Tensor2D, text: Tensor2D, shares: Shares): Tensor2D {
  const [ofImages, ofTexts] = [scaledCosines(image), scaledCosines(text)];
  const joint = tf.matMul(safeUnitRows(ofImages), safeUnitRows(ofTexts), false, true);
  const both = tf.div(tf.add(joint, tf.transpose(joint)), 2);
  return tf.add(tf.add(tf.mul(ofImages, shares.image), tf.mul(ofTexts, shares.text)), tf.mul(both, shares.joint));
}

/** The target `[B, B]`: Q times the scale, strengthened where pairs are clearly dissimilar or clearly similar. */
export function jdshTarget(q: Tensor2D, spread: Spread, { left, right, scale }: JdshSettings): Tensor2D {
  const one = (x: Tensor) => tf.cast(x, 'float32');
  const far = tf.mul(one(tf.less(q, spread.left)), tf.mul(tf.exp(tf.sub(spread.min, q)), left));
  const near = tf.mul(one(tf.greater(q, spread.right)), tf.mul(tf.exp(tf.sub(q, spread.max)), right));
  return tf.mul(tf.mul(q, tf.add(tf.add(far, near), 1)), scale);
}

/** Batches drawn to see how similarities are spread, and pairs in each. */
const [draws, drawn] = [48, 32];
/** Bins of the histogram in which the mode is found. */
const bins = 100;
/** Half-normal deviations beyond the mode from which pairs are clearly dissimilar and similar, as published. */
const [leftDeviations, rightDeviations] = [2, 4];

/**
 * The spread of Q in a library: half-normal distributions left and right of its mode. The publication fitted its six numbers to
 * each data set by hand.
 */
export function spreadOf(values: readonly number[]): Spread {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const width = (max - min) / bins || 1;
  const counts = new Int32Array(bins);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - min) / width));
    counts[bin] = numberAt(counts, bin) + 1;
  }
  const mode = min + (counts.indexOf(Math.max(...counts)) + 0.5) * width;
  const deviation = (side: readonly number[]) =>
    side.length === 0 ? 0 : Math.sqrt(side.reduce((sum, x) => sum + (x - mode) ** 2, 0) / side.length);
  return {
    left: mode - leftDeviations * deviation(values.filter((x) => x < mode)),
    right: mode + rightDeviations * deviation(values.filter((x) => x > mode)),
    min,
    max,
  };
}

/** Q of pairs drawn in batches, without each pair's similarity to itself. */
export function drawnSimilarities(rows: PairRows, shares: Shares, random: Random): number[] {
  const size = Math.min(drawn, rows.count);
  const scaled = (row: (pair: number) => Float32Array, pairs: Int32Array): Matrix => {
    const unit = unitRowsMatrix(new Matrix(Array.from(pairs, (pair) => Array.from(row(pair)))));
    return unit.mmul(unit.transpose()).mul(2).sub(1);
  };
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const pairs = random.shuffle(Int32Array.from({ length: rows.count }, (_, i) => i)).subarray(0, size);
    const [ofImages, ofTexts] = [scaled((pair) => rows.image(pair), pairs), scaled((pair) => rows.text(pair), pairs)];
    const joint = unitRowsMatrix(ofImages).mmul(unitRowsMatrix(ofTexts).transpose());
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (i === j) continue;
        const both = (joint.get(i, j) + joint.get(j, i)) / 2;
        const own = shares.image * ofImages.get(i, j) + shares.text * ofTexts.get(i, j);
        values.push(own + shares.joint * both);
      }
    }
  }
  return values;
}

const noSpread: Spread = { left: -1, right: 1, min: -1, max: 1 };

/**
 * Liu, Qian, Guan, Zhan, Ye: Joint-modal Distribution-based Similarity Hashing for Large-scale Unsupervised Deep Cross-modal
 * Retrieval, SIGIR 2020. tanh(sqrt(epoch + 1) h) becomes the sign as epochs pass, counted from 0. Photos have one linear layer, as
 * published.
 */
export const jdsh: HashMethod<typeof jdshSettings> = {
  id: 'jdsh',
  name: 'JDSH',
  source: 'Liu et al., Joint-modal Distribution-based Similarity Hashing, SIGIR 2020',
  description:
    'Codes keep the similarity of pairs by their features; clearly similar and clearly dissimilar pairs count ' +
    'more. Published with batches of 32 and 300 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: jdshSettings,
  learner: (setup, settings) => {
    const { rows } = setup.facts ?? {};
    const spread =
      rows === undefined || rows.count < 2 ? noSpread : spreadOf(drawnSimilarities(rows, settings, new Random(1)));
    return jdshLearner(setup, settings, spread);
  },
};

/** The learner with a spread that is given. */
export function jdshLearner(
  setup: Parameters<(typeof jdsh)['learner']>[0],
  settings: JdshSettings,
  spread: Spread,
): ReturnType<(typeof jdsh)['learner']> {
  const { imageWidth, textWidth, bits, random } = setup;
  const head = (x: Tensor) => x as Tensor2D;
  const networks = {
    image: mlp('image', [imageWidth, bits], random, head),
    text: mlp('text', [textWidth, settings.hidden ?? 4096, bits], random, head),
  };
  const { momentum, weightDecay } = settings;
  const optimizer = { learningRate: () => settings.learningRate, momentum, weightDecay };
  return relaxingLearner(networks, optimizer, ({ rows, codes: { image, text } }) => {
    const target = jdshTarget(jdshSimilarity(rows.image, rows.text, settings), spread, settings);
    const among = (a: Tensor2D, b: Tensor2D) => meanSquare(tf.matMul(a, b, false, true), target);
    // The target is symmetric, so both directions across are equal.
    const across: Scalar = tf.mul(among(image, text), 2);
    const own: Scalar = tf.mean(tf.sum(tf.mul(image, text), 1));
    const within = weighted([settings.within, among(image, image)], [settings.within, among(text, text)], [-1, own]);
    return [across, within];
  });
}
