import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf, matrixSchema } from '../../../../test/support/golden-methods.ts';
import {
  distance,
  expectParameters,
  goldenRun,
  transposed,
  type StoredRecord,
  storedSchema,
  storedRecordSchema,
} from '../../../../test/support/golden-steps.ts';
import { gather } from '../../numerics/gather.ts';
import { Random } from '../../numerics/random.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { hmah, hmahSettings } from './hmah.ts';
import type { GradientLearner } from './method.ts';

const goldenSchema = z.object({
  order: matrixSchema,
  image: storedSchema,
  text: storedSchema,
  labels: storedSchema,
  initial: z.record(z.enum(['teacher', 'discriminator', 'studentImage', 'studentText']), storedRecordSchema),
  noise: z.array(storedSchema),
  teacherLosses: z.array(z.number()),
  teacherAfter: storedRecordSchema,
  teacherBuffers: storedRecordSchema,
  discriminatorAfter: storedRecordSchema,
  studentLosses: z.array(z.number()),
  studentImageAfter: storedRecordSchema,
  studentTextAfter: storedRecordSchema,
  fusionAfter: storedRecordSchema,
});

const golden = goldenOf('hmah', goldenSchema);
const n = 16;
const data = {
  imageRows: Float32Array.from(golden.image.data),
  textRows: Float32Array.from(golden.text.data),
  ...{ imageWidth: 12, textWidth: 10, sharedWidth: 0 },
  captionPhoto: Int32Array.from({ length: n }, (_, i) => i),
  photoTags: Array.from({ length: n }, (_, i) =>
    [0, 1, 2, 3].filter((label) => golden.labels.data[i * 4 + label] === 1),
  ),
};

/** Published name -> own, of layers with normalisation and of plain ones. */
const layers = (theirs: string, ours: string, count: number): [string, string][] =>
  Array.from({ length: count }, (_, layer): [string, string][] => [
    [`${theirs}.${3 * layer}.weight`, `${ours}.${layer}.w`],
    [`${theirs}.${3 * layer}.bias`, `${ours}.${layer}.b`],
    [`${theirs}.${3 * layer + 1}.weight`, `${ours}.${layer}.scale`],
    [`${theirs}.${3 * layer + 1}.bias`, `${ours}.${layer}.shift`],
  ]).flat();
const plain = (theirs: string, ours: string): [string, string][] => [
  [`${theirs}.weight`, `${ours}.w`],
  [`${theirs}.bias`, `${ours}.b`],
];
const teacherNames = Object.fromEntries([
  ...layers('img_net', 'teacher.image', 3),
  ...layers('txt_net', 'teacher.text', 2),
  ...plain('Embedding', 'teacher.words'),
  ['gc1_img.weight', 'teacher.graphImage.w'],
  ['gc1_txt.weight', 'teacher.graphText.w'],
  ['gc1_cross.weight', 'teacher.graphBoth.w'],
  ...plain('hash_img.0', 'teacher.codeImage'),
  ...plain('hash_img_sp.0', 'teacher.codeImageBoth'),
  ...plain('hash_txt.0', 'teacher.codeText'),
  ...plain('hash_txt_sp.0', 'teacher.codeTextBoth'),
]);
const judgeNames = Object.fromEntries(
  [0, 1, 2].flatMap((layer) => plain(`discriminator.${2 * layer}`, `judge.${layer}`)),
);
const of = (side: string, stored: StoredRecord): StoredRecord =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [`${side}/${name}`, value]));
const networkNames = Object.fromEntries([
  ...layers('image/hashFunc', 'image', 3),
  ...layers('text/hashFunc', 'text', 2),
  ...plain('text/Embedding', 'text.words'),
  ['fusion/factor_param', 'fusion.image'],
]);
const names = { ...teacherNames, ...judgeNames, ...networkNames };
/** A normalisation subtracts the mean, so the gradient of a bias before it is a rounding error, which Adam enlarges. */
const certain = (stored: StoredRecord): StoredRecord =>
  Object.fromEntries(
    Object.entries(stored).filter(([name]) => !/(net|hashFunc)\.[036]\.bias|Embedding\.bias|buffers/.test(name)),
  );
/** Weights `[in, out]` keep their shape in the published graph layers. */
const asStored = (stored: StoredRecord): StoredRecord =>
  Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, /^gc1_|factor/.test(name) ? transposed(value) : value]),
  );

async function opened(epochs: number, teacherShare: number, start: StoredRecord) {
  const settings = hmahSettings.parse({
    ...{ hidden: 14, middle: 12, graph: 16, words: 20, discriminator: 6, discriminatorSecond: 4, teacherShare },
  });
  const facts = pairFacts(data, data.captionPhoto);
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: n, batch: 8, epochs, facts };
  const learner = hmah.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  const run = await goldenRun(learner, 8, asStored(start), names);
  const step = (
    phase: Parameters<typeof run.step>[0],
    pairs: readonly number[],
    given: Parameters<typeof run.step>[4],
  ) => {
    const rows = Int32Array.from(pairs);
    const images = gather(data.imageRows, rows, 12, new Float32Array(8 * 12));
    const texts = gather(data.textRows, rows, 10, new Float32Array(8 * 10));
    return run.step(phase, pairs, images, texts, given);
  };
  return { learner, run, step };
}
const fusion: StoredRecord = { 'fusion/factor_param': { shape: [1, 8], data: new Array<number>(8).fill(0.5) } };
const initial: StoredRecord = {
  ...golden.initial.teacher,
  ...golden.initial.discriminator,
  ...of('image', golden.initial.studentImage),
  ...of('text', golden.initial.studentText),
  ...fusion,
};

it('losses and parameters of the graph network and the discriminator are those of the published code', async () => {
  const { learner, run, step } = await opened(2, 0.5, initial);
  for (const [i, pairs] of golden.order.entries()) {
    const judge = learner.phase(1);
    const noise = Float32Array.from(golden.noise.filter(({ shape }) => shape.join() === '8,8')[i]?.data ?? []);
    const losses = golden.teacherLosses.slice(17 * i, 17 * (i + 1));
    const found = step(judge, pairs, { t: i + 1, feeds: { noise } });
    expect(found['lossC']?.[0]).toBeCloseTo(losses[0] ?? Number.NaN, 5);
    expect(found['lossR']?.[0]).toBeCloseTo(losses[1] ?? Number.NaN, 5);
    if (judge.then === undefined) throw new Error('the graph network learns too');
    expect(judge.then.repeats).toBe(5);
    for (let repeat = 0; repeat < 5; repeat++) {
      const terms = step(judge.then, pairs, { t: 5 * i + repeat + 1 })['output.terms'] ?? [];
      expect(distance(terms, losses.slice(2 + 3 * repeat, 5 + 3 * repeat))).toBeLessThan(1e-5);
    }
  }
  expectParameters(run.state, golden.discriminatorAfter, names);
  expectParameters(run.state, certain(asStored(golden.teacherAfter)), names);
});

it('losses and parameters of the networks that search uses are those of the published code', async () => {
  const { learner, run, step } = await opened(3, 0, { ...initial, ...golden.teacherAfter });
  const buffers = Object.entries(golden.teacherBuffers).flatMap(
    ([name, { data: values }]): [string, Float32Array][] => {
      const [, net, layer, what] = /^(img|txt)_net\.(\d+)\.running_(mean|var)$/.exec(name) ?? [];
      if (net === undefined) return [];
      const own = `teacher.${net === 'img' ? 'image' : 'text'}.${(Number(layer) - 1) / 3}`;
      return [[`${own}.running${what === 'mean' ? 'Mean' : 'Variance'}`, Float32Array.from(values)]];
    },
  );
  learner.restore({ ...learner.state(), ...Object.fromEntries(buffers) });
  let t = 0;
  for (const epoch of [1, 2]) {
    for (const half of [0, 8]) {
      const pairs = Array.from({ length: 8 }, (_, i) => half + i);
      const terms = step(learner.phase(epoch), pairs, { t: t + 1 })['output.terms'] ?? [];
      expect(distance(terms, golden.studentLosses.slice(7 * t, 7 * (t + 1)))).toBeLessThan(2e-5);
      t++;
    }
  }
  expectParameters(run.state, certain(of('image', golden.studentImageAfter)), names);
  expectParameters(run.state, certain(of('text', golden.studentTextAfter)), names);
  expect(distance(run.state['fusion.image'] ?? [], golden.fusionAfter['factor_param']?.data ?? [])).toBeLessThan(5e-7);
  expect(t).toBe(4);
});
