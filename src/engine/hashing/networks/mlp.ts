// Multi-layer perceptrons, the networks of most hashing methods.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Network, Parameter, Tensors } from './network.ts';
import type { Random } from '../../numerics/random.ts';
import { namedIn, numberAt } from '../../../shared/at.ts';

/** PyTorch's default Linear initialisation: weights and biases uniform in ±1/sqrt(fan_in). Weights are `[in, out]`. */
export function linear(fanIn: number, fanOut: number, random: Random): { w: Parameter; b: Parameter } {
  const bound = 1 / Math.sqrt(fanIn);
  const draw = (length: number) => random.numbers(length, () => (2 * random.uniform() - 1) * bound);
  return {
    w: { shape: [fanIn, fanOut], initial: draw(fanIn * fanOut) },
    b: { shape: [fanOut], initial: draw(fanOut) },
  };
}

/** Parameters of a linear layer, `<layer>.w` and `<layer>.b`, as `linear` draws them. */
export function linearLayer(layer: string, fanIn: number, fanOut: number, random: Random): Record<string, Parameter> {
  const { w, b } = linear(fanIn, fanOut, random);
  return { [`${layer}.w`]: w, [`${layer}.b`]: b };
}

/** Output of a linear layer: x w + b. `[n, in]` -> `[n, out]`. */
export const affine = (tensors: Tensors, layer: string, x: Tensor): Tensor2D =>
  tf.add(tf.matMul(x, namedIn(tensors, `${layer}.w`)), namedIn(tensors, `${layer}.b`));

/** Rows divided by their L2 norm. `[n, k]` -> `[n, k]`. */
export function unitRows(rows: Tensor): Tensor2D {
  return tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)));
}

/**
 * Linear layers of the given widths with ReLU between them; `head` makes the output of the last. Parameters are named
 * `<name>.<layer>.w` and `.b`, layers counted from 0.
 */
export function mlp(
  name: string,
  widths: readonly number[],
  random: Random,
  head: (rows: Tensor) => Tensor2D,
): Network {
  const parameters: Record<string, Parameter> = {};
  const layers = widths.length - 1;
  for (let layer = 0; layer < layers; layer++) {
    const [from, to] = [numberAt(widths, layer), numberAt(widths, layer + 1)];
    Object.assign(parameters, linearLayer(`${name}.${layer}`, from, to, random));
  }
  return {
    width: numberAt(widths, 0),
    parameters,
    forward(tensors: Tensors, rows: Tensor2D): Tensor2D {
      let x: Tensor = rows; // [n, widths[0]]
      for (let layer = 0; layer < layers; layer++) {
        x = affine(tensors, `${name}.${layer}`, x); // [n, widths[layer + 1]]
        if (layer < layers - 1) x = tf.relu(x);
      }
      return head(x);
    },
  };
}
