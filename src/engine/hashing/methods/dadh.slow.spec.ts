import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf, matrixSchema } from '../../../../test/support/golden-methods.ts';
import {
  distance,
  expectGradients,
  expectParameters,
  goldenRun,
  type Stored,
  type StoredRecord,
  storedSchema,
  storedRecordSchema,
} from '../../../../test/support/golden-steps.ts';
import { gather } from '../../numerics/gather.ts';
import { Random } from '../../numerics/random.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { dadh, dadhSettings } from './dadh.ts';
import type { GradientLearner } from './method.ts';

const goldenSchema = z.object({
  order: matrixSchema,
  image: storedSchema,
  text: storedSchema,
  labels: storedSchema,
  initial: z.object({
    generator: storedRecordSchema,
    discriminator: storedRecordSchema,
  }),
  B0: storedSchema,
  randoms: z.array(storedSchema),
  triplets: z.array(z.number()),
  snapshots: z.array(
    z.object({
      gradGenerator: storedRecordSchema,
      generatorAfter: storedRecordSchema,
      discriminatorAfter: storedRecordSchema,
    }),
  ),
  log: z.array(z.string()),
});

const weightAndBias = (theirs: string, ours: string, [weight, bias] = ['w', 'b']): [string, string][] => [
  [`${theirs}.weight`, `${ours}.${weight}`],
  [`${theirs}.bias`, `${ours}.${bias}`],
];
const names = Object.fromEntries([
  ...['image', 'text'].flatMap((side) => [
    ...[0, 1, 2].flatMap((layer) => [
      ...weightAndBias(`${side}_module.${3 * layer}`, `${side}.${layer}`),
      ...weightAndBias(`${side}_module.${3 * layer + 1}`, `${side}.${layer}`, ['scale', 'shift']),
    ]),
    ...weightAndBias(`hash_module.${side}.0`, `${side}.code`),
  ]),
  ...[0, 1, 2].flatMap((layer) => weightAndBias(`feature_dis.${2 * layer}`, `judge.features.${layer}`)),
  ...[0, 1].flatMap((layer) => weightAndBias(`hash_dis.${2 * layer}`, `judge.codes.${layer}`)),
]);
/** A normalisation subtracts the mean, so the gradient of a bias before it is a rounding error, which Adam enlarges. */
const isRounding = (name: string) => /_module\.[036]\.bias/.test(name);
const certain = (stored: StoredRecord) =>
  Object.fromEntries(Object.entries(stored).filter(([name]) => !isRounding(name)));

it('losses, gradients and parameters of two epochs of networks and discriminators are those of the published code', async () => {
  const golden = goldenOf('dadh', goldenSchema);
  const n = 16;
  const rows = (stored: Stored) => Float32Array.from(stored.data.slice(0, (n * stored.data.length) / 20));
  const data = {
    imageRows: rows(golden.image),
    textRows: rows(golden.text),
    ...{ imageWidth: 12, textWidth: 10, sharedWidth: 0 },
    captionPhoto: Int32Array.from({ length: n }, (_, i) => i),
    photoTags: Array.from({ length: n }, (_, i) =>
      [0, 1, 2, 3].filter((label) => golden.labels.data[i * 4 + label] === 1),
    ),
  };
  const facts = pairFacts(data, data.captionPhoto);
  const settings = dadhSettings.parse({ hidden: 32, discriminatorWidth: 6 });
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: n, batch: 8, epochs: 2, facts };
  const learner = dadh.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  learner.restore({ ...learner.state(), learnedCodes: Float32Array.from(golden.B0.data) });
  const run = await goldenRun(learner, 8, { ...golden.initial.generator, ...golden.initial.discriminator }, names);
  let [batch, total] = [0, 0];
  for (const epoch of [1, 2]) {
    await learner.beforeEpoch?.(epoch);
    total = 0;
    for (const pairs of golden.order) {
      const images = gather(data.imageRows, Int32Array.from(pairs), 12, new Float32Array(8 * 12));
      const texts = gather(data.textRows, Int32Array.from(pairs), 10, new Float32Array(8 * 10));
      const judges = learner.phase(epoch);
      const t = batch + 1;
      const random = (i: number) => Float32Array.from(golden.randoms[2 * batch + i]?.data ?? []);
      const feeds = { betweenFeatures: random(0), betweenCodes: random(1) };
      run.step(judges, pairs, images, texts, { t, epoch, feeds });
      const snapshot = golden.snapshots[batch];
      if (snapshot === undefined || judges.then === undefined) throw new Error('there are two kinds of steps');
      expectParameters(run.state, snapshot.discriminatorAfter, names);
      const found = run.step(judges.then, pairs, images, texts, { t, epoch });
      const [a = Number.NaN, b = Number.NaN] = golden.triplets.slice(2 * batch);
      expect(distance(found['lossC'] ?? [], [10 * (a + b)])).toBeLessThan(1e-5);
      expectGradients(found, certain(snapshot.gradGenerator), names, 5e-5);
      expectParameters(run.state, certain(snapshot.generatorAfter), names);
      total += found['loss']?.[0] ?? Number.NaN;
      batch++;
    }
    expect(golden.log[epoch - 1]).toContain(`loss: ${total.toFixed(3)}`);
  }
  expect(batch).toBe(golden.snapshots.length);
});
