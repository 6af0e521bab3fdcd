import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { namedIn, numberAt } from '../../../shared/at.ts';
import type { AdamOptimizer } from '../methods/method.ts';
import { adamStep, gradientNorm, stepScalars, type AdamState } from './adam.ts';

const optimizer: AdamOptimizer = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  learningRate: (name) => (name.startsWith('fast') ? 0.1 : 0.001),
  decoupledDecay: (name) => (name.endsWith('7') ? 0.5 : 0),
};
/** Twelve parameters: two rates, one of them with decay, more of one rate than one computation changes. */
const names = [...Array.from({ length: 9 }, (_, i) => `slow${i}`), 'fast0', 'fast1', 'fast7'];
const shapeOf = (i: number): number[] => [[3, 4], [5], []][i % 3] ?? [];
const numbers = (i: number, by: number) =>
  Float32Array.from(
    { length: shapeOf(i).reduce((n, m) => n * m, 1) },
    (_, at) => 0.3 * Math.sin(by * (at + 7 * i) + 1),
  );
const record = (by: number) =>
  Object.fromEntries(names.map((name, i) => [name, tf.tensor(numbers(i, by), shapeOf(i))]));

describe('a step of Adam', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it("is the paper's for each parameter, with its own rate and decay, however many are changed together", () => {
    const gradients = record(1.7);
    const zero = Object.fromEntries(names.map((name, i) => [name, tf.zeros(shapeOf(i))]));
    const state: AdamState = { parameters: record(0.9), first: zero, second: zero };
    const norm = gradientNorm(gradients);
    const { rate, epsilon } = stepScalars(optimizer, 1);
    const scalars = { rate: tf.scalar(rate), epsilon: tf.scalar(epsilon), factor: tf.scalar(1) };
    const next = adamStep(optimizer, state, gradients, norm, scalars);

    const all = names.flatMap((name) => [...namedIn(gradients, name).dataSync()]);
    const length = Math.sqrt(all.reduce((sum, g) => sum + g * g, 0));
    expect(numberAt(norm.dataSync(), 0)).toBeCloseTo(length, 5);
    expect(Object.keys(next.parameters).sort()).toEqual([...names].sort());
    names.forEach((name, i) => {
      const [before, gradient] = [namedIn(state.parameters, name).dataSync(), namedIn(gradients, name).dataSync()];
      const after = namedIn(next.parameters, name);
      expect(after.shape).toEqual(shapeOf(i));
      after.dataSync().forEach((value, at) => {
        const p = numberAt(before, at);
        // After one step from zero, m / (1 - beta1) is the gradient and v / (1 - beta2) its square.
        const g = numberAt(gradient, at) * Math.min(1, 1 / (length + 1e-6)) + 0.01 * p;
        const lr = optimizer.learningRate(name);
        const decay = optimizer.decoupledDecay?.(name) ?? 0;
        expect(value).toBeCloseTo(p * (1 - lr * decay) - (lr * g) / (Math.abs(g) + 1e-8), 5);
      });
    });
  });
});
