import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import { openHashModel } from '../model/hash-model.ts';
import { readManifest, writeModel } from '../model/model-files.ts';
import { packCodes } from '../../numerics/pack.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { trainInProcess } from './train-in-process.ts';
import { effectiveBatch, train } from './trainer.ts';
import { TrainingDiverged, type TrainingOptions, type TrainingRequest } from './training.ts';
import { float32At, int32At, uint8At } from '../../../shared/at.ts';

const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
const options: TrainingOptions = {
  method: 'ucch',
  bits: 16,
  epochs: 12,
  batch: 64,
  hidden: 64,
  negatives: 4096,
  seed: 1,
  device: 'auto',
  threads: 1,
  settings: { learningRate: 2e-3 },
};
const request = (changes: Partial<TrainingOptions> = {}): TrainingRequest => ({
  data: topicData({ photos: 200 }),
  encoder,
  options: { ...options, ...changes },
});

describe('train', () => {
  it.each([
    ['the whole bank', {}],
    ['shared negatives', { negatives: 128 }],
    ['negatives of each pair', { negatives: 128, settings: { ...options.settings, negativeSampling: 'per-sample' } }],
  ] as const)('finds the structure of synthetic pairs: %s', async (_, changes) => {
    const epochs: EpochMetrics[] = [];
    const best: number[] = [];
    let context: EvaluationContext | undefined;
    const model = await train({
      ...request(changes),
      onStart: (found) => (context = found),
      onEpoch: (metrics, isBest) => {
        epochs.push(metrics);
        if (isBest) best.push(metrics.epoch);
      },
    });
    expect(context?.chance.mean).toBeLessThan(0.3);
    expect(Math.max(...epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.8);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(model.bestEpoch).toBe(best.at(-1));
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[1]?.loss ?? 0);
    expect(model.epochs).toEqual(epochs);
  });

  it('judges by own captions where there are no tags', async () => {
    // Little noise between a photo's captions and the photo: each is findable.
    const data = topicData({ photos: 200, topics: 200, tags: false, noise: 0.1 });
    const model = await train({ ...request({ bits: 32 }), data });
    expect(model.evaluation?.relevance).toBe('own-caption');
    expect(model.evaluation?.split.databasePhotos).toBe(40);
  });

  it('gives the same model for the same seed', async () => {
    const once = await train(request({ epochs: 2, negatives: 64 }));
    const again = await train(request({ epochs: 2, negatives: 64 }));
    const other = await train(request({ epochs: 2, negatives: 64, seed: 2 }));
    expect(Buffer.compare(once.image, again.image)).toBe(0);
    expect(Buffer.compare(once.text, again.text)).toBe(0);
    expect(Buffer.compare(once.text, other.text)).not.toBe(0);
    expect(once.dataFingerprint).toBe(again.dataFingerprint);
  });

  it('compares with the float features both share', async () => {
    const data = topicData({ photos: 100 });
    // Photos and captions of one space: captions are the photos themselves.
    const textRows = data.textRows.map((_, i) => {
      const photo = int32At(data.captionPhoto, Math.floor(i / 24));
      return float32At(data.imageRows, photo * 24 + (i % 24));
    });
    const shared = { ...encoder, sharedWidth: 24 };
    const model = await train({
      encoder: shared,
      data: { ...data, textRows, sharedWidth: 24 },
      options: { ...options, method: 'rotation', bits: 128, settings: {} },
    });
    expect(model.evaluation?.float?.mean).toBeGreaterThan(0.9);
    expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.7);
    expect(model.epochs[0]?.map.mean).toBeLessThanOrEqual(model.evaluation?.float?.mean ?? 0);
  });

  it('stops within a step when cancelled', async () => {
    const controller = new AbortController();
    let steps = 0;
    const training = train({
      ...request({ epochs: 1000 }),
      signal: controller.signal,
      onStep: () => {
        if (++steps === 5) controller.abort();
      },
    });
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toBe(5);
  });

  it('stops when the loss is no longer finite and keeps the best epoch before', async () => {
    const { data, ...rest } = request({ epochs: 5 });
    // Features that become NaN after the second epoch.
    const onEpoch = ({ epoch }: EpochMetrics) => {
      if (epoch === 2) data.imageRows.fill(Number.NaN);
    };
    const failed = await train({ data, ...rest, onEpoch }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TrainingDiverged);
    expect(failed).toMatchObject({ code: 'training-diverged', best: { epochs: [{ epoch: 1 }, { epoch: 2 }] } });
    const atOnce = await train(request({ settings: { learningRate: 1e38 } })).catch((error: unknown) => error);
    expect(atOnce).toMatchObject({ code: 'training-diverged', best: null });
  });

  it('refuses unknown methods, settings and devices by name', async () => {
    await expect(train(request({ method: 'nope' }))).rejects.toThrow(/nope.*ucch/);
    await expect(train(request({ settings: { alhpa: 1 } }))).rejects.toThrow(/alhpa/);
    await expect(train(request({ settings: { alpha: 2 } }))).rejects.toThrow(/alpha/);
    await expect(train(request({ device: 'abacus' }))).rejects.toThrow(/abacus/);
  });

  it('takes smaller batches of few pairs', () => {
    expect(effectiveBatch(256, 16)).toBe(16);
    expect(effectiveBatch(256, 100)).toBe(32);
    expect(effectiveBatch(256, 1000)).toBe(125);
    expect(effectiveBatch(256, 2048)).toBe(256);
    expect(effectiveBatch(8, 1000)).toBe(8);
  });

  it('trains on the fewest pairs allowed', async () => {
    const model = await train({ ...request({ epochs: 2 }), data: topicData({ photos: 8 }) });
    expect(model.epochs).toHaveLength(2);
  });
});

describe('trainInProcess', () => {
  it('gives the same model, with progress, while this thread goes on', async () => {
    const here = await train(request({ epochs: 2 }));
    const heard: string[] = [];
    let ticks = 0;
    const clock = setInterval(() => ticks++, 1);
    const there = await trainInProcess({
      ...request({ epochs: 2 }),
      onStart: () => heard.push('start'),
      onEpoch: ({ epoch }) => heard.push(`epoch ${epoch}`),
      onStep: (done, total) => heard.push(done === total ? 'last step' : 'step'),
    });
    clearInterval(clock);
    expect(Buffer.compare(here.image, there.image)).toBe(0);
    expect(there.epochs.map(({ map }) => map)).toEqual(here.epochs.map(({ map }) => map));
    expect(heard.filter((what) => what !== 'step')).toEqual(['start', 'epoch 1', 'last step', 'epoch 2']);
    expect(ticks).toBeGreaterThan(20);
  });

  it('takes arrays on shared memory', async () => {
    const plain = topicData({ photos: 50 });
    const imageRows = new Float32Array(new SharedArrayBuffer(plain.imageRows.byteLength));
    imageRows.set(plain.imageRows);
    const shared = await trainInProcess({ ...request({ epochs: 1 }), data: { ...plain, imageRows } });
    const model = await trainInProcess({ ...request({ epochs: 1 }), data: plain });
    expect(Buffer.compare(shared.image, model.image)).toBe(0);
  });

  it('is cancelled, and passes errors on', async () => {
    const controller = new AbortController();
    const training = trainInProcess({
      ...request({ epochs: 1000 }),
      signal: controller.signal,
      onStep: () => controller.abort(),
    });
    await expect(training).rejects.toMatchObject({ name: 'HashlensError', code: 'cancelled' });
    await expect(trainInProcess({ ...request(), data: topicData({ photos: 3 }) })).rejects.toMatchObject({
      code: 'too-few-pairs',
    });
  });
});

describe('a model on disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hashlens-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('encodes photos and captions so that they find each other', async () => {
    const { data, ...rest } = request();
    const trained = await train({ data, ...rest });
    const dir = join(folder, 'good');
    const manifest = await writeModel(dir, trained);
    expect(await readManifest(dir)).toEqual(manifest);
    const model = await openHashModel(dir, { threads: 1 });
    expect(model.bits).toBe(16);
    expect(model.manifest).toMatchObject({ method: 'ucch', bestEpoch: trained.bestEpoch, encoder });
    const images = await model.encodeImages(data.imageRows);
    const texts = await model.encodeTexts(data.textRows, []);
    await model.dispose();
    expect(images.codes).toHaveLength(200 * 2);
    expect(images.real).toHaveLength(200 * 16);
    expect(images.codes).toEqual(packCodes(images.real, 16));
    const bits = (byte: number) => byte.toString(2).replaceAll('0', '').length;
    let own = 0;
    let other = 0;
    for (let photo = 0; photo < 200; photo++) {
      const distance = (caption: number) =>
        [0, 1].reduce(
          (sum, i) => sum + bits(uint8At(images.codes, photo * 2 + i) ^ uint8At(texts.codes, caption * 2 + i)),
          0,
        );
      own += distance(photo * 2);
      other += distance((photo * 2 + 101) % 400);
    }
    expect(own).toBeLessThan(other / 2);
  });

  it('is refused with a sentence when it is missing, damaged, newer or of another shape', async () => {
    const trained = await train(request({ epochs: 1 }));
    await expect(openHashModel(join(folder, 'absent'))).rejects.toMatchObject({ code: 'model-missing' });
    const dir = join(folder, 'bad');
    await writeModel(dir, trained);
    const text = await readFile(join(dir, 'manifest.json'), 'utf8');
    const manifest = parseJson(z.record(z.string(), z.unknown()), text);
    const change = (values: object) =>
      writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, ...values }));
    await change({ formatVersion: 99 });
    await expect(openHashModel(dir)).rejects.toMatchObject({ code: 'unsupported-format' });
    await change({ bits: 32 });
    await expect(openHashModel(dir)).rejects.toThrow(/shape/);
    await change({ bits: 'many' });
    await expect(openHashModel(dir)).rejects.toThrow(/manifest\.json.*bits/);
    await writeFile(join(dir, 'manifest.json'), '{"formatVersion":');
    await expect(openHashModel(dir)).rejects.toThrow(/damaged/);
    await change({});
    const bytes = await readFile(join(dir, 'text.onnx'));
    bytes[bytes.length >> 1] = uint8At(bytes, bytes.length >> 1) ^ 1;
    await writeFile(join(dir, 'text.onnx'), bytes);
    await expect(openHashModel(dir)).rejects.toThrow(/text\.onnx.*damaged/);
  });
});
