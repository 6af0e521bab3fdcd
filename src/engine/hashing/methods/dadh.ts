// DADH: Deep Adversarial Discrete Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { inverse, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { namedIn, numberAt } from '../../../shared/at.ts';
import { gather, scatter } from '../../numerics/gather.ts';
import { cosines, weighted } from '../networks/batch-similarity.ts';
import { discriminator, gradientPenalty, firstKindLoss, secondKindLoss } from '../networks/discriminator.ts';
import { stopGradient } from '../networks/stop-gradient.ts';
import { affine, linearLayer } from '../networks/mlp.ts';
import type { Network, Tensors } from '../networks/network.ts';
import {
  byBatch,
  byRunning,
  momentsOf,
  normedLayers,
  statisticsOf,
  type Normalise,
} from '../networks/normed-layers.ts';
import { commonLabels, labelMatrix } from './label-matrix.ts';
import { adam, type HashMethod, type Phase, type Setup } from './method.ts';

export const dadhSettings = z.strictObject({
  hidden: z.int().min(16).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the first of three hidden layers, each half as wide as the one before (published: 8192).',
  }),
  triplets: z.number().min(0).default(121).meta({
    title: 'Triplets',
    description: 'Weight of pairs with common labels being nearer than pairs without (published: 10 x 10 x 1.1 x 1.1).',
  }),
  margin: z.number().min(0).default(0.4).meta({
    title: 'Margin',
    description: 'Margin by which they must be nearer, as a difference of cosines (published: 0.4).',
  }),
  quantisation: z.number().min(0).default(1.1).meta({
    title: 'Codes',
    description: 'Weight of both networks giving the codes that were learned from labels (published: 1.1).',
  }),
  adversarial: z.number().min(0).default(1).meta({
    title: 'Adversarial weight',
    description: 'Weight of captions being taken for photos by the discriminators (published: 1).',
  }),
  own: z.number().min(0).default(1e-5).meta({
    title: 'Outputs in codes',
    description: 'Share of the networks’ outputs in the learned codes, beside labels (published: 0.00001).',
  }),
  ridge: z.number().positive().default(1).meta({
    title: 'Ridge',
    description: 'Ridge of the map from labels to codes (published: 1).',
  }),
  discriminatorWidth: z.int().min(2).max(4096).default(512).meta({
    title: 'Discriminator width',
    description: 'Hidden width of the discriminator of codes (published: 512).',
  }),
  learningRate: z.number().positive().default(5e-5).meta({
    title: 'Learning rate',
    description: 'Learning rate of Adam; a fifth is taken off every 100 epochs (published: 0.00005).',
  }),
});
export type DadhSettings = z.output<typeof dadhSettings>;

/** Gradient penalty, relative to the losses of a discriminator. */
const penalty = 10;

/** Labels that pairs share: `shared` 1 where there are any, `gains` their discounted gain. `[B, B]` each. */
export interface LabelGains {
  readonly shared: Float32Array;
  readonly gains: Float32Array;
}

/** 2^(common labels) - 1 over the most that a row's order could gain (as in NDCG, Jarvelin and Kekalainen 2002). */
export function labelGains(labels: Matrix, pairs: ArrayLike<number>): LabelGains {
  const batch = pairs.length;
  const [shared, gains] = [new Float32Array(batch * batch), new Float32Array(batch * batch)];
  for (const [i, common] of commonLabels(labels, pairs).to2DArray().entries()) {
    const best = [...common].sort((a, b) => b - a);
    const most = best.reduce((sum, count, place) => sum + (2 ** count - 1) / Math.log2(place + 2), 0);
    common.forEach((count, j) => {
      shared[i * batch + j] = count > 0 ? 1 : 0;
      gains[i * batch + j] = most === 0 ? 0 : (2 ** count - 1) / most;
    });
  }
  return { shared, gains };
}

/** Sum over i, j, k of gains_ij (1 - shared_ik) max(0, margin + d_ij - d_ik), d one less the cosine. */
export function tripletLoss(source: Tensor2D, target: Tensor2D, gains: Tensor, shared: Tensor, margin: number): Scalar {
  const distance = tf.relu(tf.sub(1, cosines(source, target))); // [B, B]
  const excess = tf.relu(tf.add(tf.sub(tf.expandDims(distance, 2), tf.expandDims(distance, 1)), margin)); // [B, B, B]
  const weights = tf.mul(tf.expandDims(gains, 2), tf.expandDims(tf.sub(1, shared), 1));
  return tf.sum(tf.mul(excess, weights));
}

/** `[N, bits]` of signs: labels mapped to the codes by ridge regression, and the networks' outputs beside. */
export function codesOfLabels(labels: Matrix, codes: Matrix, outputs: Matrix, { ridge, own }: DadhSettings): Matrix {
  const squares = labels.transpose().mmul(labels).add(Matrix.eye(labels.columns).mul(ridge));
  const map = inverse(squares).mmul(labels.transpose().mmul(codes));
  return Matrix.sign(labels.mmul(map).add(Matrix.mul(outputs, own / 2)));
}

type Side = 'image' | 'text';

/** A modality's three layers and, on them, its code. */
function sideOf(side: Side, width: number, hidden: number, bits: number, random: Setup['random']) {
  const widths = [width, hidden, Math.floor(hidden / 2), Math.floor(hidden / 4)];
  const layers = normedLayers(side, widths, random);
  const parameters = {
    ...layers.parameters,
    ...linearLayer(`${side}.code`, Math.floor(hidden / 4), bits, random),
  };
  const codes = (tensors: Tensors, features: Tensor2D): Tensor2D => tf.tanh(affine(tensors, `${side}.code`, features));
  return { width, layers, parameters, codes };
}

/**
 * Bai, Zeng, Ma, Zhang, Chen: Deep Adversarial Discrete Hashing for Cross-Modal Retrieval, ICMR 2020. Two discriminators, of
 * features and of codes, tell photos from captions; each batch first teaches these, then the two networks. Codes of the training
 * pairs follow from the labels after every epoch.
 */
export const dadh: HashMethod<typeof dadhSettings> = {
  id: 'dadh',
  name: 'DADH',
  source: 'Bai et al., Deep Adversarial Discrete Hashing, ICMR 2020',
  description:
    'Learns from tags: pairs with common tags come nearer, and both networks learn to mislead discriminators that ' +
    'tell photos from captions. Published with batches of 128 and 300 epochs.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: true,
  settings: dadhSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, batch, random, pairs, facts } = setup;
    const hidden = settings.hidden ?? 1024;
    const top = Math.floor(hidden / 4);
    const image = sideOf('image', imageWidth, hidden, bits, random);
    const text = sideOf('text', textWidth, hidden, bits, random);
    const widths = [top, Math.max(2, Math.floor(hidden / 8)), Math.max(1, Math.floor(hidden / 16))];
    const ofFeatures = discriminator('judge.features', widths, random);
    const ofCodes = discriminator('judge.codes', [bits, settings.discriminatorWidth], random);
    const moments = momentsOf([image.layers, text.layers]);
    const network = (side: ReturnType<typeof sideOf>): Network => ({
      width: side.width,
      parameters: side.parameters,
      statistics: statisticsOf(moments, side.layers),
      forward: (tensors, rows) => side.codes(tensors, side.layers.forward(tensors, rows, byRunning(moments, tensors))),
    });
    const networks = {
      image: network(image),
      text: network(text),
      lossParameters: { ...ofFeatures.parameters, ...ofCodes.parameters },
    };

    const labels = facts?.labels === undefined ? null : labelMatrix(facts.labels);
    const codes = random.numbers(pairs * bits, () => (random.uniform() < 0.5 ? -1 : 1));
    /** The sum of both networks' outputs for each pair, as of the last epoch. */
    const shown = new Float32Array(pairs * bits);

    const made = (tensors: Tensors, imageRows: Tensor2D, textRows: Tensor2D, normalise: Normalise) => {
      const features = {
        image: image.layers.forward(tensors, imageRows, normalise),
        text: text.layers.forward(tensors, textRows, normalise),
      };
      return {
        features,
        codes: { image: image.codes(tensors, features.image), text: text.codes(tensors, features.text) },
      };
    };
    const square = { shape: [batch, batch], dtype: 'float32' } as const;
    const ofBits = { shape: [batch, bits], dtype: 'float32' } as const;
    const isJudge = (parameter: string) => parameter.startsWith('judge.');

    const generators: Phase = {
      name: 'networks',
      learns: (parameter) => !isJudge(parameter),
      inputs: { wanted: ofBits, gains: square, shared: square },
      loss(tensors, imageRows, textRows, inputs) {
        const outputs: Record<string, Tensor> = {};
        const found = made(tensors, imageRows, textRows, byBatch(moments, outputs));
        const [gains, shared] = [namedIn(inputs, 'gains'), namedIn(inputs, 'shared')];
        const { image: photos, text: captions } = found.codes;
        const near: Scalar = tf.add(
          tripletLoss(photos, captions, gains, shared, settings.margin),
          tripletLoss(captions, photos, gains, shared, settings.margin),
        );
        const apart = (x: Tensor2D): Scalar => tf.sum(tf.square(tf.sub(namedIn(inputs, 'wanted'), x)));
        const fits: Scalar = tf.add(apart(photos), apart(captions));
        const byFeatures = firstKindLoss(ofFeatures.score(tensors, found.features.text));
        const again = text.codes(tensors, stopGradient(found.features.text) as Tensor2D);
        const byCodes = firstKindLoss(ofCodes.score(tensors, again));
        const { triplets, quantisation, adversarial } = settings;
        const others = weighted([quantisation, fits], [adversarial, byFeatures], [adversarial, byCodes]);
        const lossC: Scalar = tf.mul(near, triplets);
        outputs['shown'] = tf.add(photos, captions);
        return { loss: tf.add(lossC, others), lossC, lossR: others, outputs };
      },
      feed(some) {
        if (labels === null) throw new Error('there are no labels');
        const wanted = gather(codes, some, bits, new Float32Array(batch * bits));
        return { wanted, ...labelGains(labels, some) };
      },
      absorb(some, outputs) {
        scatter(namedIn(outputs, 'shown'), some, bits, shown);
        moments.absorb(outputs);
      },
    };
    const judges: Phase = {
      name: 'discriminators',
      learns: isJudge,
      optimizer: { ...adam(() => settings.learningRate), weightDecay: 1e-4, beta1: 0.5, beta2: 0.9 },
      inputs: { betweenFeatures: { shape: [batch, top], dtype: 'float32' }, betweenCodes: ofBits },
      loss(tensors, imageRows, textRows, inputs) {
        const found = made(tensors, imageRows, textRows, byBatch(moments, {}));
        const discriminatorLoss = (judge: typeof ofCodes, rows: Record<Side, Tensor2D>, shares: Tensor): Scalar =>
          weighted(
            [settings.adversarial, firstKindLoss(judge.score(tensors, rows.image))],
            [settings.adversarial, secondKindLoss(judge.score(tensors, rows.text))],
            [penalty, gradientPenalty(judge, tensors, rows.image, rows.text, shares)],
          );
        const lossC = discriminatorLoss(ofFeatures, found.features, namedIn(inputs, 'betweenFeatures'));
        const lossR = discriminatorLoss(ofCodes, found.codes, namedIn(inputs, 'betweenCodes'));
        return { loss: tf.add(lossC, lossR), lossC, lossR, outputs: {} };
      },
      feed: (_some, own) => ({
        betweenFeatures: own.numbers(batch * top, () => own.uniform()),
        betweenCodes: own.numbers(batch * bits, () => own.uniform()),
      }),
      absorb: () => undefined,
      then: generators,
    };
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        ...adam(() => settings.learningRate),
        weightDecay: 5e-4,
        schedule: (epoch) =>
          Math.max(1e-6 / settings.learningRate, 0.8 ** (epoch === 1 ? 0 : 1 + Math.floor((epoch - 2) / 100))),
      },
      phase: () => judges,
      beforeEpoch(epoch) {
        if (epoch > 1 && labels !== null) {
          const matrix = (values: Float32Array) => Matrix.from1DArray(pairs, bits, values);
          const found = codesOfLabels(labels, matrix(codes), matrix(shown), settings).to1DArray();
          codes.forEach((_code, i) => (codes[i] = numberAt(found, i)));
        }
        return Promise.resolve();
      },
      state: () => ({ ...moments.state(), learnedCodes: codes, outputs: shown }),
      restore(state) {
        moments.restore(state);
        codes.set(namedIn(state, 'learnedCodes'));
        shown.set(namedIn(state, 'outputs'));
      },
    };
  },
};
