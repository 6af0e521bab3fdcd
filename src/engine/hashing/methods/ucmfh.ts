// UCMFH: Unsupervised Contrastive Multi-modal Fusion Hashing, with networks that search can use: one modality at a time.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { DropoutMasks, dropoutOf, type Dropout } from '../networks/dropout.ts';
import { affine, linearLayer, unitRows } from '../networks/mlp.ts';
import { Random } from '../../numerics/random.ts';
import { scheduleOf, scheduleSettings } from './schedule.ts';
import {
  attentionConstants,
  dropoutShapes,
  encodeRows,
  transformerParameters,
  type EncodeOptions,
  type TransformerShape,
} from '../networks/transformer.ts';
import type { HashMethod, Loss, Phase, Setup } from './method.ts';
import type { Network, Networks, PairForward, Parameter, RealNetworks, Tensors } from '../networks/network.ts';
import { namedIn } from '../../../shared/at.ts';

export const ucmfhSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: "Width of the hash heads' hidden layer (published: 4096).",
  }),
  layers: z.int().min(1).max(12).default(2).meta({
    title: 'Encoder layers',
    description: 'Layers of the fusion encoder.',
  }),
  feedForward: z.int().min(8).max(16384).default(2048).meta({
    title: 'Feed-forward width',
    description: 'Width of the feed-forward layers of the fusion encoder.',
  }),
  fusionEncoder: z.boolean().default(true).meta({
    title: 'Fusion encoder',
    description: 'Without a fusion encoder the hash heads take the features as they are.',
  }),
  losses: z.enum(['both', 'fusion', 'hash']).default('both').meta({
    title: 'Losses',
    description:
      'Contrasts the fused rows, the hash outputs, or both. With fusion alone the heads stay random, the same on both sides.',
  }),
  temperature: z.number().positive().default(0.5).meta({
    title: 'Temperature',
    symbol: 'τ',
    description: 'Temperature of both losses.',
  }),
  hashWeight: z.number().min(0).default(0.5).meta({
    title: 'Weight of the hash loss',
    symbol: 'λ₂',
    description: 'Weight of the hash loss; the fusion loss has 1. The published code has 0.5, the paper 0.1.',
  }),
  dropout: z.number().min(0).max(0.9).default(0.1).meta({
    title: 'Dropout',
    description: 'Dropout of the fusion encoder.',
  }),
  headDropout: z.number().min(0).max(0.9).default(0.3).meta({
    title: 'Dropout of the heads',
    description: 'Dropout of the hash heads.',
  }),
  // Chosen by the mean mAP of protocol `single` (docs/measurements.md, Wikipedia set).
  modalityDropout: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .meta({
      title: 'Modality dropout',
      description:
        'Chance that one half of a pair is used without the other, like a query. 0 is the published training, which ' +
        'always uses both and searches badly by one alone.',
    }),
  realValued: z.boolean().default(false).meta({
    title: 'Measure real-valued rows',
    description:
      'Measures the fused rows by cosine instead of codes, as one table of the paper does; search uses codes.',
  }),
  encoderLearningRate: z.number().positive().default(1e-4).meta({
    title: 'Learning rate of the encoder',
    description: 'Learning rate of Adam for the fusion encoder.',
  }),
  headLearningRate: z.number().positive().default(1e-3).meta({
    title: 'Learning rate of the heads',
    description: 'Learning rate of Adam for the hash heads.',
  }),
  ...scheduleSettings,
  weightDecay: z.number().min(0).default(0).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient.',
  }),
  clipNorm: z.number().min(0).default(0).meta({
    title: 'Gradient norm',
    description: 'Bound on the norm of the gradient; 0 for none.',
  }),
});
export type UcmfhSettings = z.output<typeof ucmfhSettings>;

export type Half = 'image' | 'text';

/** Sizes of the networks. */
export interface UcmfhShape extends TransformerShape {
  readonly imageWidth: number;
  readonly textWidth: number;
  /** Whether both features are in one space, so that one can replace the other. */
  readonly oneSpace: boolean;
  /** False leaves the fusion encoder out: the halves are the features. Default true. */
  readonly fuses?: boolean;
}

/**
 * Rows `[n, imageWidth]` and `[n, textWidth]` -> the fused row, `[n, width]`. Rows are padded with zeros to a multiple
 * of 8, so that they split into 4 heads and 2 halves; CLIP's 1024 need none.
 */
function concatenated(shape: UcmfhShape, image: Tensor2D, text: Tensor2D): Tensor2D {
  const padding = shape.width - shape.imageWidth - shape.textWidth;
  if (padding === 0) return tf.concat([image, text], 1);
  const zeros = tf.mul(tf.slice(image, [0, 0], [-1, 1]), tf.zeros([1, padding])) as Tensor2D; // [n, padding]
  return tf.concat([image, text, zeros], 1);
}

/**
 * The fusion encoder: `[n, imageWidth]`, `[n, textWidth]` -> halves z^v, z^t `[n, width / 2]` of a row of unit length.
 * Without one, the features themselves.
 */
export function fusedHalves(
  shape: UcmfhShape,
  parameters: Tensors,
  image: Tensor2D,
  text: Tensor2D,
  options: EncodeOptions = {},
): Record<Half, Tensor2D> {
  if (shape.fuses === false) return { image: unitRows(image), text: unitRows(text) };
  const row = unitRows(encodeRows('fusion', shape, parameters, concatenated(shape, image, text), options));
  const half = shape.width / 2;
  return { image: tf.slice(row, [0, 0], [-1, half]), text: tf.slice(row, [0, half], [-1, half]) };
}

/** A hash head: x/|x| -> Linear -> ReLU -> dropout -> Linear -> tanh -> unit rows. `[n, width / 2]` -> `[n, k]`. */
export function hashHead(half: Half, parameters: Tensors, z: Tensor2D, dropout: Dropout = (_, x) => x): Tensor2D {
  const hidden = dropout(half, tf.relu(affine(parameters, `${half}.fc1`, unitRows(z)))); // [n, hidden]
  return unitRows(tf.tanh(affine(parameters, `${half}.tohash`, hidden)));
}

/**
 * NT-Xent over the 2B unit rows of a batch: each row against its other modality, all other 2B - 2 rows as negatives.
 * `a`, `b` `[B, d]`. Similarities are in [-1/T, 1/T], so exp cannot overflow.
 */
export function ntXent(a: Tensor2D, b: Tensor2D, temperature: number): Scalar {
  const [u, v] = [unitRows(a), unitRows(b)];
  const all = tf.concat([u, v], 0); // [2B, d]
  const rows = all.shape[0];
  const weights = tf.exp(tf.div(tf.matMul(all, all, false, true), temperature)); // [2B, 2B]
  const others = tf.tensor2d(
    Float32Array.from({ length: rows * rows }, (_, i) => Number(i % (rows + 1) !== 0)),
    [rows, rows],
  );
  const sums = tf.sum(tf.mul(weights, others), 1); // [2B]
  // Both rows of a pair have the same positive.
  const positive = tf.div(tf.sum(tf.mul(u, v), 1), temperature); // [B]
  return tf.sub(tf.mean(tf.log(sums)), tf.mean(positive));
}

const missingName = (half: Half) => `missing.${half}`;
const otherHalf = (half: Half): Half => (half === 'image' ? 'text' : 'image');

/**
 * The replacement of an absent modality, `[n, its width]` or a row that broadcasts to it: the other modality where both are
 * in one space, else the learned vector, else zeros.
 */
function standIn(shape: UcmfhShape, half: Half, parameters: Tensors, other: Tensor2D): Tensor {
  if (shape.oneSpace) return other;
  return parameters[missingName(half)] ?? tf.zeros([1, shape[`${half}Width`]]);
}

/** Width of z^v or z^t. */
const halfWidth = (shape: UcmfhShape, half: Half) => (shape.fuses === false ? shape[`${half}Width`] : shape.width / 2);

/** Makes the code of a half, or leaves it as it is in the real-valued mode. */
type Finish = (half: Half, parameters: Tensors, z: Tensor2D) => Tensor2D;

function networkOf(
  shape: UcmfhShape,
  half: Half,
  parameters: Readonly<Record<string, Parameter>>,
  finish: Finish,
): Network {
  const width = shape[`${half}Width`];
  const own = Object.entries(parameters).filter(([name]) => {
    return !name.startsWith(`${otherHalf(half)}.`) && name !== missingName(half);
  });
  return {
    width,
    parameters: Object.fromEntries(own),
    forward(tensors, rows) {
      const other = otherHalf(half);
      // Broadcast the substitute to n rows, one for each query.
      const zeros = tf.mul(tf.slice(rows, [0, 0], [-1, 1]), 0); // [n, 1]
      const filler = tf.add(zeros, standIn(shape, other, tensors, rows)) as Tensor2D; // [n, the other width]
      const [image, text] = half === 'image' ? [rows, filler] : [filler, rows];
      return finish(half, tensors, fusedHalves(shape, tensors, image, text, { mergeAttention: true })[half]);
    },
  };
}

function networksOf(
  shape: UcmfhShape,
  parameters: Readonly<Record<string, Parameter>>,
  constants: () => Readonly<Record<string, Parameter>>,
  finish: Finish,
): Omit<Networks, 'real'> {
  const pairOf = (batchAttention: boolean): PairForward => {
    return (tensors, imageRows, textRows) => {
      const fixed = Object.entries(batchAttention ? constants() : {}).map(([name, { shape: sizes, initial }]) => {
        return [name, tf.tensor(initial, [...sizes])] as const;
      });
      const all = { ...tensors, ...Object.fromEntries(fixed) };
      const halves = fusedHalves(shape, all, imageRows, textRows, { batchAttention });
      return { image: finish('image', all, halves.image), text: finish('text', all, halves.text) };
    };
  };
  return {
    image: networkOf(shape, 'image', parameters, finish),
    text: networkOf(shape, 'text', parameters, finish),
    pair: pairOf(false),
    ...(shape.fuses === false ? {} : { pairOverBatch: pairOf(true) }),
  };
}

/** Weights of the losses. */
function weightsOf({ losses, hashWeight }: UcmfhSettings): { fusion: number; hash: number } {
  return { fusion: Number(losses !== 'hash'), hash: losses === 'both' ? hashWeight : Number(losses === 'hash') };
}

function phaseOf(shape: UcmfhShape, hidden: number, settings: UcmfhSettings, setup: Setup): Phase {
  const { batch } = setup;
  const fuses = shape.fuses !== false;
  const dropsModality = fuses && settings.modalityDropout > 0;
  const masks = new DropoutMasks();
  const encoderMasks = fuses ? dropoutShapes(shape, dropsModality ? 2 * batch : batch) : {};
  for (const [place, maskShape] of Object.entries(encoderMasks)) masks.add(place, maskShape, settings.dropout);
  for (const half of ['image', 'text']) masks.add(half, [batch, hidden], settings.headDropout);
  const { inputs } = masks;
  const has = { image: new Float32Array(batch), text: new Float32Array(batch) };
  if (dropsModality) {
    inputs['hasImage'] = { shape: [batch, 1], dtype: 'float32' };
    inputs['hasText'] = { shape: [batch, 1], dtype: 'float32' };
  }

  /** z^v and z^t of a batch, `[B, width / 2]`. */
  const halvesOf = (parameters: Tensors, image: Tensor2D, text: Tensor2D, given: Tensors, dropout: Dropout) => {
    if (!dropsModality) return fusedHalves(shape, parameters, image, text, { dropout });
    // Each pair is in the batch twice: for z^v, where its text may be missing, and for z^t, where its image may be missing.
    // With one row for both halves, an image alone would never learn to agree with a text alone.
    const perhaps = (half: Half, rows: Tensor2D, other: Tensor2D, present: Tensor) => {
      const filler = standIn(shape, half, parameters, other);
      return tf.add(tf.mul(rows, present), tf.mul(filler, tf.sub(1, present))) as Tensor2D;
    };
    const images = tf.concat([image, perhaps('image', image, text, namedIn(given, 'hasImage'))], 0); // [2B, imageWidth]
    const texts = tf.concat([perhaps('text', text, image, namedIn(given, 'hasText')), text], 0); // [2B, textWidth]
    const halves = fusedHalves(shape, parameters, images, texts, { dropout }); // [2B, width / 2]
    return {
      image: tf.slice(halves.image, [0, 0], [batch, -1]),
      text: tf.slice(halves.text, [batch, 0], [batch, -1]),
    };
  };

  return {
    name: 'main',
    inputs,
    loss(parameters, imageRows, textRows, given): Loss {
      const dropout = dropoutOf(given);
      const halves = halvesOf(parameters, imageRows, textRows, given, dropout);
      // Without an encoder the fusion loss has no parameters.
      const lossC: Scalar = fuses ? ntXent(halves.image, halves.text, settings.temperature) : tf.scalar(0);
      const lossR = ntXent(
        hashHead('image', parameters, halves.image, dropout),
        hashHead('text', parameters, halves.text, dropout),
        settings.temperature,
      );
      const weights = weightsOf(settings);
      const loss: Scalar = tf.add(tf.mul(lossC, weights.fusion), tf.mul(lossR, weights.hash));
      return { loss, lossC, lossR, outputs: {} };
    },
    feed(_pairs, random) {
      const feeds = masks.draw(random);
      if (!dropsModality) return feeds;
      for (const half of [has.image, has.text]) {
        for (let i = 0; i < batch; i++) half[i] = random.uniform() < settings.modalityDropout ? 0 : 1;
      }
      return { ...feeds, hasImage: has.image, hasText: has.text };
    },
    absorb: () => undefined,
  };
}

/** Sizes and parameters of the fusion encoder and both heads. */
export function ucmfhNetworks(setup: Setup, settings: UcmfhSettings) {
  const { imageWidth, textWidth, sharedWidth, bits, random } = setup;
  const hidden = settings.hidden ?? 4096;
  const shape: UcmfhShape = {
    imageWidth,
    textWidth,
    oneSpace: sharedWidth === imageWidth && sharedWidth === textWidth,
    width: Math.ceil((imageWidth + textWidth) / 8) * 8,
    layers: settings.layers,
    heads: 4,
    feedForward: settings.feedForward,
    fuses: settings.fusionEncoder,
  };
  const parameters = settings.fusionEncoder ? transformerParameters('fusion', shape, random) : {};
  for (const half of ['image', 'text'] as const) {
    Object.assign(parameters, linearLayer(`${half}.fc1`, halfWidth(shape, half), hidden, random));
    Object.assign(parameters, linearLayer(`${half}.tohash`, hidden, bits, random));
    const width = shape[`${half}Width`];
    const initial = Float32Array.from({ length: width }, () => 0.02 * random.normal());
    // Without modality dropout the vector would get no gradient.
    const learnsMissing = settings.fusionEncoder && !shape.oneSpace && settings.modalityDropout > 0;
    if (learnsMissing) parameters[missingName(half)] = { shape: [width], initial };
  }
  // Heads that never learn must be equal, otherwise their codes could not be compared.
  if (settings.losses === 'fusion' && halfWidth(shape, 'image') === halfWidth(shape, 'text')) {
    for (const part of ['fc1.w', 'fc1.b', 'tohash.w', 'tohash.b']) {
      const shared = parameters[`image.${part}`];
      if (shared !== undefined) parameters[`text.${part}`] = shared;
    }
  }
  // A separate random stream, so that drawing them does not change other numbers.
  const { state } = random;
  const constants = () => attentionConstants('fusion', shape, new Random(state));
  const hashed = networksOf(shape, parameters, constants, (half, tensors, z) => hashHead(half, tensors, z));
  const networks: Networks = settings.realValued
    ? {
        ...hashed,
        real: realRows(
          shape,
          networksOf(shape, parameters, constants, (_half, _tensors, z) => z),
        ),
      }
    : hashed;
  return { shape, hidden, networks };
}

function realRows(shape: UcmfhShape, networks: Omit<Networks, 'real'>): RealNetworks {
  const rowWidth = halfWidth(shape, 'image');
  if (rowWidth === halfWidth(shape, 'text')) return { ...networks, rowWidth };
  throw new HashlensError(
    'bad-argument',
    'Without the fusion encoder, features of unequal width cannot be compared as real-valued rows.',
  );
}

/**
 * Xia et al., Unsupervised Contrastive Multi-modal Fusion Hashing, Information Fusion 2023,
 * doi 10.1016/j.inffus.2023.101968.
 *
 * A transformer encoder fuses the concatenated features of a pair; the halves of its output, and the outputs of a hash
 * head on each, are drawn together by NT-Xent. In training each pair is a separate sequence.
 *
 * Two departures, because a person who searches has one modality only: codes are made from one feature, its absent
 * partner filled in (by the feature itself where both live in one space, else by a learned vector), and training makes
 * the two halves of a pair without their partners now and then (`modalityDropout`). Numbers of protocol `single` are not
 * comparable with the published ones, whose image queries have seen their own captions: those are protocol `paired`
 * (`pair`), and, with the batch of 128 as one sequence, `pairOverBatch`.
 */
export const ucmfh: HashMethod<typeof ucmfhSettings> = {
  id: 'ucmfh',
  name: 'UCMFH',
  source: 'Xia et al., Unsupervised Contrastive Multi-modal Fusion Hashing, Information Fusion, 2023',
  description:
    'A transformer fuses photo and caption features, and two networks hash the two halves of its output; training ' +
    'sometimes makes a half without the other, so that a search by one alone works. Slower to train than UCCH.',
  needsPairs: true,
  hasEpochs: true,
  settings: ucmfhSettings,
  learner(setup, settings) {
    const { shape, hidden, networks } = ucmfhNetworks(setup, settings);
    const main = phaseOf(shape, hidden, settings, setup);
    const isHead = (parameter: string) => parameter.startsWith('image.') || parameter.startsWith('text.');
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        schedule: scheduleOf(settings, setup.epochs),
        learningRate: (name) => (isHead(name) ? settings.headLearningRate : settings.encoderLearningRate),
        beta1: 0.5,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: settings.weightDecay,
        clipNorm: settings.clipNorm === 0 ? null : settings.clipNorm,
      },
      phase: () => main,
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
