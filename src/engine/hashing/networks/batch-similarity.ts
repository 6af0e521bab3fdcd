// Similarities among the rows of a batch, as the deep unsupervised methods make their targets and losses of them.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { safeUnitRows } from './linear-code.ts';

/** Cosines of rows `[B, d]` among each other, or with rows of the same width: `[B, B]`. */
export function cosines(a: Tensor2D, b: Tensor2D = a): Tensor2D {
  const unit = safeUnitRows(a);
  return tf.matMul(unit, b === a ? unit : safeUnitRows(b), false, true);
}

/** 2 cos - 1 of rows `[B, d]` among each other, `[B, B]`: similarities of features that are not negative, from -1 to 1. */
export const scaledCosines = (rows: Tensor2D): Tensor2D => tf.sub(tf.mul(cosines(rows), 2), 1);

/** The mean of squared differences. */
export const meanSquare = (a: Tensor, b: Tensor): Scalar => tf.mean(tf.square(tf.sub(a, b)));

/** Unit rows of tanh(alpha h): codes relaxed to the unit sphere, `[B, k]`. */
export const relaxedCodes = (outputs: Tensor2D, alpha: Tensor): Tensor2D =>
  safeUnitRows(tf.tanh(tf.mul(outputs, alpha)));

/** Sum of weighted scalars. */
export const weighted = (...terms: readonly (readonly [weight: number, value: Scalar])[]): Scalar =>
  terms.map(([weight, value]): Scalar => tf.mul(value, weight)).reduce((sum, term): Scalar => tf.add(sum, term));
