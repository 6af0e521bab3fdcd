// A tensor as a constant.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Stops the gradient. */
export const stopGradient = tf.customGrad((x) => ({
  value: tf.clone(x as Tensor),
  gradFunc: (dy) => tf.zerosLike(dy as Tensor),
}));
