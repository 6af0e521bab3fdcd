import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
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
import { djsrh, djsrhSettings, djsrhTarget } from './djsrh.ts';
import type { GradientLearner } from './method.ts';

const goldenSchema = z.object({
  initial: storedPairSchema,
  steps: z.array(storedStepSchema.extend({ S: storedSchema, loss2: z.number() })),
});

const names = {
  'alexnet.classifier.0.weight': 'image.0.w',
  'alexnet.classifier.0.bias': 'image.0.b',
  'fc_encode.weight': 'image.1.w',
  'fc_encode.bias': 'image.1.b',
  'fc1.weight': 'text.0.w',
  'fc1.bias': 'text.0.b',
  'fc2.weight': 'text.1.w',
  'fc2.bias': 'text.1.b',
};

it('targets, losses, gradients and parameters of three steps are those of the published code', async () => {
  const golden = goldenOf('djsrh', goldenSchema);
  const settings = djsrhSettings.parse({ hidden: 16 });
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: 8, batch: 8, epochs: 3 };
  const learner = djsrh.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  const run = await goldenRun(learner, 8, { ...golden.initial.image, ...golden.initial.text }, names);
  for (const step of golden.steps) {
    const [images, texts] = [Float32Array.from(step.image.data), Float32Array.from(step.text.data)];
    const target = djsrhTarget(tf.tensor2d(images, [8, 12]), tf.tensor2d(texts, [8, 10]), settings);
    expect(distance(target.dataSync(), step.S.data)).toBeLessThan(1e-5);
    const results = run.step(learner.phase(step.epoch + 1), [0, 1, 2, 3, 4, 5, 6, 7], images, texts);
    expect(results['loss']?.[0]).toBeCloseTo(step.loss, 5);
    expect(results['lossC']?.[0]).toBeCloseTo(step.loss2, 5);
    expectGradients(results, { ...step.gradImage, ...step.gradText }, names);
    expectParameters(run.state, { ...step.imageAfter, ...step.textAfter }, names);
  }
  expect(golden.steps).toHaveLength(3);
});
