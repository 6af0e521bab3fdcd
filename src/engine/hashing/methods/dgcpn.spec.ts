import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf } from '../../../../test/support/golden-methods.ts';
import {
  distance,
  expectGradients,
  expectParameters,
  goldenRun,
  type StoredRecord,
  storedSchema,
  storedRecordSchema,
  storedPairSchema,
} from '../../../../test/support/golden-steps.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { gather } from '../../numerics/gather.ts';
import { Random } from '../../numerics/random.ts';
import { dgcpn, dgcpnSettings } from './dgcpn.ts';
import type { GradientLearner } from './method.ts';

const partSchema = z.object({
  loss: z.number(),
  consistency: z.number(),
});
const goldenSchema = z.object({
  settings: z.object({
    knn_number: z.number(),
  }),
  image: storedSchema,
  text: storedSchema,
  S: storedSchema,
  initial: storedPairSchema,
  steps: z.array(
    z.object({
      index: z.array(z.number()),
      joint: partSchema,
      imageAgainstSigns: partSchema,
      textAgainstSigns: partSchema,
      gradImageJoint: storedRecordSchema,
      gradTextJoint: storedRecordSchema,
      imageAfter: storedRecordSchema,
      textAfter: storedRecordSchema,
    }),
  ),
});

const ours = (side: string) => ({
  'fc1.weight': `${side}.0.w`,
  'fc1.bias': `${side}.0.b`,
  'fc_encode.weight': `${side}.1.w`,
  'fc_encode.bias': `${side}.1.b`,
});
const named = (side: string, stored: StoredRecord) =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [`${side}/${name}`, value]));
const names = Object.fromEntries(
  ['image', 'text'].flatMap((side) => Object.entries(ours(side)).map(([name, own]) => [`${side}/${name}`, own])),
);

it('targets, losses, gradients and parameters of three batches of three steps are those of the published code', async () => {
  const golden = goldenOf('dgcpn', goldenSchema);
  const n = 24;
  const data = {
    imageRows: Float32Array.from(golden.image.data),
    textRows: Float32Array.from(golden.text.data),
    imageWidth: 12,
    textWidth: 10,
    sharedWidth: 0,
    captionPhoto: Int32Array.from({ length: n }, (_, i) => i),
    photoTags: Array.from({ length: n }, () => []),
  };
  const settings = dgcpnSettings.parse({ hidden: 16, dropout: 0, far: golden.settings.knn_number / n });
  const facts = pairFacts(data, data.captionPhoto);
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: n, batch: 8, epochs: 1, facts };
  const learner = dgcpn.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  await learner.beforeEpoch?.(1);
  const initial = { ...named('image', golden.initial.image), ...named('text', golden.initial.text) };
  const run = await goldenRun(learner, 8, initial, names);
  for (const step of golden.steps) {
    const rows = Int32Array.from(step.index);
    const images = gather(data.imageRows, rows, 12, new Float32Array(8 * 12));
    const texts = gather(data.textRows, rows, 10, new Float32Array(8 * 10));
    const joint = learner.phase(1);
    const results = run.step(joint, step.index, images, texts);
    const target = step.index.flatMap((i) => step.index.map((j) => golden.S.data[i * n + j] ?? Number.NaN));
    expect(distance(results['output.target'] ?? [], target)).toBeLessThan(1e-5);
    expect(results['loss']?.[0]).toBeCloseTo(step.joint.loss, 4);
    expect(results['lossR']?.[0]).toBeCloseTo(step.joint.consistency, 4);
    expectGradients(results, { ...named('image', step.gradImageJoint), ...named('text', step.gradTextJoint) }, names);
    const second = joint.then;
    const third = second?.then;
    if (second === undefined || third === undefined) throw new Error('there are three steps');
    expect(run.step(second, step.index, images, texts)['loss']?.[0]).toBeCloseTo(step.imageAgainstSigns.loss, 4);
    expect(run.step(third, step.index, images, texts)['loss']?.[0]).toBeCloseTo(step.textAgainstSigns.loss, 4);
    expectParameters(run.state, { ...named('image', step.imageAfter), ...named('text', step.textAfter) }, names);
  }
  expect(golden.steps).toHaveLength(3);
});
