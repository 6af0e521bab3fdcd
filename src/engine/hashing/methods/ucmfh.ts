// UCMFH: Unsupervised Contrastive Multi-modal Fusion Hashing, with networks that search can use: one modality at a time.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { linear, unitRows } from '../mlp.ts';
import type { Random } from '../random.ts';
import {
  dropoutShapes,
  encodeRows,
  transformerParameters,
  type Dropout,
  type TransformerShape,
} from '../transformer.ts';
import type { HashMethod, Loss, Network, Parameter, Phase, Setup, TensorShape, Tensors } from './method.ts';

export const ucmfhSettings = z.strictObject({
  /** Width of the hash heads' hidden layer; `null`: the published 4096. */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  layers: z.int().min(1).max(12).default(2),
  feedForward: z.int().min(8).max(16384).default(2048),
  temperature: z.number().positive().default(0.5),
  /** Weight of the loss on the hash outputs: the published code has .5, the paper .1. */
  hashWeight: z.number().min(0).default(0.5),
  /** Of the fusion encoder. */
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** Of the hash heads. */
  headDropout: z.number().min(0).max(0.9).default(0.3),
  /**
   * Chance that the image half of a pair is made without its text, and likewise the text half without its image: a query
   * has one modality, and must get the code its partner gets. 0 is the published training, which fuses both for either.
   * On Wikipedia (64 bits, 12 epochs, best mean mAP of `single`): 0 .16, .25 .21, .5 .24, .8 .27, 1 .28.
   */
  modalityDropout: z.number().min(0).max(1).default(0.5),
  encoderLearningRate: z.number().positive().default(1e-4),
  headLearningRate: z.number().positive().default(1e-3),
});
export type UcmfhSettings = z.output<typeof ucmfhSettings>;

export type Half = 'image' | 'text';

/** Everything the parts below need to know of sizes. */
export interface UcmfhShape extends TransformerShape {
  readonly imageWidth: number;
  readonly textWidth: number;
  /** Both features live in one space, so that one can stand in for the other. */
  readonly oneSpace: boolean;
}

/**
 * Rows `[n, imageWidth]` and `[n, textWidth]` -> the fused row, `[n, width]`. Rows are padded with zeros to a multiple
 * of 8, so that they split into 4 heads and 2 halves; CLIP's 1024 need none.
 */
function concatenated(shape: UcmfhShape, image: Tensor2D, text: Tensor2D): Tensor2D {
  const padding = shape.width - shape.imageWidth - shape.textWidth;
  if (padding === 0) return tf.concat([image, text], 1);
  const nothing = tf.mul(tf.slice(image, [0, 0], [-1, 1]), tf.zeros([1, padding])) as Tensor2D; // [n, padding]
  return tf.concat([image, text, nothing], 1);
}

/** The fusion encoder: `[n, imageWidth]`, `[n, textWidth]` -> halves z^v, z^t `[n, width / 2]` of a row of unit length. */
export function fusedHalves(
  shape: UcmfhShape,
  parameters: Tensors,
  image: Tensor2D,
  text: Tensor2D,
  options: { readonly dropout?: Dropout; readonly batchAttention?: boolean } = {},
): Record<Half, Tensor2D> {
  const row = unitRows(encodeRows('fusion', shape, parameters, concatenated(shape, image, text), options));
  const half = shape.width / 2;
  return { image: tf.slice(row, [0, 0], [-1, half]), text: tf.slice(row, [0, half], [-1, half]) };
}

/** A hash head: x/|x| -> Linear -> ReLU -> dropout -> Linear -> tanh -> unit rows. `[n, width / 2]` -> `[n, k]`. */
export function hashHead(half: Half, parameters: Tensors, z: Tensor2D, dropout: Dropout = (_, x) => x): Tensor2D {
  const apply = (part: string, x: Tensor) =>
    tf.add(tf.matMul(x, needed(parameters, `${half}.${part}.w`)), needed(parameters, `${half}.${part}.b`));
  const hidden = dropout(half, tf.relu(apply('fc1', unitRows(z)))); // [n, hidden]
  return unitRows(tf.tanh(apply('tohash', hidden)));
}

/**
 * NT-Xent over the 2B unit rows of a batch: each row against its other modality, all other 2B - 2 rows as negatives.
 * `a`, `b` `[B, d]`. Similarities lie in [-1/T, 1/T]: exp needs no guard.
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

function needed(tensors: Tensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`UCMFH was given no ${name}`);
  return tensor;
}

const missingName = (half: Half) => `missing.${half}`;
const otherHalf = (half: Half): Half => (half === 'image' ? 'text' : 'image');

/**
 * What stands in the place of a modality that is not there, `[n, its width]` or a row that broadcasts to it: the other
 * modality where both live in one space, else the learned vector, else (nothing was learned) zeros.
 */
function standIn(shape: UcmfhShape, half: Half, parameters: Tensors, other: Tensor2D): Tensor {
  if (shape.oneSpace) return other;
  return parameters[missingName(half)] ?? tf.zeros([1, shape[`${half}Width`]]);
}

function networkOf(shape: UcmfhShape, half: Half, parameters: Readonly<Record<string, Parameter>>): Network {
  const width = shape[`${half}Width`];
  const own = Object.entries(parameters).filter(([name]) => {
    return !name.startsWith(`${otherHalf(half)}.`) && name !== missingName(half);
  });
  return {
    width,
    parameters: Object.fromEntries(own),
    forward(tensors, rows) {
      const other = otherHalf(half);
      // As many rows as there are queries: n zeros and the stand-in.
      const zeros = tf.mul(tf.slice(rows, [0, 0], [-1, 1]), 0); // [n, 1]
      const filler = tf.add(zeros, standIn(shape, other, tensors, rows)) as Tensor2D; // [n, the other width]
      const halves =
        half === 'image' ? fusedHalves(shape, tensors, rows, filler) : fusedHalves(shape, tensors, filler, rows);
      return hashHead(half, tensors, halves[half]);
    },
  };
}

/** 1 / (1 - p) with probability 1 - p, else 0; two numbers of 16 bits from each draw. */
function drawMask(mask: Float32Array, p: number, random: Random): void {
  const limit = Math.round(p * 0x10000);
  const kept = 0x10000 / (0x10000 - limit);
  for (let i = 0; i < mask.length; i += 2) {
    const bits = random.bits();
    mask[i] = (bits & 0xffff) >= limit ? kept : 0;
    if (i + 1 < mask.length) mask[i + 1] = bits >>> 16 >= limit ? kept : 0;
  }
}

function phaseOf(shape: UcmfhShape, hidden: number, settings: UcmfhSettings, setup: Setup): Phase {
  const { batch } = setup;
  const dropsModality = settings.modalityDropout > 0;
  // Masks are drawn outside of the graph, so that the seed decides them on every device.
  const masks: { place: string; shape: readonly number[]; p: number; data: Float32Array }[] = [];
  const addMask = (place: string, maskShape: readonly number[], p: number) => {
    if (p === 0) return;
    masks.push({ place, shape: maskShape, p, data: new Float32Array(maskShape.reduce((size, n) => size * n, 1)) });
  };
  for (const [place, maskShape] of Object.entries(dropoutShapes(shape, dropsModality ? 2 * batch : batch))) {
    addMask(place, maskShape, settings.dropout);
  }
  for (const half of ['image', 'text']) addMask(half, [batch, hidden], settings.headDropout);
  const inputs: Record<string, TensorShape> = {};
  for (const { place, shape: maskShape } of masks) inputs[place] = { shape: maskShape, dtype: 'float32' };
  const has = { image: new Float32Array(batch), text: new Float32Array(batch) };
  if (dropsModality) {
    inputs['hasImage'] = { shape: [batch, 1], dtype: 'float32' };
    inputs['hasText'] = { shape: [batch, 1], dtype: 'float32' };
  }

  /** z^v and z^t of a batch, `[B, width / 2]`. */
  const halvesOf = (parameters: Tensors, image: Tensor2D, text: Tensor2D, given: Tensors, dropout: Dropout) => {
    if (!dropsModality) return fusedHalves(shape, parameters, image, text, { dropout });
    // Each pair twice: once for z^v, where its text may be missing, and once for z^t, where its image may be. Leaving a
    // modality out of one row for both halves would never ask an image alone to agree with a text alone.
    const perhaps = (half: Half, rows: Tensor2D, other: Tensor2D, present: Tensor) => {
      const filler = standIn(shape, half, parameters, other);
      return tf.add(tf.mul(rows, present), tf.mul(filler, tf.sub(1, present))) as Tensor2D;
    };
    const images = tf.concat([image, perhaps('image', image, text, needed(given, 'hasImage'))], 0); // [2B, imageWidth]
    const texts = tf.concat([perhaps('text', text, image, needed(given, 'hasText')), text], 0); // [2B, textWidth]
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
      const dropout: Dropout = (place, x) => {
        const mask = given[place];
        return mask === undefined ? x : tf.mul(x, mask);
      };
      const halves = halvesOf(parameters, imageRows, textRows, given, dropout);
      const lossC = ntXent(halves.image, halves.text, settings.temperature);
      const lossR = ntXent(
        hashHead('image', parameters, halves.image, dropout),
        hashHead('text', parameters, halves.text, dropout),
        settings.temperature,
      );
      return { loss: tf.add(lossC, tf.mul(lossR, settings.hashWeight)), lossC, lossR, outputs: {} };
    },
    feed(_pairs, random) {
      for (const { data, p } of masks) drawMask(data, p, random);
      const feeds = Object.fromEntries(masks.map(({ place, data }) => [place, data]));
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
  };
  const parameters = transformerParameters('fusion', shape, random);
  for (const half of ['image', 'text'] as const) {
    const fc1 = linear(shape.width / 2, hidden, random);
    const tohash = linear(hidden, bits, random);
    parameters[`${half}.fc1.w`] = fc1.w;
    parameters[`${half}.fc1.b`] = fc1.b;
    parameters[`${half}.tohash.w`] = tohash.w;
    parameters[`${half}.tohash.b`] = tohash.b;
    const width = shape[`${half}Width`];
    const initial = Float32Array.from({ length: width }, () => 0.02 * random.normal());
    // Without modality dropout there is nothing to learn it from.
    if (!shape.oneSpace && settings.modalityDropout > 0) parameters[missingName(half)] = { shape: [width], initial };
  }
  return {
    shape,
    hidden,
    networks: { image: networkOf(shape, 'image', parameters), text: networkOf(shape, 'text', parameters) },
  };
}

/**
 * Xia et al., Unsupervised Contrastive Multi-modal Fusion Hashing, Information Fusion 2023,
 * doi 10.1016/j.inffus.2023.101968.
 *
 * A transformer encoder fuses the concatenated features of a pair; the halves of its output, and the outputs of a hash
 * head on each, are drawn together by NT-Xent. In training each pair is a sequence of its own.
 *
 * Two departures, because a person who searches has one modality only: codes are made from one feature, its absent
 * partner filled in (by the feature itself where both live in one space, else by a learned vector), and training makes
 * the two halves of a pair without their partners now and then (`modalityDropout`). Numbers are therefore of protocol `single`, and are not comparable
 * with the published ones, whose image queries have seen their own captions.
 */
export const ucmfh: HashMethod<typeof ucmfhSettings> = {
  id: 'ucmfh',
  name: 'UCMFH',
  source: 'Xia et al., Unsupervised Contrastive Multi-modal Fusion Hashing, Information Fusion, 2023',
  settings: ucmfhSettings,
  learner(setup, settings) {
    const { shape, hidden, networks } = ucmfhNetworks(setup, settings);
    const main = phaseOf(shape, hidden, settings, setup);
    const isHead = (parameter: string) => parameter.startsWith('image.') || parameter.startsWith('text.');
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        learningRate: (name) => (isHead(name) ? settings.headLearningRate : settings.encoderLearningRate),
        beta1: 0.5,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        clipNorm: null,
      },
      phase: () => main,
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
