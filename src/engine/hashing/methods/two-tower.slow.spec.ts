import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import { stepScalars } from '../training/adam.ts';
import type { TrainingData } from '../data/training-data.ts';
import { gather } from '../../numerics/gather.ts';
import { exportNetwork, runRows } from '../model/network-session.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { Random } from '../../numerics/random.ts';
import { initialState } from '../training/step.ts';
import { Stepper } from '../training/stepper.ts';
import { train } from '../training/trainer.ts';
import { captionWords, Vocabulary } from '../../text/caption-words.ts';
import type { GradientLearner } from './method.ts';
import { pairFacts, type Moments, type PairFacts } from '../data/pair-facts.ts';
import { pairTargets } from './pair-targets.ts';
import { twoTower, twoTowerSettings } from './two-tower.ts';

const numbers = z.array(z.number());
const counts = z.record(z.enum(['image', 'text', 'hidden', 'width', 'bits', 'batch', 'pairs']), z.number());
/** Made with PyTorch's own losses, batch normalisation and AdamW by test/fixtures/two-tower/make.py. */
const recordedSchema = z.object({
  sizes: counts,
  settings: z.object({
    rate: z.number(),
    wordRate: z.number(),
    decay: z.number(),
    temperature: z.number(),
    soft: z.number(),
  }),
  parameters: z.record(z.string(), numbers),
  imageRows: numbers,
  textRows: numbers,
  photos: numbers,
  words: z.array(numbers),
  steps: z.array(z.object({ pairs: numbers, loss: z.number(), lossC: z.number(), lossR: z.number() })),
  after: z.record(z.string(), numbers),
  embeddings: z.object({ image: numbers, text: numbers }),
});
const recorded = parseJson(
  recordedSchema,
  readFileSync(new URL('../../../../test/fixtures/two-tower/steps.json', import.meta.url), 'utf8'),
);
const { sizes } = recorded;

/** Without dropout, and with features that are standardised already: 1 / (deviation + least) is 1. */
function recordedLearner(): GradientLearner {
  const { settings, photos, words } = recorded;
  const plain = (width: number, least: number): Moments => ({
    mean: new Float32Array(width),
    deviation: new Float32Array(width).fill(1 - least),
  });
  const facts: PairFacts = {
    photos: Int32Array.from(photos),
    words: { size: 9, of: (pair) => Int32Array.from(words[pair] ?? []) },
    imageMoments: () => plain(sizes.image, 1e-3),
    textMoments: () => plain(sizes.text, 1e-2),
  };
  const { bits, pairs, batch } = sizes;
  const shape = { imageWidth: sizes.image, textWidth: sizes.text, sharedWidth: 0, bits, pairs, batch, epochs: 10 };
  const learner = twoTower.learner(
    { ...shape, random: new Random(1), facts },
    twoTowerSettings.parse({
      hidden: sizes.hidden,
      embedding: sizes.width,
      inputDropout: 0,
      hiddenDropout: 0,
      textDropout: 0,
      wordDropout: 0,
      learningRate: settings.rate,
      wordLearningRate: settings.wordRate,
      weightDecay: settings.decay,
      temperature: settings.temperature,
      softTargets: settings.soft,
    }),
  );
  if (learner.kind !== 'gradient') throw new Error('it learns by steps');
  return learner;
}

const close = (expected: readonly number[]) => expected.map((x) => expect.closeTo(x, 4) as number);

describe('Two-tower', () => {
  it.each(['cpu', 'tensorflow'] as const)('takes the steps PyTorch takes, on device %s', async (device) => {
    const learner = recordedLearner();
    const state = { ...initialState(learner.networks) };
    for (const [name, values] of Object.entries(recorded.parameters)) state[name] = Float32Array.from(values);
    const standIn = { backend: 'cpu', loadPackage: () => Promise.resolve({}) };
    const stepper = await Stepper.open(device, learner, sizes.batch, state, { threads: 1, ...standIn });
    const phase = learner.phase(1);
    const rows = (from: readonly number[], pairs: Int32Array, width: number) =>
      gather(Float32Array.from(from), pairs, width, new Float32Array(pairs.length * width));
    for (const [t, step] of recorded.steps.entries()) {
      const pairs = Int32Array.from(step.pairs);
      const outputs = await stepper.step(phase, {
        imageRows: rows(recorded.imageRows, pairs, sizes.image),
        textRows: rows(recorded.textRows, pairs, sizes.text),
        ...stepScalars(learner.optimizer, t + 1),
        own: phase.feed(pairs, new Random(t)),
      });
      for (const name of ['loss', 'lossC', 'lossR'] as const) {
        expect(outputs[name]?.[0], `${name} of step ${t}`).toBeCloseTo(step[name], 4);
      }
    }
    await stepper.sync();
    for (const [name, values] of Object.entries(recorded.after)) {
      expect(Array.from(stepper.state[name] ?? []), name).toEqual(close(values));
    }
    const parameters = { ...stepper.state, ...learner.state() };
    const embeddingOf = async (half: 'image' | 'text') => {
      const network = learner.networks[half];
      const session = await openSession(exportNetwork(network, parameters, learner.networks.embedding?.[half]));
      const vocabulary = new Vocabulary(Array.from({ length: 9 }, (_, i) => `w${i}`));
      const words = vocabulary.lists(recorded.words.map((ids) => ids.map((id) => `w${id}`).join(' ')));
      const source = { rows: Float32Array.from(recorded[`${half}Rows`]), width: sizes[half], words };
      const { embedding } = await runRows(session, source, { real: sizes.bits, embedding: sizes.width });
      await session.dispose();
      return Array.from(embedding);
    };
    if (device === 'cpu') {
      expect(await embeddingOf('image')).toEqual(close(recorded.embeddings.image));
      expect(await embeddingOf('text')).toEqual(close(recorded.embeddings.text));
    }
    await stepper.dispose();
  });

  it('takes no other caption of a photo for a negative', () => {
    const phase = recordedLearner().phase(1);
    const siblings = phase.feed(Int32Array.of(0, 2, 1, 9, 3, 10), new Random(1))['siblings'] ?? [];
    const masked = Array.from(siblings).flatMap((x, i) => (x === 0 ? [] : [[Math.floor(i / 6), i % 6]]));
    expect(masked).toEqual([
      [0, 2],
      [1, 4],
      [2, 0],
      [4, 1],
    ]);
  });

  const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
  const options = {
    method: 'two-tower',
    bits: 32,
    epochs: 12,
    batch: 64,
    hidden: 64,
    negatives: 1,
    seed: 1,
    device: 'auto',
    threads: 1,
  } as const;

  /** Photos whose captions name their subject in one word, while their features say nothing of it. */
  function namedPhotos(): TrainingData {
    const data = topicData({ photos: 200, topics: 200, tags: false, noise: 0 });
    const random = new Random(7);
    const names = ['rex', 'oma', 'ada', 'ben', 'the beach', 'a boat', 'snow', 'our car'];
    const texts = Array.from(data.captionPhoto, (photo) => `${names[photo % 8]} and ${names[(photo >> 3) % 8]}`);
    // The features of photos contain their topic; features of captions are noise.
    const imageRows = Float32Array.from({ length: 200 * 24 }, (_, i) => {
      const [photo, j] = [Math.floor(i / 24), i % 24];
      return Number(j === photo % 8 || j === 8 + ((photo >> 3) % 8)) + 0.05 * random.normal();
    });
    const textRows = data.textRows.map(() => random.normal());
    return { ...data, imageRows, textRows, words: captionWords(texts) };
  }

  it('learns words that the encoder does not know, and carries them with its model', async () => {
    const settings = { wordLearningRate: 0.02, learningRate: 5e-3 };
    const model = await train({ data: namedPhotos(), encoder, options: { ...options, settings } });
    const last = model.epochs.at(-1);
    expect(last?.recall?.t2i[10]).toBeGreaterThan(0.8);
    expect(last?.recallReal?.t2i[10]).toBeGreaterThan(0.8);
    // The towers, the linear part and the hubness correction.
    expect(model.embeddingWidth).toBe(512 + 128 + 1);
    expect(model.words).toEqual(expect.arrayContaining(['rex', 'oma', 'the', 'and']));
    const without = await train({
      data: namedPhotos(),
      encoder,
      options: { ...options, settings: { ...settings, words: false } },
    });
    expect(without.words).toBeUndefined();
    expect(without.epochs.at(-1)?.recall?.t2i[10]).toBeLessThan(0.7);
  });

  it.each(pairTargets)('learns with soft targets by %s of pairs', async (softBy) => {
    const data = topicData({ photos: 120, captionsPerPhoto: 2 });
    const lastEpoch = async (settings: Record<string, string>) =>
      (await train({ data, encoder, options: { ...options, epochs: 6, settings } })).epochs.at(-1);
    const [found, captions] = [await lastEpoch({ softBy }), await lastEpoch({})];
    // Another target, and codes far above chance, which is 1/2.
    expect(found?.lossC).not.toBe(captions?.lossC);
    expect(found?.recall?.t2i[10]).toBeGreaterThan(0.5);
    await expect(lastEpoch({ softBy: 'tags' })).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('leaves the whole target to a pair at a low temperature of soft targets', async () => {
    const data = topicData({ photos: 60, captionsPerPhoto: 1 });
    const lastEpoch = async (settings: Record<string, number>) =>
      (await train({ data, encoder, options: { ...options, epochs: 2, settings } })).epochs.at(-1);
    const [cold, own, warm] = [
      await lastEpoch({ softTemperature: 1e-5 }),
      await lastEpoch({ softTargets: 0 }),
      await lastEpoch({ softTemperature: 1 }),
    ];
    expect(cold?.lossC).toBeCloseTo(own?.lossC ?? Number.NaN, 5);
    expect(Math.abs((warm?.lossC ?? 0) - (own?.lossC ?? 0))).toBeGreaterThan(0.01);
  });

  it('learns from words alone, and refuses to learn from nothing', async () => {
    const settings = { wordLearningRate: 0.02, learningRate: 5e-3, textFeatures: false };
    const model = await train({ data: namedPhotos(), encoder, options: { ...options, settings } });
    expect(model.epochs.at(-1)?.recall?.t2i[10]).toBeGreaterThan(0.8);
    const neither = train({
      data: namedPhotos(),
      encoder,
      options: { ...options, settings: { ...settings, words: false } },
    });
    await expect(neither).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('gives a text the same code alone and among others, and none of what it does not know', async () => {
    const data = namedPhotos();
    const { text, words = [] } = await train({ data, encoder, options: { ...options, epochs: 1 } });
    const session = await openSession(text);
    const vocabulary = new Vocabulary(words);
    const rows = data.textRows.slice(0, 3 * 24);
    const run = async (texts: readonly string[], from = 0) => {
      const part = rows.subarray(from * 24, (from + texts.length) * 24);
      return (await runRows(session, { rows: part, width: 24, words: vocabulary.lists(texts) }, { real: 32 })).real;
    };
    const together = await run(['rex and oma', 'a boat', 'unheard of']);
    expect(Array.from(await run(['a boat'], 1))).toEqual(close(Array.from(together.subarray(32, 64))));
    expect(Array.from(await run([''], 2))).toEqual(close(Array.from(together.subarray(64))));
    await session.dispose();
  });
});

it('starts bits from what photos and captions have in common, where towers start from the encoder', async () => {
  await tf.setBackend('cpu');
  const data = { ...topicData({ photos: 80, captionsPerPhoto: 1 }), sharedWidth: 24 };
  const pairs = Int32Array.from(data.captionPhoto.keys());
  const facts = pairFacts(data, pairs);
  /** Share of bits that a photo and its caption have in common before the first step. */
  const alike = (canonicalCodes: boolean, bits: number): number => {
    const setup = { imageWidth: 24, textWidth: 24, sharedWidth: 24, bits, pairs: 80, batch: 32, epochs: 1, facts };
    const settings = twoTowerSettings.parse({ canonicalCodes, words: false });
    const { networks } = twoTower.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
    const signs = (side: 'image' | 'text', rows: Float32Array) =>
      tf.tidy(() => {
        const own = networks[side];
        const tensors = Object.fromEntries(
          Object.entries({ ...own.parameters, ...own.statistics }).map(([name, { shape, initial }]) => [
            name,
            tf.tensor(initial, [...shape]),
          ]),
        );
        const outputs = own.forward(tensors, tf.tensor2d(rows, [80, 24]));
        return Array.from(tf.sign(tf.sub(outputs, tf.mean(outputs, 0))).dataSync());
      });
    const [photos, captions] = [signs('image', data.imageRows), signs('text', data.textRows)];
    return photos.filter((sign, i) => sign === captions[i]).length / photos.length;
  };
  expect(alike(true, 4)).toBeGreaterThan(0.9);
  expect(alike(false, 4)).toBeLessThan(0.75);
  // More bits than directions.
  expect(alike(true, 64)).toBeGreaterThan(alike(false, 64));
});
