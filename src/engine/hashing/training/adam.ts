// Adam (Kingma and Ba 2015) with L2 in the gradient or decoupled from it (AdamW, Loshchilov and Hutter 2019), and the
// gradient's norm bounded, as PyTorch computes it.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { AdamOptimizer, Optimizer } from '../methods/method.ts';
import type { Tensors } from '../networks/network.ts';
import { itemAt, namedIn } from '../../../shared/at.ts';

/**
 * The moments are kept without their factors (1 - beta): first = sum of beta1^i g, second = sum of beta2^i g^2. That
 * saves two passes over the parameters, and the factors go into the two numbers of `stepScalars`.
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
  // Sum each row first: ONNX Runtime's WebGPU provider computes sums in parallel, but each of them in one group of threads.
  const squares = Object.values(gradients).map((gradient): Scalar => {
    const square = tf.square(gradient);
    return tf.sum(square.rank > 1 ? tf.sum(square, -1) : square);
  });
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
  const after: { parameters: Tensors; first: Tensors; second: Tensors }[] = [];
  for (const names of alike(optimizer, state.parameters)) {
    const [learningRate, decay] = ratesOf(optimizer, itemAt(names, 0));
    const [parameter, gradient, m, v] = [
      joined(names, state.parameters),
      joined(names, gradients),
      joined(names, state.first),
      joined(names, state.second),
    ];
    let g = clip === null ? gradient : tf.mul(gradient, clip);
    if (weightDecay !== 0) g = tf.add(g, tf.mul(parameter, weightDecay));
    const m1 = tf.add(tf.mul(m, beta1), g);
    const v1 = tf.add(tf.mul(v, beta2), tf.square(g));
    const step = tf.div(tf.mul(m1, tf.mul(rate, learningRate)), tf.add(tf.sqrt(v1), epsilon));
    const kept = decay === 0 ? parameter : tf.mul(parameter, tf.sub(1, tf.mul(factor, decay)));
    after.push({
      parameters: parted(names, state.parameters, tf.sub(kept, step)),
      first: parted(names, state.parameters, m1),
      second: parted(names, state.parameters, v1),
    });
  }
  const all = (pick: (one: (typeof after)[number]) => Tensors) => Object.assign({}, ...after.map(pick)) as Tensors;
  return { parameters: all((one) => one.parameters), first: all((one) => one.first), second: all((one) => one.second) };
}

/** Learning rate and decoupled decay of a parameter. */
function ratesOf(optimizer: AdamOptimizer, name: string): [rate: number, decay: number] {
  const rate = optimizer.learningRate(name);
  return [rate, rate * (optimizer.decoupledDecay?.(name) ?? 0)];
}

/** Most elements of parameters that one computation changes: joining larger ones would copy more than it saves. */
const maxElements = 2 ** 23;
/** Most parameters that one computation changes. Each is a buffer, and a WebGPU shader has at least 8, its input among them. */
const maxParameters = 7;

/**
 * Names of parameters with the same rates, in groups that one computation changes. Submitting an operation on a small
 * tensor to a GPU takes longer than computing it.
 */
function alike(optimizer: AdamOptimizer, parameters: Tensors): string[][] {
  const groups: { key: string; size: number; names: string[] }[] = [];
  for (const [name, { size }] of Object.entries(parameters)) {
    const key = ratesOf(optimizer, name).join();
    const group = groups.find(
      (one) => one.key === key && one.size + size <= maxElements && one.names.length < maxParameters,
    );
    if (group === undefined) groups.push({ key, size, names: [name] });
    else {
      group.size += size;
      group.names.push(name);
    }
  }
  return groups.map(({ names }) => names);
}

/** One tensor of all elements, or the tensor itself where it is the only one. */
function joined(names: readonly string[], tensors: Tensors): Tensor {
  const list = names.map((name) => namedIn(tensors, name));
  return list.length === 1 ? itemAt(list, 0) : tf.concat1d(list.map((tensor) => tf.reshape(tensor, [-1])));
}

/** The inverse of `joined`. */
function parted(names: readonly string[], like: Tensors, all: Tensor): Tensors {
  const shapes = names.map((name) => namedIn(like, name));
  const list =
    names.length === 1
      ? [all]
      : tf.split(
          all,
          shapes.map(({ size }) => size),
        );
  return Object.fromEntries(names.map((name, i) => [name, tf.reshape(itemAt(list, i), itemAt(shapes, i).shape)]));
}
