import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf } from '../../../../test/support/golden-methods.ts';
import { distance, goldenRun, transposed, type Stored, storedSchema } from '../../../../test/support/golden-steps.ts';
import { differentiate } from '../../compute/onnx/compile.ts';
import { Random } from '../../numerics/random.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { gradientName } from '../training/step.ts';
import type { GradientLearner, Phase } from './method.ts';
import { policyLoss, relaxedBits, rowDistances, ugach, ugachSettings } from './ugach.ts';

const updateSchema = z.object({
  gradients: z.array(storedSchema),
  after: z.array(storedSchema),
});
type Update = z.output<typeof updateSchema>;
const weightsSchema = z.record(z.string(), storedSchema);
type Weights = z.output<typeof weightsSchema>;
const goldenSchema = z.object({
  image: storedSchema,
  text: storedSchema,
  imageNegative: storedSchema,
  textNegative: storedSchema,
  discriminator: weightsSchema,
  generator: weightsSchema,
  order: z.array(z.string()),
  dis: z.object({
    image_sig: storedSchema,
    i2t_loss: z.number(),
    t2i_loss: z.number(),
    i2t_reward: storedSchema,
    t2i_reward: storedSchema,
    i2t_update: updateSchema,
    t2i_update: updateSchema,
  }),
  gen: z.record(
    z.enum(['i2t', 't2i']),
    z.object({
      pred_score: storedSchema,
      loss: z.number(),
      update: updateSchema,
    }),
  ),
});

const golden = goldenOf('ugach', goldenSchema);
const decay = 0.01;
const ours: Readonly<Record<string, string>> = {
  ...{ Wq_1: 'image.0.w', Bq_1: 'image.0.b', Wq_2: 'image.1.w', Bq_2: 'image.1.b' },
  ...{ Wc_1: 'text.0.w', Bc_1: 'text.0.b', Wc_2: 'text.1.w', Bc_2: 'text.1.b' },
};
const numbers = ({ data }: Stored) => Float32Array.from(data);
/** The published loss has half the squares of all weights in it, and its gradient the weights. */
const halfSquares = (weights: Weights) =>
  Object.values(weights).reduce((sum, { data }) => sum + data.reduce((all, x) => all + x * x, 0), 0) / 2;
const withDecay = (gradient: Float32Array, weight: Stored | undefined) =>
  gradient.map((x, i) => x + decay * (weight?.data[i] ?? Number.NaN));

async function learnerOfSix(): Promise<GradientLearner> {
  const n = 6;
  const data = {
    imageRows: numbers(golden.image),
    textRows: numbers(golden.text),
    ...{ imageWidth: 12, textWidth: 10, sharedWidth: 0 },
    captionPhoto: Int32Array.from({ length: n }, (_, i) => i),
    photoTags: Array.from({ length: n }, () => []),
  };
  const facts = pairFacts(data, data.captionPhoto);
  const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 8, pairs: n, batch: n, epochs: 3, facts };
  const settings = { ...ugachSettings.parse({ hidden: 16, neighbours: 2 }), draws: 1, learningRate: 0.001 / n };
  const learner = ugach.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  await learner.beforeEpoch?.(1);
  return learner;
}

it('losses, gradients and parameters of the networks that search uses are those of the published code', async () => {
  const learner = await learnerOfSix();
  const initial = Object.fromEntries(
    // As PyTorch stores them; goldenRun transposes them.
    Object.entries(golden.discriminator).map(([name, stored]) => [name, transposed(stored)]),
  );
  const generator = Object.keys(learner.networks.lossParameters ?? {});
  const zeros = Object.fromEntries(generator.map((name) => [name, { shape: [0], data: [] }]));
  const names = { ...ours, ...Object.fromEntries(generator.map((name) => [name, name])) };
  const photosAsk = learner.phase(1);
  if (photosAsk.then === undefined) throw new Error('captions ask too');
  const asks: readonly [Phase, Stored, Stored, Update, number][] = [
    [photosAsk, golden.text, golden.textNegative, golden.dis.i2t_update, golden.dis.i2t_loss],
    [photosAsk.then, golden.image, golden.imageNegative, golden.dis.t2i_update, golden.dis.t2i_loss],
  ];
  for (const [phase, related, negative, update, loss] of asks) {
    const run = await goldenRun(learner, 6, { ...initial, ...zeros }, names);
    // Noise that makes the generator choose the published negatives.
    const noise = Float32Array.from({ length: 36 }, (_, i) => (Math.floor(i / 6) === i % 6 ? 1e6 : 0));
    const feeds = { related: numbers(related), candidates: numbers(negative), noise };
    const found = run.step(phase, [0, 1, 2, 3, 4, 5], numbers(golden.image), numbers(golden.text), { feeds });
    expect((found['loss']?.[0] ?? Number.NaN) + decay * halfSquares(golden.discriminator)).toBeCloseTo(loss, 5);
    for (const [i, name] of golden.order.entries()) {
      const own = ours[name] ?? '';
      const gradient = withDecay(found[gradientName(own)] ?? new Float32Array(), golden.discriminator[name]);
      expect(distance(gradient, update.gradients[i]?.data ?? [])).toBeLessThan(1e-5);
      expect(distance(run.state[own] ?? [], update.after[i]?.data ?? [])).toBeLessThan(1e-6);
    }
  }
});

it('losses and gradients of the generator are those of the published code', () => {
  const weights = (): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(golden.generator).map(([name, { shape, data }]) => [
        `generator.${ours[name] ?? ''}`,
        tf.tensor([...data], [...shape]),
      ]),
    );
  const rows = ({ shape, data }: Stored) => tf.tensor2d([...data], [shape[0] ?? 0, shape[1] ?? 0]);
  for (const direction of ['i2t', 't2i'] as const) {
    const { pred_score, loss, update } = golden.gen[direction];
    // One query, and six that were chosen for it.
    const first = ({ shape, data }: Stored): Stored => ({ shape: [1, shape[1] ?? 0], data: data.slice(0, shape[1]) });
    const [image, text] =
      direction === 'i2t' ? [first(golden.image), golden.textNegative] : [golden.imageNegative, first(golden.text)];
    const reward = golden.dis[`${direction}_reward`];
    const found = differentiate((parameters) => {
      const bits = (side: string, given: Stored) => relaxedBits(`generator.${side}`, parameters, rows(given));
      const distances = rowDistances(bits('image', image), bits('text', text));
      const rewards = tf.tensor2d([...reward.data], [1, 6]);
      return { loss: policyLoss(tf.reshape(distances, [1, 6]) as Tensor2D, rewards), extra: { distances } };
    }, weights());
    const scores = pred_score.data.map((x) => -x);
    expect(distance(found.extra['distances']?.dataSync() ?? [], scores)).toBeLessThan(1e-5);
    expect((found.loss.dataSync()[0] ?? Number.NaN) + decay * halfSquares(golden.generator)).toBeCloseTo(loss, 5);
    for (const [i, name] of golden.order.entries()) {
      const gradient = Float32Array.from(found.gradients[`generator.${ours[name] ?? ''}`]?.dataSync() ?? []);
      expect(distance(withDecay(gradient, golden.generator[name]), update.gradients[i]?.data ?? [])).toBeLessThan(1e-5);
    }
  }
});
