import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf } from '../../../../test/support/golden-methods.ts';
import {
  distance,
  expectParameters,
  goldenRun,
  type StoredRecord,
  storedSchema,
  storedRecordSchema,
} from '../../../../test/support/golden-steps.ts';
import { gather } from '../../numerics/gather.ts';
import { Random } from '../../numerics/random.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { cirh, cirhSettings, cirhSimilarity } from './cirh.ts';
import type { GradientLearner } from './method.ts';
import { farThresholds, unitPairRows } from './pair-graph.ts';

const goldenSchema = z.object({
  order: z.array(z.number()),
  image: storedSchema,
  text: storedSchema,
  S: storedSchema,
  initial: z.record(z.enum(['mynet', 'image', 'text']), storedRecordSchema),
  epochs: z.array(
    z.object({
      batches: z.array(
        z.object({
          imgN: storedSchema,
          txtN: storedSchema,
          S_batch: storedSchema,
          B: storedSchema,
          loss: z.number(),
        }),
      ),
      hashBatches: z.array(
        z.object({
          loss: z.number(),
          S_batch: storedSchema,
        }),
      ),
      mynetAfter: storedRecordSchema.optional(),
      imageAfter: storedRecordSchema.optional(),
      textAfter: storedRecordSchema.optional(),
    }),
  ),
});

const layers = {
  encoderIMG: ['0 encoderI', '1 encoderNormI'],
  encoderTXT: ['0 encoderT', '1 encoderNormT'],
  decoderIMG: ['0 decoderI', '1 decoderNormI', '3 outputI', '4 outputNormI'],
  decoderTXT: ['0 decoderT', '1 decoderNormT', '3 outputT', '4 outputNormT'],
};
const single = {
  ...{ gcnI1: 'graphI', BNI1: 'graphNormI', gcnT1: 'graphT', BNT1: 'graphNormT', gcnJ1: 'graphJ', BNJ1: 'graphNormJ' },
  ...{ HJ: 'headJ', img_fc: 'headI', txt_fc: 'headT', HC: 'code' },
  ...{ HIBN: 'headNormI', HTBN: 'headNormT', HJBN: 'headNormJ', HBN: 'codeNorm' },
};
const both = (theirs: string, ours: string): [string, string][] => {
  const [weight, bias] = ours.includes('Norm') ? ['scale', 'shift'] : ['w', 'b'];
  return [
    [`${theirs}.weight`, `teacher.${ours}.${weight}`],
    [`${theirs}.bias`, `teacher.${ours}.${bias}`],
  ];
};
const teacherNames = Object.fromEntries([
  ...Object.entries(layers).flatMap(([block, parts]) =>
    parts.flatMap((part) => both(`${block}.${part.split(' ')[0] ?? ''}`, part.split(' ')[1] ?? '')),
  ),
  ...Object.entries(single).flatMap(([theirs, ours]) => both(theirs, ours)),
]);
const studentNames = (side: string) =>
  Object.fromEntries(
    ['fc1 0', 'tohash 1'].flatMap((part) => {
      const [theirs = '', layer = ''] = part.split(' ');
      return [
        [`${side}/${theirs}.weight`, `${side}.${layer}.w`],
        [`${side}/${theirs}.bias`, `${side}.${layer}.b`],
      ];
    }),
  );
const of = (side: string, stored: StoredRecord) =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [`${side}/${name}`, value]));
/** A normalisation subtracts the mean, so the gradient of a bias or shift before it is a rounding error, which Adam enlarges. */
const isRounding = (name: string) => /^(encoder|decoder)\w+\.[03]\.bias|^(HJ|HJBN|HC|img_fc|txt_fc)\.bias/.test(name);

const golden = goldenOf('cirh', goldenSchema);
const n = 24;
const data = {
  imageRows: Float32Array.from(golden.image.data),
  textRows: Float32Array.from(golden.text.data),
  ...{ imageWidth: 12, textWidth: 10, sharedWidth: 0 },
  captionPhoto: Int32Array.from({ length: n }, (_, i) => i),
  photoTags: Array.from({ length: n }, () => []),
};
const facts = pairFacts(data, data.captionPhoto);
const settings = cirhSettings.parse({ hidden: 16, teacherWidth: 16, dropout: 0, far: 14 / n, asPublished: true });

it('similarities are those of the published code', async () => {
  if (facts.rows === undefined) throw new Error('there are rows');
  const { images, texts } = unitPairRows(facts.rows);
  const thresholds = await farThresholds(images, texts, n, 14, 1 - settings.image);
  const all = cirhSimilarity({ images, texts, thresholds }, data.captionPhoto, settings);
  expect(distance(all, golden.S.data)).toBeLessThan(1e-5);
});

it('losses, codes and parameters of two epochs of both stages are those of the published code, its slip asked for', async () => {
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: n, batch: 8, epochs: 2, facts };
  const learner = cirh.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  const names = { ...teacherNames, ...studentNames('image'), ...studentNames('text') };
  const initial = { ...golden.initial.mynet, ...of('image', golden.initial.image), ...of('text', golden.initial.text) };
  const run = await goldenRun(learner, 8, initial, names);
  let t = 0;
  for (const epoch of golden.epochs) {
    await learner.beforeEpoch?.(1);
    for (const [i, batch] of epoch.batches.entries()) {
      t++;
      const pairs = golden.order.slice(i * 8, (i + 1) * 8);
      const images = gather(data.imageRows, Int32Array.from(pairs), 12, new Float32Array(8 * 12));
      const texts = gather(data.textRows, Int32Array.from(pairs), 10, new Float32Array(8 * 10));
      const teacher = learner.phase(1);
      const given = teacher.feed(Int32Array.from(pairs), new Random(1));
      expect(distance(given['similarity'] ?? [], batch.S_batch.data)).toBeLessThan(1e-5);
      // Among far pairs, which are all equally similar, the published order is that of its sort.
      const feeds = { mixedImages: Float32Array.from(batch.imgN.data), mixedTexts: Float32Array.from(batch.txtN.data) };
      const found = run.step(teacher, pairs, images, texts, { t, feeds });
      expect(found['loss']?.[0]).toBeCloseTo(batch.loss, 3);
      expect(Array.from(found['output.codes'] ?? [])).toEqual(batch.B.data);
      if (teacher.then === undefined) throw new Error('the networks follow');
      const learned = run.step(teacher.then, pairs, images, texts, { t });
      expect(learned['loss']?.[0]).toBeCloseTo(epoch.hashBatches[i]?.loss ?? Number.NaN, 5);
    }
  }
  const last = golden.epochs.at(-1);
  expectParameters(run.state, { ...of('image', last?.imageAfter ?? {}), ...of('text', last?.textAfter ?? {}) }, names);
  const teacherAfter = Object.entries(last?.mynetAfter ?? {}).filter(([name]) => !isRounding(name));
  expect(teacherAfter).toHaveLength(Object.keys(teacherNames).length - 11);
  expectParameters(run.state, Object.fromEntries(teacherAfter), names);
});
