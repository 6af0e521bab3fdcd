import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf } from '../../../../test/support/golden-methods.ts';
import {
  distance,
  expectGradients,
  expectParameters,
  goldenRun,
  storedSchema,
  storedPairSchema,
  storedStepSchema,
} from '../../../../test/support/golden-steps.ts';
import { Random } from '../../numerics/random.ts';
import { jdshLearner, jdshSettings, jdshSimilarity, jdshTarget, spreadOf } from './jdsh.ts';
import type { GradientLearner } from './method.ts';

const runSchema = z.object({
  initial: storedPairSchema,
  steps: z.array(storedStepSchema.extend({ S: storedSchema, left: z.number(), right: z.number() })),
});
const goldenSchema = z.object({
  settings: z.object({ MIN: z.number(), MAX: z.number() }),
  runs: z.record(z.enum(['published', 'shifted']), runSchema),
});

const names = {
  'hash_layer.weight': 'image.0.w',
  'hash_layer.bias': 'image.0.b',
  'net.0.weight': 'text.0.w',
  'net.0.bias': 'text.0.b',
  'net.2.weight': 'text.1.w',
  'net.2.bias': 'text.1.b',
};

describe.each(['published', 'shifted'] as const)('with the thresholds of the run %s', (variant) => {
  it('targets, losses, gradients and parameters of three steps are those of the published code', async () => {
    const golden = goldenOf('jdsh', goldenSchema);
    const { initial, steps } = golden.runs[variant];
    const settings = jdshSettings.parse({ hidden: 16 });
    const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: 8, batch: 8, epochs: 3 };
    const [first] = steps;
    const spread = {
      left: first?.left ?? Number.NaN,
      right: first?.right ?? Number.NaN,
      min: golden.settings.MIN,
      max: golden.settings.MAX,
    };
    const learner = jdshLearner({ ...setup, random: new Random(1) }, settings, spread) as GradientLearner;
    const run = await goldenRun(learner, 8, { ...initial.image, ...initial.text }, names);
    for (const step of steps) {
      const [images, texts] = [Float32Array.from(step.image.data), Float32Array.from(step.text.data)];
      const q = jdshSimilarity(tf.tensor2d(images, [8, 12]), tf.tensor2d(texts, [8, 10]), settings);
      expect(distance(jdshTarget(q, spread, settings).dataSync(), step.S.data)).toBeLessThan(1e-5);
      const results = run.step(learner.phase(step.epoch + 1), [0, 1, 2, 3, 4, 5, 6, 7], images, texts);
      expect(results['loss']?.[0]).toBeCloseTo(step.loss, 5);
      expectGradients(results, { ...step.gradImage, ...step.gradText }, names);
      expectParameters(run.state, { ...step.imageAfter, ...step.textAfter }, names);
    }
    expect(steps).toHaveLength(3);
  });
});

it('the spread is that of the half-normal distributions that similarities are drawn from', () => {
  const random = new Random(4);
  const values = Array.from({ length: 40_000 }, (_, i) => {
    const draw = Math.abs(random.normal());
    return i % 2 === 0 ? -0.4 - 0.05 * draw : -0.4 + 0.1 * draw;
  });
  const { left, right, min, max } = spreadOf(values);
  expect(left).toBeCloseTo(-0.4 - 2 * 0.05, 1);
  expect(right).toBeCloseTo(-0.4 + 4 * 0.1, 1);
  expect(min).toBe(Math.min(...values));
  expect(max).toBe(Math.max(...values));
});
