// Steps of a gradient method on plain TensorFlow.js, from the parameters of a published code.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect } from 'vitest';
import { z } from 'zod';
import type { GradientLearner, Phase } from '../../src/engine/hashing/methods/method.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { stepScalars } from '../../src/engine/hashing/training/adam.ts';
import {
  buildGradients,
  buildStep,
  gradientName,
  initialState,
  optimizerOf,
  outputName,
  phaseFeeds,
} from '../../src/engine/hashing/training/step.ts';
import { nextName } from '../../src/engine/compute/onnx/sessions.ts';

/** A tensor of a published code, in row-major order. */
export const storedSchema = z.object({
  shape: z.array(z.number()).readonly(),
  data: z.array(z.number()).readonly(),
});
export type Stored = Readonly<z.output<typeof storedSchema>>;
export const storedRecordSchema = z.record(z.string(), storedSchema);
export type StoredRecord = Readonly<z.output<typeof storedRecordSchema>>;

/** Parameters of two networks. */
export const storedPairSchema = z.object({ image: storedRecordSchema, text: storedRecordSchema });
/** A step of two networks: its rows, its loss, the gradients, and the parameters after it. */
export const storedStepSchema = z.object({
  epoch: z.number(),
  image: storedSchema,
  text: storedSchema,
  loss: z.number(),
  gradImage: storedRecordSchema,
  gradText: storedRecordSchema,
  imageAfter: storedRecordSchema,
  textAfter: storedRecordSchema,
});

/** A matrix with its rows as columns; a vector as it is. */
export function transposed(stored: Stored): Stored {
  const [rows, columns] = stored.shape;
  if (rows === undefined || columns === undefined) return stored;
  return {
    shape: [columns, rows],
    data: Array.from(
      { length: rows * columns },
      (_, i) => stored.data[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN,
    ),
  };
}

/** A weight as networks have it, `[in, out]`, of PyTorch's `[out, in]`; a bias as it is. */
export const asParameter = (stored: Stored): Float32Array => Float32Array.from(transposed(stored).data);

/** Largest difference, relative to the largest number expected or to `floor`. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): number {
  expect(actual.length).toBe(expected.length);
  const wanted = Array.from(expected);
  const scale = Math.max(floor, ...wanted.map(Math.abs));
  return Math.max(...wanted.map((x, i) => Math.abs(x - (actual[i] ?? Number.NaN)))) / scale;
}

/** Replacements for a step's own values. */
export interface Given {
  /** Number of the step, from 1. */
  readonly t?: number;
  /** Number of the epoch, from 1, for schedules of the learning rate. */
  readonly epoch?: number;
  /** Inputs of the phase. */
  readonly feeds?: Readonly<Record<string, Float32Array>>;
}

export interface GoldenRun {
  /** Parameters and moments. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** One step of a phase on some pairs: its outputs, and under `gradient.<name>` its gradients. */
  step(
    phase: Phase,
    pairs: readonly number[],
    images: Float32Array,
    texts: Float32Array,
    given?: Given,
  ): Record<string, Float32Array>;
}

/** @param names published name -> own name of each parameter */
export async function goldenRun(
  learner: GradientLearner,
  batch: number,
  published: StoredRecord,
  names: Readonly<Record<string, string>>,
): Promise<GoldenRun> {
  await tf.setBackend('cpu');
  const state = initialState(learner.networks);
  expect(Object.values(names).sort()).toEqual(
    Object.keys(state)
      .filter((name) => !/^(first|second)\./.test(name))
      .sort(),
  );
  for (const [theirs, ours] of Object.entries(names)) {
    const stored = published[theirs];
    if (stored === undefined) throw new Error(`no ${theirs}`);
    state[ours]?.set(asParameter(stored));
  }
  let t = 0;
  return {
    state,
    step(phase, pairs, images, texts, given = {}) {
      t = given.t ?? t + 1;
      const rows = Int32Array.from(pairs);
      const optimizer = optimizerOf(learner, phase);
      const { rate, epsilon } = stepScalars(optimizer, t);
      const factor = optimizer.schedule?.(given.epoch ?? 1, 0) ?? 1;
      const feeds: Record<string, ArrayLike<number>> = {
        ...state,
        ...phaseFeeds({ ...phase.feed(rows, new Random(1)), ...given.feeds }),
        imageRows: images,
        textRows: texts,
        rate: [rate * factor],
        epsilon: [epsilon],
      };
      const run = (step: ReturnType<typeof buildStep>) =>
        tf.tidy(() => {
          const tensors = Object.entries(step.inputs).map(([name, { shape, dtype }]): [string, tf.Tensor] => {
            return [name, tf.tensor(Array.from(feeds[name] ?? []), shape.map(Number), dtype)];
          });
          const results = Object.entries(step.run(Object.fromEntries(tensors)));
          return Object.fromEntries(results.map(([name, x]) => [name, Float32Array.from(x.dataSync())]));
        });
      const gradients = run(buildGradients(learner, phase, batch));
      const results = run(buildStep(learner, phase, batch));
      for (const name of Object.keys(state)) state[name]?.set(results[nextName(name)] ?? []);
      const prefix = outputName('');
      const outputs = Object.entries(results).filter(([name]) => name.startsWith(prefix));
      phase.absorb(rows, Object.fromEntries(outputs.map(([name, data]) => [name.slice(prefix.length), data])));
      return { ...gradients, ...results };
    },
  };
}

/**
 * Compares published gradients with those of a step: 1e-5 of the largest, or 1e-6.
 * @param tolerance larger where gradients pass through many layers of float32
 */
export function expectGradients(
  results: Readonly<Record<string, Float32Array>>,
  published: StoredRecord,
  names: Readonly<Record<string, string>>,
  tolerance = 1e-5,
): void {
  for (const [theirs, stored] of Object.entries(published)) {
    const found = results[gradientName(names[theirs] ?? '')] ?? [];
    expect(distance(found, asParameter(stored), 0.1)).toBeLessThan(tolerance);
  }
}

/** Compares published parameters with a state: 2e-5 of the largest. */
export function expectParameters(
  state: Readonly<Record<string, Float32Array>>,
  published: StoredRecord,
  names: Readonly<Record<string, string>>,
): void {
  for (const [theirs, stored] of Object.entries(published)) {
    expect(distance(state[names[theirs] ?? ''] ?? [], asParameter(stored))).toBeLessThan(2e-5);
  }
}
