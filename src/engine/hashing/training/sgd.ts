// Stochastic gradient descent with momentum and L2 in the gradient, as PyTorch computes it.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { SgdOptimizer } from '../methods/method.ts';
import type { Tensors } from '../networks/network.ts';
import type { AdamState } from './adam.ts';
import { namedIn } from '../../../shared/at.ts';

/**
 * One step. The velocity takes the place of Adam's first moment; the second is not used. `factor` is the schedule's factor of
 * every learning rate.
 */
export function sgdStep(optimizer: SgdOptimizer, state: AdamState, gradients: Tensors, factor: Scalar): AdamState {
  const { momentum, weightDecay, nesterov = false } = optimizer;
  const parameters: Record<string, Tensor> = {};
  const first: Record<string, Tensor> = {};
  for (const [name, parameter] of Object.entries(state.parameters)) {
    const gradient = namedIn(gradients, name);
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
    const velocity = tf.add(tf.mul(namedIn(state.first, name), momentum), g);
    const direction = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity;
    parameters[name] = tf.sub(parameter, tf.mul(direction, tf.mul(factor, optimizer.learningRate(name))));
    first[name] = velocity;
  }
  return { parameters, first, second: state.second };
}
