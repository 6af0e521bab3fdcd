// The step every device must take before it is used: a small two-tower contrastive training step with Adam, made of the
// operations that hashing methods use. Its losses are known. A larger step of the same kind shows which device is
// faster.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiate, type TensorRecord, type TensorSpec } from '../onnx/compile.ts';
import type { Runner, StepFunction } from './step-runner.ts';
import { nextName } from '../onnx/sessions.ts';
import { itemAt, namedIn, numberAt } from '../../../shared/at.ts';

interface Sizes {
  readonly batch: number;
  readonly width: number;
  readonly hidden: number;
  readonly bits: number;
}

/** Small enough for a software GPU. */
const small: Sizes = { batch: 16, width: 12, hidden: 24, bits: 8 };
/** Sizes of a common training. Every device is fast at smaller ones. */
const large: Sizes = { batch: 256, width: 512, hidden: 1024, bits: 64 };

/**
 * Losses of the small step, in order. TensorFlow.js' CPU backend and ONNX Runtime's CPU provider agree on them to 1e-6.
 */
export const knownLosses: readonly number[] = [5.572016, 4.962362, 4.554193, 4.226645, 4.1149];
export const tolerance = 1e-3;

interface TestStep {
  readonly fn: StepFunction;
  readonly state: Readonly<Record<string, Float32Array>>;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** Numbers in [-1, 1) that are the same on every machine. */
function numbers(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function testStep({ batch, width, hidden, bits }: Sizes): TestStep {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'image.0': [width, hidden],
    'image.1': [hidden, hidden],
    'image.2': [hidden, bits],
    'text.0': [width, hidden],
    'text.1': [hidden, bits],
    bias: [hidden],
  };
  const names = Object.keys(shapes);
  const inputs: Record<string, TensorSpec> = {
    images: { shape: [batch, width], dtype: 'float32' },
    texts: { shape: [batch, width], dtype: 'float32' },
  };
  const state: Record<string, Float32Array> = {};
  Object.entries(shapes).forEach(([name, shape], i) => {
    const length = shape.reduce((product, n) => product * n, 1);
    for (const stored of [name, `m.${name}`, `v.${name}`]) {
      inputs[stored] = { shape, dtype: 'float32' };
      state[stored] = new Float32Array(length);
    }
    state[name] = numbers(length, i + 1).map((x) => x / Math.sqrt(itemAt(shape, 0)));
  });
  const feeds = { images: numbers(batch * width, 101), texts: numbers(batch * width, 102) };
  return { fn: { inputs, run: (tensors) => run(tensors, names) }, state, feeds };
}

const unit = (x: Tensor) => tf.div(x, tf.sqrt(tf.sum(tf.square(x), 1, true)));

function lossOf(parameters: TensorRecord, images: Tensor2D, texts: Tensor2D): Scalar {
  const product = (x: Tensor, name: string) => tf.matMul(x as Tensor2D, namedIn(parameters, name) as Tensor2D);
  const bias = namedIn(parameters, 'bias');
  const hidden = tf.relu(product(tf.relu(tf.add(product(images, 'image.0'), bias)), 'image.1'));
  const f = unit(tf.tanh(product(hidden, 'image.2')));
  const g = unit(tf.tanh(product(tf.relu(tf.add(product(texts, 'text.0'), bias)), 'text.1')));
  const similarity = tf.matMul(f as Tensor2D, g as Tensor2D, false, true);
  const own = tf.sum(tf.mul(f, g), 1);
  const direction = (axis: 0 | 1) => tf.mean(tf.sub(tf.log(tf.sum(tf.exp(similarity), axis)), own));
  return tf.add(direction(0), direction(1));
}

function run(tensors: TensorRecord, names: readonly string[]): TensorRecord {
  const parameters = Object.fromEntries(names.map((name) => [name, namedIn(tensors, name)]));
  const { loss, gradients } = differentiate((values) => {
    const images = namedIn(tensors, 'images') as Tensor2D;
    return { loss: lossOf(values, images, namedIn(tensors, 'texts') as Tensor2D), extra: {} };
  }, parameters);
  const results: Record<string, Tensor> = { loss };
  for (const name of names) {
    const g = namedIn(gradients, name);
    const m = tf.add(tf.mul(namedIn(tensors, `m.${name}`), 0.9), tf.mul(g, 0.1));
    const v = tf.add(tf.mul(namedIn(tensors, `v.${name}`), 0.99), tf.mul(tf.square(g), 0.01));
    results[nextName(`m.${name}`)] = m;
    results[nextName(`v.${name}`)] = v;
    results[nextName(name)] = tf.sub(namedIn(parameters, name), tf.mul(0.02, tf.div(m, tf.add(tf.sqrt(v), 1e-3))));
  }
  return results;
}

export type OpenRunner = (state: Readonly<Record<string, Float32Array>>) => Promise<Runner>;

/** Losses of a few small steps. The parameters are synced in between, as after an epoch. */
export async function smallSteps(open: OpenRunner): Promise<number[]> {
  const { fn, state, feeds } = testStep(small);
  const runner = await open(state);
  const losses: number[] = [];
  try {
    for (let step = 0; step < 5; step++) {
      const outputs = await runner.step(fn, feeds);
      losses.push(outputs['loss']?.[0] ?? Number.NaN);
      if (step === 2) await runner.sync();
    }
    await runner.sync();
    if (!runner.state['bias']?.every(Number.isFinite)) losses.push(Number.NaN);
  } finally {
    await runner.dispose();
  }
  return losses;
}

/** Difference between these losses and the known ones, as a sentence; null where there is none. */
export function lossMismatch(losses: readonly number[]): string | null {
  const isNear = (known: number, i: number) => i < losses.length && Math.abs(numberAt(losses, i) - known) <= tolerance;
  const far = knownLosses.findIndex((known, i) => !isNear(known, i));
  if (far < 0 && losses.length === knownLosses.length) return null;
  if (far < 0) return 'parameters are not finite numbers';
  return `loss ${String(losses[far])} in step ${far + 1} where ${String(knownLosses[far])} was expected`;
}

/**
 * Milliseconds of a large step: the least of three after the first, or the first alone where it takes longer than
 * `maxFirstMs`.
 */
export async function largeStepMs(open: OpenRunner, maxFirstMs = 1000): Promise<number> {
  const { fn, state, feeds } = testStep(large);
  const runner = await open(state);
  const timed = async () => {
    const began = performance.now();
    await runner.step(fn, feeds);
    return performance.now() - began;
  };
  try {
    await runner.prepare(fn);
    const first = await timed();
    if (first > maxFirstMs) return first;
    return Math.min(await timed(), await timed(), await timed());
  } finally {
    await runner.dispose();
  }
}
