// Similarities of the pairs of a batch from which a contrastive target can be made, as methods of the papers' tables have them: of
// both modalities, of common neighbours, and of similarities.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { float32At, namedIn, numberAt } from '../../../shared/at.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import type { Moments, PairRows } from '../data/pair-facts.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import type { TensorShape, Tensors } from '../networks/network.ts';
import { cirhSettings } from './cirh.ts';
import { dgcpnSettings, dgcpnTarget } from './dgcpn.ts';
import { drawnSimilarities, jdshSettings, jdshSimilarity, jdshTarget, spreadOf } from './jdsh.ts';
import { farThresholds, pairSimilarity } from './pair-graph.ts';

/**
 * `neighbours`: a similarity mixed with that of common neighbours, P P^T (DGCPN). `mixture`: a similarity without far pairs, mixed with its
 * symmetric form (CIRH). `joint`: similarities of both modalities and of these similarities, stronger where they are clear (JDSH).
 */
export const pairTargets = ['neighbours', 'mixture', 'joint'] as const;
export type PairTarget = (typeof pairTargets)[number];

/** Standardised rows of all pairs at unit length, and the bounds below which a pair counts as far from a pair. */
export interface TargetGraph {
  readonly images: Float32Array;
  readonly texts: Float32Array;
  readonly thresholds: Float32Array;
}

export interface BatchSimilarity {
  /** Inputs of a step. */
  readonly inputs: Readonly<Record<string, TensorShape>>;
  /** Similarities `[B, B]` of pairs with these standardised rows, about 1 for a pair and itself. */
  of(images: Tensor2D, texts: Tensor2D, inputs: Tensors): Tensor;
  /** Work before the first step. */
  prepare(): Promise<void>;
  /** Values of `inputs` for a batch. */
  feed(pairs: Int32Array): Readonly<Record<string, Float32Array>>;
}

interface Request {
  readonly kind: PairTarget;
  /** Share of photos in the similarity, against captions. */
  readonly image: number;
  readonly pairs: number;
  readonly batch: number;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** Absent in estimates of memory. */
  readonly rows: PairRows | undefined;
  readonly standardised: Readonly<Record<'image' | 'text', (row: Float32Array) => Float32Array>>;
}

/** A row less the means over the deviations, as the network takes it. */
export function standardisedRow(moments: Moments, least: number): (row: Float32Array) => Float32Array {
  const { mean, deviation } = moments;
  return (row) => row.map((x, i) => (x - float32At(mean, i)) / (float32At(deviation, i) + least));
}

/** `[B, B]`: a S1 + (1 - a) sym(2 sigma(S1) - 1 + I), S1 the similarities that are above the bound of their row. */
export function mixtureOf(similarities: Tensor2D, thresholds: Tensor, plain: number): Tensor {
  const near = tf.mul(similarities, tf.cast(tf.greater(similarities, tf.expandDims(thresholds, 1)), 'float32'));
  // 2 sigma(x) - 1 = tanh(x / 2)
  const curved = tf.add(tf.tanh(tf.div(near, 2)), tf.eye(numberAt(near.shape, 0)));
  return tf.add(tf.mul(near, plain), tf.mul(tf.add(curved, tf.transpose(curved)), (1 - plain) / 2));
}

/** The similarity of a kind for batches of a training. Constants are the publications'. */
export function batchSimilarity(request: Request): BatchSimilarity {
  const { kind, image, pairs, batch, imageWidth, textWidth, rows, standardised } = request;
  const standard: PairRows | undefined = rows && {
    ...rows,
    image: (pair) => standardised.image(rows.image(pair)),
    text: (pair) => standardised.text(rows.text(pair)),
  };
  const withoutInputs = { inputs: {}, prepare: () => Promise.resolve(), feed: () => ({}) };
  if (kind === 'joint') {
    const settings = jdshSettings.parse({});
    // Captions and photos share what the publication gives to them.
    const own = 1 - settings.joint;
    const shares = { image: own * image, text: own * (1 - image), joint: settings.joint };
    const spread =
      standard === undefined || standard.count < 2
        ? { left: -1, right: 1, min: -1, max: 1 }
        : spreadOf(drawnSimilarities(standard, shares, new Random(1)));
    return {
      ...withoutInputs,
      of: (images, texts) => jdshTarget(jdshSimilarity(images, texts, shares), spread, { ...settings, scale: 1 }),
    };
  }
  let graph: TargetGraph | null = null;
  const share = 1 - image;
  const { far } = kind === 'mixture' ? cirhSettings.parse({}) : dgcpnSettings.parse({});
  const prepare = async (): Promise<void> => {
    if (graph !== null || standard === undefined) return;
    const unit = (width: number, row: (pair: number) => Float32Array) => {
      const all = new Float32Array(standard.count * width);
      for (let pair = 0; pair < standard.count; pair++) all.set(row(pair), pair * width);
      return unitRowsOf(all, width);
    };
    const images = unit(imageWidth, (pair) => standard.image(pair));
    const texts = unit(textWidth, (pair) => standard.text(pair));
    const count = Math.max(0, Math.min(pairs - 2, Math.round(far * pairs)));
    graph = { images, texts, thresholds: await farThresholds(images, texts, pairs, count, share) };
  };
  const made = (): TargetGraph => {
    if (graph === null) throw new Error('the graph is made before the first epoch');
    return graph;
  };
  const thresholdsOf = (some: Int32Array) => Float32Array.from(some, (pair) => float32At(made().thresholds, pair));
  const thresholds: TensorShape = { shape: [batch], dtype: 'float32' };
  if (kind === 'mixture') {
    const { plain } = cirhSettings.parse({});
    return {
      prepare,
      inputs: { farBelow: thresholds },
      of(images, texts, inputs) {
        const [a, b] = [safeUnitRows(images), safeUnitRows(texts)];
        return mixtureOf(pairSimilarity(a, b, a, b, share), namedIn(inputs, 'farBelow'), plain);
      },
      feed: (some) => ({ farBelow: thresholdsOf(some) }),
    };
  }
  const settings = dgcpnSettings.parse({ text: share });
  return {
    prepare,
    inputs: {
      farBelow: thresholds,
      allImages: { shape: [pairs, imageWidth], dtype: 'float32' },
      allTexts: { shape: [pairs, textWidth], dtype: 'float32' },
    },
    of(images, texts, inputs) {
      const all = {
        images: safeUnitRows(images),
        texts: safeUnitRows(texts),
        allImages: namedIn(inputs, 'allImages') as Tensor2D,
        allTexts: namedIn(inputs, 'allTexts') as Tensor2D,
      };
      // From [-1, 1] back to a cosine.
      return tf.div(tf.add(dgcpnTarget(all, namedIn(inputs, 'farBelow'), settings), 1), 2);
    },
    feed: (some) => ({ farBelow: thresholdsOf(some), allImages: made().images, allTexts: made().texts }),
  };
}
