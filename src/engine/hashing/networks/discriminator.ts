// Discriminators of adversarial methods: multi-layer perceptrons that tell rows of one kind from rows of another.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Random } from '../../numerics/random.ts';
import { itemAt, namedIn, numberAt } from '../../../shared/at.ts';
import { stopGradient } from './stop-gradient.ts';
import { affine, linearLayer } from './mlp.ts';
import type { Parameter, Tensors } from './network.ts';

export interface Discriminator {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** `[n, widths[0]]` -> `[n, 1]`: the larger, the more like the first kind. */
  score(parameters: Tensors, rows: Tensor2D): Tensor2D;
  /** `[n, widths[0]]`: the gradient of each row's score by the row. */
  slope(parameters: Tensors, rows: Tensor2D): Tensor2D;
}

/** Linear layers with ReLU between them, to one number; parameters `<name>.<layer>.w` and `.b`. */
export function discriminator(name: string, widths: readonly number[], random: Random): Discriminator {
  const parameters: Record<string, Parameter> = {};
  const layers = [...widths, 1].slice(1).map((width, i) => {
    Object.assign(parameters, linearLayer(`${name}.${i}`, numberAt(widths, i), width, random));
    return `${name}.${i}`;
  });
  /** Outputs of every layer before its ReLU. */
  const outputs = (tensors: Tensors, rows: Tensor2D): Tensor2D[] => {
    const found: Tensor2D[] = [];
    let x: Tensor2D = rows;
    for (const layer of layers) {
      const sum = affine(tensors, layer, x);
      found.push(sum);
      x = tf.relu(sum);
    }
    return found;
  };
  return {
    parameters,
    score: (tensors, rows) => outputs(tensors, rows).at(-1) as Tensor2D,
    slope(tensors, rows) {
      // The chain rule by hand: a gradient of a gradient would need second derivatives of every operation.
      const found = outputs(tensors, rows);
      let slope: Tensor2D = tf.onesLike(found.at(-1) as Tensor2D);
      for (let i = layers.length - 1; i >= 0; i--) {
        if (i < layers.length - 1) slope = tf.mul(slope, tf.sign(tf.relu(stopGradient(itemAt(found, i)) as Tensor2D)));
        slope = tf.matMul(slope, namedIn(tensors, `${itemAt(layers, i)}.w`) as Tensor2D, false, true);
      }
      return slope;
    },
  };
}

/** -log sigma(score), the mean: small where rows look like the first kind. */
export const firstKindLoss = (score: Tensor2D): Scalar => tf.mean(tf.softplus(tf.neg(score)));
/** -log(1 - sigma(score)), the mean: small where rows look like the second kind. */
export const secondKindLoss = (score: Tensor2D): Scalar => tf.mean(tf.softplus(score));

/**
 * The mean of (|slope| - 1)^2 at points between rows of both kinds (gradient penalty, Gulrajani et al., NeurIPS 2017).
 * @param shares `[n, d]` from 0 to 1: how much of each number is the first kind's
 */
export function gradientPenalty(
  judge: Discriminator,
  parameters: Tensors,
  first: Tensor2D,
  second: Tensor2D,
  shares: Tensor,
): Scalar {
  const between: Tensor2D = tf.add(tf.mul(first, shares), tf.mul(second, tf.sub(1, shares)));
  // The slope is 0 where ReLU cuts off every layer; the bound keeps its derivative finite.
  const squares = tf.sum(tf.square(judge.slope(parameters, between)), 1);
  const length = tf.sqrt(tf.maximum(squares, 1e-24));
  return tf.mean(tf.square(tf.sub(length, 1)));
}
