import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf } from '../../../../test/support/golden-methods.ts';
import {
  expectGradients,
  expectParameters,
  goldenRun,
  type StoredRecord,
  storedPairSchema,
  storedStepSchema,
} from '../../../../test/support/golden-steps.ts';
import { Random } from '../../numerics/random.ts';
import { dsah, dsahSettings } from './dsah.ts';
import type { GradientLearner } from './method.ts';

const goldenSchema = z.object({
  initial: storedPairSchema,
  steps: z.array(storedStepSchema),
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
  'image/decode.weight': 'decoder.image.w',
  'image/decode.bias': 'decoder.image.b',
  'text/decode.weight': 'decoder.text.w',
  'text/decode.bias': 'decoder.text.b',
};

/** Both networks of the published code have layers called decode. */
const together = (image: StoredRecord, text: StoredRecord): StoredRecord =>
  Object.fromEntries(
    Object.entries({ image, text }).flatMap(([side, stored]) =>
      Object.entries(stored).map(([name, value]) => [name.startsWith('decode') ? `${side}/${name}` : name, value]),
    ),
  );

it('losses, gradients and parameters of three steps are those of the published code', async () => {
  const golden = goldenOf('dsah', goldenSchema);
  const settings = dsahSettings.parse({ hidden: 16 });
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: 8, batch: 8, epochs: 3 };
  const learner = dsah.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  const run = await goldenRun(learner, 8, together(golden.initial.image, golden.initial.text), names);
  for (const step of golden.steps) {
    const [images, texts] = [Float32Array.from(step.image.data), Float32Array.from(step.text.data)];

    const results = run.step(learner.phase(step.epoch + 1), [0, 1, 2, 3, 4, 5, 6, 7], images, texts);
    expect(results['loss']?.[0]).toBeCloseTo(step.loss, 4);
    expectGradients(results, together(step.gradImage, step.gradText), names);
    expectParameters(run.state, together(step.imageAfter, step.textAfter), names);
  }
  expect(golden.steps).toHaveLength(3);
});
