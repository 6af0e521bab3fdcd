// A transformer encoder (post-norm, as torch.nn.TransformerEncoderLayer) over rows: each row a separate sequence, or all
// rows one sequence.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { keepAll, type Dropout } from './dropout.ts';
import { linear } from './mlp.ts';
import type { Parameter, Tensors } from './network.ts';
import type { Random } from '../../numerics/random.ts';
import { namedIn } from '../../../shared/at.ts';

export interface TransformerShape {
  /** d: width of the rows, a multiple of `heads`. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly feedForward: number;
}

const filled = (length: number, value: number): Parameter => ({
  shape: [length],
  initial: new Float32Array(length).fill(value),
});

/**
 * Parameters as PyTorch initialises them, named `<name>.<layer>.<part>`. Queries and keys are left out: a sequence of
 * one always attends to itself, so they get no gradient. Attention over the batch and the golden numbers need them.
 */
export function transformerParameters(
  name: string,
  { width, layers, feedForward }: TransformerShape,
  random: Random,
): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  for (let layer = 0; layer < layers; layer++) {
    const add = (part: string, { w, b }: { w: Parameter; b: Parameter }) => {
      parameters[`${name}.${layer}.${part}.w`] = w;
      parameters[`${name}.${layer}.${part}.b`] = b;
    };
    // Xavier uniform over the whole [width, 3 width] of queries, keys and values; biases of the attention start at 0.
    const bound = Math.sqrt(6 / (4 * width));
    const initial = random.numbers(width * width, () => (2 * random.uniform() - 1) * bound);
    add('value', { w: { shape: [width, width], initial }, b: filled(width, 0) });
    add('out', { ...linear(width, width, random), b: filled(width, 0) });
    add('ff1', linear(width, feedForward, random));
    add('ff2', linear(feedForward, width, random));
    for (const norm of ['norm1', 'norm2']) add(norm, { w: filled(width, 1), b: filled(width, 0) });
  }
  return parameters;
}

/**
 * Queries and keys for `batchAttention`. Training does not change them, because there each row is a separate sequence.
 */
export function attentionConstants(
  name: string,
  { width, layers }: TransformerShape,
  random: Random,
): Record<string, Parameter> {
  const constants: Record<string, Parameter> = {};
  const bound = Math.sqrt(6 / (4 * width));
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['query', 'key']) {
      const initial = Float32Array.from({ length: width * width }, () => (2 * random.uniform() - 1) * bound);
      constants[`${name}.${layer}.${part}.w`] = { shape: [width, width], initial };
      constants[`${name}.${layer}.${part}.b`] = filled(width, 0);
    }
  }
  return constants;
}

/** Layer normalisation over the last axis, epsilon 1e-5. `[n, d]` -> `[n, d]`. */
function layerNorm(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, 1e-5))), weight), bias);
}

export interface EncodeOptions {
  readonly dropout?: Dropout;
  /** All rows are one sequence, as in UCMFH's published evaluation. Needs `query` and `key` parameters. */
  readonly batchAttention?: boolean;
  /**
   * Multiplies the two matrices of the attention beforehand: a row alone goes through both, one after the other. Pays
   * where they are constants, which ONNX Runtime multiplies once as it opens a model, and there is no dropout between.
   */
  readonly mergeAttention?: boolean;
}

/** Rows `[n, d]` -> `[n, d]`. */
export function encodeRows(
  name: string,
  { width, layers, heads }: TransformerShape,
  parameters: Tensors,
  rows: Tensor2D,
  { dropout = keepAll, batchAttention = false, mergeAttention = false }: EncodeOptions = {},
): Tensor2D {
  const get = (layer: number, part: string): Tensor => namedIn(parameters, `${name}.${layer}.${part}`);
  const depth = width / heads;
  let x: Tensor = rows; // [n, d]
  for (let layer = 0; layer < layers; layer++) {
    const apply = (part: string, input: Tensor) =>
      tf.add(tf.matMul(input, get(layer, `${part}.w`)), get(layer, `${part}.b`));
    const inHeads = (y: Tensor) => tf.reshape(y, [-1, heads, depth]); // [n, heads, depth]
    const attend = (): Tensor => {
      const values = inHeads(apply('value', x)); // [n, heads, depth]
      // A sequence of one has the attention weight 1, which dropout may take away: one number a head.
      if (!batchAttention) return dropout(`${layer}.attention`, values);
      const byHead = (y: Tensor) => tf.transpose(y, [1, 0, 2]); // [heads, n, depth]
      const scores = tf.matMul(byHead(inHeads(apply('query', x))), byHead(inHeads(apply('key', x))), false, true);
      const weights = tf.softmax(tf.div(scores, Math.sqrt(depth))); // [heads, n, n]
      return tf.transpose(tf.matMul(weights, byHead(values)), [1, 0, 2]);
    };
    const merged = (): Tensor => {
      const out = get(layer, 'out.w'); // [d, d]
      const bias = tf.matMul(tf.reshape(get(layer, 'value.b'), [1, width]), out); // [1, d]
      const matrix = tf.matMul(get(layer, 'value.w'), out); // [d, d]
      return tf.add(tf.matMul(x, matrix), tf.add(bias, get(layer, 'out.b')));
    };
    const projected = mergeAttention ? merged() : apply('out', tf.reshape(attend(), [-1, width])); // [n, d]
    x = layerNorm(tf.add(x, dropout(`${layer}.out`, projected)), get(layer, 'norm1.w'), get(layer, 'norm1.b'));
    const hidden = dropout(`${layer}.hidden`, tf.relu(apply('ff1', x))); // [n, feedForward]
    const forward = dropout(`${layer}.forward`, apply('ff2', hidden)); // [n, d]
    x = layerNorm(tf.add(x, forward), get(layer, 'norm2.w'), get(layer, 'norm2.b'));
  }
  return x as Tensor2D;
}

/** Shapes of the masks `encodeRows` asks for with `batch` rows, by place. */
export function dropoutShapes(
  { width, layers, heads, feedForward }: TransformerShape,
  batch: number,
): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  for (let layer = 0; layer < layers; layer++) {
    shapes[`${layer}.attention`] = [batch, heads, 1];
    shapes[`${layer}.out`] = [batch, width];
    shapes[`${layer}.hidden`] = [batch, feedForward];
    shapes[`${layer}.forward`] = [batch, width];
  }
  return shapes;
}
