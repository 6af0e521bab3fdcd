// Adam (Kingma and Ba 2015) with L2 in the gradient or decoupled from it (AdamW, Loshchilov and Hutter 2019), and the
// gradient's norm bounded, as PyTorch computes it.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { AdamOptimizer, Optimizer } from '../methods/method.ts';
import type { Tensors } from '../networks/network.ts';
import { namedIn } from '../../../shared/at.ts';

/**
 * The moments are kept without their factors (1 - beta): first = sum of beta1^i g, second = sum of beta2^i g^2. That
 * takes two passes over the parameters less, and the factors go into the two numbers of `stepScalars`.
 */
export interface AdamState {
  readonly parameters: Tensors;
  readonly first: Tensors;
  readonly second: Tensors;
}

/**
 * The numbers of step `t` (from 1) that take the place of bias correction:
 * lr * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps) = lr * rate * first / (sqrt(second) + epsilon).
 */
export function stepScalars(optimizer: Optimizer, t: number): { rate: number; epsilon: number } {
  // Steps of stochastic gradient descent are all alike.
  if (optimizer.kind === 'sgd') return { rate: 1, epsilon: 0 };
  const { beta1, beta2, epsilon } = optimizer;
  const scale = Math.sqrt((1 - beta2) / (1 - beta2 ** t));
  return { rate: (1 - beta1) / (1 - beta1 ** t) / scale, epsilon: epsilon / scale };
}

/** L2 norm of all gradients together. */
export function gradientNorm(gradients: Tensors): Scalar {
  const squares = Object.values(gradients).map((gradient): Scalar => tf.sum(tf.square(gradient)));
  return tf.sqrt(tf.addN(squares));
}

/** Inputs of a step beside `rate` and `epsilon` of `stepScalars`. */
export interface AdamScalars {
  /** The schedule's factor included. */
  readonly rate: Scalar;
  readonly epsilon: Scalar;
  /** The schedule's factor by itself: decoupled decay goes by the learning rate without bias correction. */
  readonly factor: Scalar;
}

/** One step. `norm` is `gradientNorm(gradients)`. */
export function adamStep(
  optimizer: AdamOptimizer,
  state: AdamState,
  gradients: Tensors,
  norm: Scalar,
  { rate, epsilon, factor }: AdamScalars,
): AdamState {
  const { beta1, beta2, weightDecay, clipNorm } = optimizer;
  // torch.nn.utils.clip_grad_norm_: min(1, bound / (norm + 1e-6)).
  const clip = clipNorm === null ? null : tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-6)));
  const parameters: Record<string, Tensor> = {};
  const first: Record<string, Tensor> = {};
  const second: Record<string, Tensor> = {};
  for (const [name, parameter] of Object.entries(state.parameters)) {
    const [gradient, m, v] = [namedIn(gradients, name), namedIn(state.first, name), namedIn(state.second, name)];
    let g = clip === null ? gradient : tf.mul(gradient, clip);
    if (weightDecay !== 0) g = tf.add(g, tf.mul(parameter, weightDecay));
    const m1 = tf.add(tf.mul(m, beta1), g);
    const v1 = tf.add(tf.mul(v, beta2), tf.square(g));
    const step = tf.div(tf.mul(m1, tf.mul(rate, optimizer.learningRate(name))), tf.add(tf.sqrt(v1), epsilon));
    const decay = optimizer.learningRate(name) * (optimizer.decoupledDecay?.(name) ?? 0);
    const kept = decay === 0 ? parameter : tf.mul(parameter, tf.sub(1, tf.mul(factor, decay)));
    parameters[name] = tf.sub(kept, step);
    first[name] = m1;
    second[name] = v1;
  }
  return { parameters, first, second };
}
