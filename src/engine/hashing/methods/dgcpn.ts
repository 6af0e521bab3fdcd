// DGCPN: Deep Graph-neighbor Coherence Preserving Network.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { float32At, namedIn, numberAt } from '../../../shared/at.ts';
import { meanSquare } from '../networks/batch-similarity.ts';
import { DropoutMasks, dropoutOf } from '../networks/dropout.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { affine, linearLayer } from '../networks/mlp.ts';
import type { Network, Tensors } from '../networks/network.ts';
import type { HashMethod, Phase, Setup } from './method.ts';
import { farThresholds, pairSimilarity, unitPairRows } from './pair-graph.ts';
import { hiddenSetting, momentumSetting, weightDecaySetting } from './relaxed-codes.ts';

export const dgcpnSettings = z.strictObject({
  hidden: hiddenSetting(),
  text: z.number().min(0).max(1).default(0.01).meta({
    title: 'Captions',
    symbol: 'a₁',
    description: 'Share of captions in the similarity of pairs (published: 0.01).',
  }),
  neighbours: z.number().min(0).max(1).default(0.3).meta({
    title: 'Neighbours',
    symbol: 'a₂',
    description: 'Share of common neighbours in the similarity of pairs (published: 0.3).',
  }),
  far: z.number().min(0).max(1).default(0.6).meta({
    title: 'Far pairs',
    symbol: 'K / n',
    description: 'Share of all pairs that are not neighbours of a pair (published: 3000 of 5000).',
  }),
  scale: z.number().positive().default(0.8).meta({
    title: 'Scale',
    symbol: 'c / n',
    description: 'Scale of common neighbours, in numbers of pairs (published: 4000 for 5000).',
  }),
  pair: z.number().min(0).max(4).default(1.5).meta({
    title: 'Own pair',
    description: 'Target of the product of the codes of a photo and its caption (published: 1.5).',
  }),
  dropout: z.number().min(0).max(0.9).default(0.5).meta({
    title: 'Dropout',
    description: 'Share of hidden numbers left out at random in a step (published: 0.5).',
  }),
  learningRate: z.number().positive().default(0.005).meta({
    title: 'Learning rate',
    description: 'Learning rate of both networks (published: 0.005).',
  }),
  momentum: momentumSetting(0.9),
  weightDecay: weightDecaySetting(),
});
export type DgcpnSettings = z.output<typeof dgcpnSettings>;

/** A similarity above this is that of a pair with itself or with an equal pair. */
const itself = 1 - 1e-5;

/**
 * The target `[B, B]` of some pairs: 2 ((1 - b) S + b c P P^T) - 1. P are the similarities to all pairs without the far ones and the
 * pair itself, each row divided by its sum.
 * @param thresholds `[B]`: the largest similarity of each pair that counts as far
 */
export function dgcpnTarget(
  rows: {
    readonly images: Tensor2D;
    readonly texts: Tensor2D;
    readonly allImages: Tensor2D;
    readonly allTexts: Tensor2D;
  },
  thresholds: Tensor,
  { text, neighbours, scale }: DgcpnSettings,
): Tensor2D {
  const { images, texts, allImages, allTexts } = rows;
  const pairs = numberAt(allImages.shape, 0);
  const all = pairSimilarity(images, texts, allImages, allTexts, text); // [B, n]
  const one = (x: Tensor) => tf.cast(x, 'float32');
  const near = tf.mul(one(tf.greater(all, tf.expandDims(thresholds, 1))), one(tf.less(all, itself)));
  const kept = tf.mul(all, near);
  const chances = tf.div(kept, tf.maximum(tf.sum(kept, 1, true), 1e-12)) as Tensor2D; // [B, n]
  const common = tf.matMul(chances, chances, false, true); // [B, B]
  const own = pairSimilarity(images, texts, images, texts, text);
  const mixed = tf.add(tf.mul(own, 1 - neighbours), tf.mul(common, neighbours * scale * pairs));
  return tf.sub(tf.mul(mixed, 2), 1);
}

/** d -> h, ReLU, dropout -> k, tanh. `hidden` applies the dropout. */
function network(name: string, width: number, hiddenWidth: number, bits: number, random: Setup['random']) {
  const forward = (parameters: Tensors, rows: Tensor2D, drop: (x: Tensor) => Tensor = (x) => x): Tensor2D => {
    return tf.tanh(affine(parameters, `${name}.1`, drop(tf.relu(affine(parameters, `${name}.0`, rows)))));
  };
  const parameters = {
    ...linearLayer(`${name}.0`, width, hiddenWidth, random),
    ...linearLayer(`${name}.1`, hiddenWidth, bits, random),
  };
  return {
    width,
    parameters,
    forward: (tensors: Tensors, rows: Tensor2D) => forward(tensors, rows),
    dropping: forward,
  };
}

/** The loss of codes of photos and captions `[B, k]` against a target `[B, B]`, in its two parts. */
export function dgcpnLoss(
  image: Tensor2D,
  text: Tensor2D,
  target: Tensor,
  pair: number,
): { fit: Scalar; coherence: Scalar } {
  const batch = numberAt(image.shape, 0);
  const [a, b] = [safeUnitRows(image), safeUnitRows(text)];
  const among = (x: Tensor2D, y: Tensor2D) => tf.matMul(x, y, false, true);
  const [ii, tt, it] = [among(a, a), among(b, b), among(a, b)];
  const others = tf.sub(1, tf.eye(batch));
  const apart = (found: Tensor) => meanSquare(tf.mul(found, others), tf.mul(target, others));
  const own: Scalar = tf.mean(tf.square(tf.sub(tf.sum(tf.mul(a, b), 1), pair)));
  const fit = tf.addN([own, apart(ii), apart(tt), apart(it)]) as Scalar;
  const coherence = tf.addN([
    meanSquare(it, ii),
    meanSquare(it, tt),
    meanSquare(ii, tt),
    meanSquare(it, tf.transpose(it)),
  ]) as Scalar;
  return { fit, coherence };
}

/**
 * Yu, Zhou, Zhang, Tao: Deep Graph-neighbor Coherence Preserving Network for Unsupervised Cross-modal Hashing, AAAI 2021. Each batch
 * takes three steps: both networks together; photos towards the signs of captions; captions towards the signs that photos had
 * before the second step. Rows of the neighbour graph are made from the features of all pairs when they are needed.
 */
export const dgcpn: HashMethod<typeof dgcpnSettings> = {
  id: 'dgcpn',
  name: 'DGCPN',
  source: 'Yu et al., Deep Graph-neighbor Coherence Preserving Network, AAAI 2021',
  description:
    'Codes keep the similarity of pairs by their features and by the number of common neighbours. Published with ' +
    'batches of 32 and 100 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: dgcpnSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, batch, random, pairs, facts } = setup;
    const hidden = settings.hidden ?? 4096;
    const networks = {
      image: network('image', imageWidth, hidden, bits, random),
      text: network('text', textWidth, hidden, bits, random),
    };
    const far = Math.min(pairs - 2, Math.round(settings.far * pairs));
    /** Unit rows of all pairs and thresholds; made before the first epoch. */
    let graph: { images: Float32Array; texts: Float32Array; thresholds: Float32Array } | null = null;
    const kept = { target: new Float32Array(batch * batch), signs: new Float32Array(batch * bits) };
    const masks = new DropoutMasks();
    for (const side of ['image', 'text']) masks.add(`${side}Hidden`, [batch, hidden], settings.dropout);
    const drops = (inputs: Tensors, side: 'image' | 'text') => (x: Tensor) => dropoutOf(inputs)(`${side}Hidden`, x);
    const codes = (parameters: Tensors, inputs: Tensors, imageRows: Tensor2D, textRows: Tensor2D) => ({
      image: networks.image.dropping(parameters, imageRows, drops(inputs, 'image')),
      text: networks.text.dropping(parameters, textRows, drops(inputs, 'text')),
    });
    const result = (image: Tensor2D, text: Tensor2D, target: Tensor, outputs: Tensors) => {
      const { fit, coherence } = dgcpnLoss(image, text, target, settings.pair);
      const loss: Scalar = tf.add(fit, coherence);
      return { loss, lossC: fit, lossR: coherence, outputs };
    };
    const square = { shape: [batch, batch], dtype: 'float32' } as const;
    const textStep: Phase = {
      name: 'captions',
      learns: (parameter) => parameter.startsWith('text.'),
      inputs: { target: square, signs: { shape: [batch, bits], dtype: 'float32' }, ...masks.inputs },
      loss(parameters, imageRows, textRows, inputs) {
        const { text } = codes(parameters, inputs, imageRows, textRows);
        return result(namedIn(inputs, 'signs') as Tensor2D, text, namedIn(inputs, 'target'), {});
      },
      feed: (_pairs, own) => ({ target: kept.target, signs: kept.signs, ...masks.draw(own) }),
      absorb: () => undefined,
    };
    const imageStep: Phase = {
      name: 'photos',
      learns: (parameter) => parameter.startsWith('image.'),
      inputs: { target: square, ...masks.inputs },
      loss(parameters, imageRows, textRows, inputs) {
        const { image, text } = codes(parameters, inputs, imageRows, textRows);
        return result(image, tf.sign(text), namedIn(inputs, 'target'), { signs: tf.sign(image) });
      },
      feed: (_pairs, own) => ({ target: kept.target, ...masks.draw(own) }),
      absorb: (_pairs, { signs }) => kept.signs.set(signs ?? []),
      then: textStep,
    };
    const joint: Phase = {
      name: 'joint',
      inputs: {
        allImages: { shape: [pairs, imageWidth], dtype: 'float32' },
        allTexts: { shape: [pairs, textWidth], dtype: 'float32' },
        thresholds: { shape: [batch], dtype: 'float32' },
        ...masks.inputs,
      },
      loss(parameters, imageRows, textRows, inputs) {
        const { image, text } = codes(parameters, inputs, imageRows, textRows);
        const rows = {
          images: safeUnitRows(imageRows),
          texts: safeUnitRows(textRows),
          allImages: namedIn(inputs, 'allImages') as Tensor2D,
          allTexts: namedIn(inputs, 'allTexts') as Tensor2D,
        };
        const target = dgcpnTarget(rows, namedIn(inputs, 'thresholds'), settings);
        return result(image, text, target, { target });
      },
      feed(some, own) {
        if (graph === null) throw new Error('the graph is made before the first epoch');
        const { images, texts, thresholds } = graph;
        const ofPairs = Float32Array.from(some, (pair) => float32At(thresholds, pair));
        return { allImages: images, allTexts: texts, thresholds: ofPairs, ...masks.draw(own) };
      },
      absorb: (_pairs, { target }) => kept.target.set(target ?? []),
      then: imageStep,
    };
    return {
      kind: 'gradient',
      networks: networks satisfies Readonly<Record<'image' | 'text', Network>>,
      optimizer: {
        kind: 'sgd',
        learningRate: () => settings.learningRate,
        momentum: settings.momentum,
        weightDecay: settings.weightDecay,
      },
      phase: () => joint,
      async beforeEpoch() {
        if (graph !== null || facts?.rows === undefined) return;
        const { images, texts } = unitPairRows(facts.rows);
        graph = { images, texts, thresholds: await farThresholds(images, texts, pairs, far, settings.text) };
      },
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
