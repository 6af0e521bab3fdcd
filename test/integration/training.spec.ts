// Training in a library: interrupted and resumed, refused, exported and imported. Real engine, real photos, real worker.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { present } from '../../src/shared/at.ts';
import { parseJson } from '../../src/shared/json.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { trainOptions, type TrainRequest } from '../../src/shared/contract/training.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import type { HashModelSummary } from '../../src/shared/contract/models.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/engine/hashing/training/checkpoint.ts';
import { albumWith, sampleAlbum, testEngine, type TestEngine } from '../support/engine.ts';
import { sampleLibrary } from '../support/sample-library.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Long enough that it can be stopped in the middle. */
const options = (changes: TrainRequest = {}) =>
  trainOptions.parse({ bits: 32, epochs: 40, hidden: 256, seed: 5, activate: false, ...changes });

/** The sample album, indexed. */
const library = async (): Promise<TestEngine> => testEngine(await sampleLibrary());

const modelOf = async (engine: TestEngine, job: Job): Promise<HashModelSummary> => {
  const model = (await engine.api['models.list']({})).find(({ id }) => id === job.modelId);
  if (!model) throw new Error(`no model ${job.modelId}`);
  return model;
};
const losses = ({ epochs }: HashModelSummary) =>
  epochs.map(({ epoch, loss, map, recall }) => ({ epoch, loss, map, recall }));
const checkpoints = ({ libraryDir }: TestEngine) =>
  readdirSync(join(libraryDir, 'models')).filter((name) => name.includes('checkpoint'));

/** Waits until a training has measured this many epochs. */
const epochsHeard = (engine: TestEngine, job: Job, count: number) =>
  expect
    .poll(() => engine.events.filter((e) => e.type === 'epoch' && e.modelId === job.modelId).length, {
      interval: 5,
    })
    .toBeGreaterThanOrEqual(count);
const stateOf = async (engine: TestEngine, job: Job) =>
  (await engine.api['jobs.list']({})).find(({ id }) => id === job.id)?.state;

describe('a training that is stopped', () => {
  it('goes on from its last epoch after a pause and after the engine was closed, to the same model', async () => {
    const engine = await library();
    const whole = await engine.finish(await engine.api['train.start'](options()));
    const job = await engine.api['train.start'](options());
    await epochsHeard(engine, job, 2);
    await engine.api['jobs.pause']({ jobId: job.id });
    await expect.poll(() => stateOf(engine, job)).toBe('paused');
    const paused = await modelOf(engine, job);
    expect(paused.state).toBe('training');
    expect(paused.epochs.length).toBeGreaterThanOrEqual(2);
    expect(checkpoints(engine)).toEqual([`${job.modelId}.checkpoint`]);

    await engine.api['jobs.resume']({ jobId: job.id });
    await epochsHeard(engine, job, paused.epochs.length + 1);
    await engine.close();

    const again = testEngine(engine.libraryDir);
    const ended = await again.finished(job.id);
    expect(ended.state).toBe('done');
    const heard = again.events.flatMap((e) => (e.type === 'epoch' ? [e.metrics.epoch] : []));
    // Not from the beginning.
    expect(heard[0]).toBeGreaterThan(2);
    const resumed = await modelOf(again, job);
    expect(losses(resumed)).toEqual(losses(await modelOf(again, whole)));
    expect(resumed.state).toBe('ready');
    const order = resumed.evaluation?.library?.defaultOrder;
    expect(order).toMatchObject({ photos: (await again.api['library.status']({})).photos });
    // No model was in use that had learned from the photos asked for.
    expect(order?.before).not.toBeNull();
    expect(checkpoints(again)).toEqual([]);
    const file = (id: ModelId | null) => readFileSync(join(again.libraryDir, 'models', String(id), 'text.onnx'));
    expect(file(job.modelId).equals(file(whole.modelId))).toBe(true);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const engine = await library();
    const job = await engine.api['train.start'](options());
    await epochsHeard(engine, job, 2);
    await engine.api['jobs.cancel']({ jobId: job.id });
    expect((await engine.finished(job.id)).state).toBe('cancelled');
    const modelIds = async () => (await engine.api['models.list']({})).map(({ id }) => id);
    expect(await modelIds()).not.toContain(job.modelId);
    expect(checkpoints(engine)).toEqual([]);

    const paused = await engine.api['train.start'](options());
    await epochsHeard(engine, paused, 2);
    await engine.api['jobs.pause']({ jobId: paused.id });
    expect((await engine.finished(paused.id)).state).toBe('paused');
    expect(checkpoints(engine)).toHaveLength(1);
    await engine.api['jobs.cancel']({ jobId: paused.id });
    expect(await modelIds()).not.toContain(paused.modelId);
    expect(checkpoints(engine)).toEqual([]);
  });

  it('is resumed, not begun again, by asking for the same training or for the last one', async () => {
    const engine = await library();
    const job = await engine.api['train.start'](options());
    await epochsHeard(engine, job, 2);
    await engine.api['jobs.pause']({ jobId: job.id });
    expect((await engine.finished(job.id)).state).toBe('paused');
    const other = await engine.api['train.start'](options({ seed: 6, epochs: 1 }));
    expect(other.modelId).not.toBe(job.modelId);
    await engine.finish(other);
    expect((await engine.api['train.resume']({})).id).toBe(job.id);
    await engine.api['jobs.pause']({ jobId: job.id });
    await engine.finished(job.id);
    expect((await engine.api['train.start'](options({ activate: true }))).id).toBe(job.id);
    const { epochs, state } = await modelOf(engine, await engine.finish(job));
    expect([epochs.length, state]).toEqual([40, 'ready']);
    await expect(engine.api['train.resume']({})).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('trainings that are asked for at once', () => {
  it('have models of different names, though the second waits and has no model yet', async () => {
    const engine = await library();
    const short = options({ epochs: 1 });
    const jobs = [await engine.api['train.start'](short), await engine.api['train.start'](short)];
    expect(new Set(jobs.map(({ modelId }) => modelId)).size).toBe(2);
    const ended = [];
    for (const job of jobs) ended.push(await engine.finish(job));
    const models = (await engine.api['models.list']({})).map(({ id }) => id);
    for (const { state, modelId } of ended) {
      expect(state).toBe('done');
      expect(models).toContain(modelId);
    }
  });
});

describe('words of the person', () => {
  it('are learned from captions, though no encoder knows them, and found by similarity alone', async () => {
    const photosIn = (name: string) =>
      readdirSync(join(sampleAlbum, name))
        .filter((file) => /[.](jpg|png|webp)$/.test(file))
        .map((file) => `${name}/${file}`);
    const [animals, places] = [photosIn('animals'), photosIn('places')];
    const folder = albumWith(...animals, ...places);
    const nameOf = (path: string) => path.replace(/.*[\\/]/, '');
    const lines = [...animals, ...places].flatMap((photo) =>
      ['at noon', 'once more', 'and so on'].map(
        (rest) => `${nameOf(photo)},${animals.includes(photo) ? 'zorblax' : 'quimby'} ${rest}`,
      ),
    );
    writeFileSync(join(folder, 'captions.txt'), ['image,caption', ...lines, ''].join('\n'));
    const engine = testEngine();
    await engine.index(folder);
    const ask = (text = 'zorblax') =>
      engine.api['search.query'](searchQuery.parse({ text, mode: 'semantic', limit: 60 }));
    const before = await ask();
    expect(before.hits).toEqual([]);
    expect(before.notice).toMatch(/No word of this query is known/);
    const settings = { wordLearningRate: 0.02, learningRate: 5e-3 };
    await engine.finish(await engine.api['train.start'](trainOptions.parse({ seed: 3, settings, activate: 'always' })));
    const { hits, notice } = await ask();
    expect(notice).toBeNull();
    const first = hits
      .slice(0, animals.length)
      .filter(({ path }) => animals.some((name) => path.endsWith(nameOf(name))));
    expect(first.length).toBeGreaterThanOrEqual(animals.length - 2);
    // "And" is a word of the captions without meaning.
    expect((await ask('and xyzzyx')).notice).toMatch(/No word of this query is known/);
  });
});

describe('a trained model', () => {
  it('says how often a caption finds its own photo, beside chance, each epoch and in full at the end', async () => {
    const engine = await library();
    const job = await engine.finish(await engine.api['train.start'](options({ epochs: 2 })));
    const { epochs, evaluation } = await modelOf(engine, job);
    const share = (x: number | undefined) => x !== undefined && x >= 0 && x <= 1;
    for (const { map, map50, recall, recallReal, medianRank, medianRankReal, intervals } of epochs) {
      for (const at of [recall?.t2i, recall?.i2t, recallReal?.t2i, recallReal?.i2t]) {
        expect([at?.[1], at?.[5], at?.[10]].every(share)).toBe(true);
        expect(at?.[10]).toBeGreaterThanOrEqual(at?.[1] ?? 2);
      }
      expect(medianRank?.t2i).toBeGreaterThanOrEqual(1);
      expect(medianRankReal?.i2t).toBeGreaterThanOrEqual(1);
      // Each interval is around the measure that it belongs to.
      expect(intervals?.map.i2t.mean).toBeCloseTo(map.i2t, 9);
      expect(intervals?.map.t2i.mean).toBeCloseTo(map.t2i, 9);
      expect(intervals?.few?.map50.i2t.mean).toBeCloseTo(map50.i2t, 9);
      expect(intervals?.few?.map50.t2i.mean).toBeCloseTo(map50.t2i, 9);
      for (const k of [1, 5, 10] as const) {
        expect(intervals?.few?.recall.i2t[k].mean).toBeCloseTo(recall?.i2t[k] ?? -1, 9);
        expect(intervals?.few?.recall.t2i[k].mean).toBeCloseTo(recall?.t2i[k] ?? -1, 9);
        const { mean, low, high } = present(intervals?.ownPhoto[k]);
        expect(mean).toBeCloseTo(recallReal?.t2i[k] ?? -1, 9);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
      }
    }
    expect(evaluation?.ranks?.chance.recall.t2i[1]).toBeCloseTo(1 / (evaluation?.split.queryPhotos ?? 0), 9);
    expect(evaluation?.ranks?.float?.recall.t2i[10]).toBeTypeOf('number');
    expect(evaluation?.report?.atK.map(({ k }) => k)).toEqual([1, 5, 10, 50, 100]);
    expect(evaluation?.report?.prCurve.t2i.at(-1)?.recall).toBeCloseTo(1, 9);
    expect(evaluation?.memory?.total).toBeGreaterThan(1e6);
  });

  it('keeps the best epoch of a training that comes apart, ready for use', async () => {
    const engine = await library();
    const job = await engine.api['train.start'](options());
    await epochsHeard(engine, job, 2);
    await engine.api['jobs.pause']({ jobId: job.id });
    await expect.poll(() => stateOf(engine, job)).toBe('paused');
    const file = join(engine.libraryDir, 'models', `${job.modelId}.checkpoint`);
    const bytes = new Uint8Array(readFileSync(file));
    // The key is the first thing of the header.
    const key = /"key":"([0-9a-f]{64})"/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? '';
    const checkpoint = decodeCheckpoint(bytes, key);
    if (checkpoint === null) throw new Error('the checkpoint cannot be read');
    checkpoint.state['text.out.w']?.fill(Number.NaN);
    writeFileSync(file, encodeCheckpoint(checkpoint));
    await engine.api['jobs.resume']({ jobId: job.id });
    const ended = await engine.finished(job.id);
    expect(ended.error).toMatchObject({
      code: 'training-diverged',
      message: expect.stringMatching(
        /loss became NaN.*epoch \d+ was kept and can be used as model two-tower-32-/,
      ) as string,
    });
    const model = await modelOf(engine, job);
    expect(model).toMatchObject({ state: 'ready', bestEpoch: checkpoint.best?.epoch });
    expect(checkpoints(engine)).toEqual([]);
    await engine.finish(await engine.api['models.activate']({ modelId: model.id }));
    expect((await engine.api['library.status']({})).model).toBe(model.id);
  });

  it('leaves a library and comes into another one', async () => {
    const engine = await library();
    const job = await engine.finish(await engine.api['train.start'](options({ epochs: 2 })));
    const modelId = job.modelId ?? ('' as ModelId);
    const path = join(temporaryFolder(), 'my-model');
    await engine.api['models.export']({ modelId, path });
    expect(readdirSync(path).sort()).toEqual(['image.onnx', 'manifest.json', 'text.onnx']);
    await expect(engine.api['models.export']({ modelId, path })).rejects.toMatchObject({ code: 'bad-argument' });

    // Its name is taken here, and free in another library.
    const copy = await engine.api['models.import']({ path });
    expect(copy.id).toBe(`${modelId}-2`);
    const other = await library();
    const taken = await other.api['models.import']({ path });
    const original = await modelOf(engine, job);
    // A model's files have every setting, defaults filled in; its row only the chosen ones.
    expect(taken).toEqual({ ...original, createdAt: taken.createdAt, options: taken.options });
    expect(taken.options).toMatchObject({ hidden: 256, epochs: 2 });
    await other.api['models.activate']({ modelId });
    await Promise.all((await other.api['jobs.list']({})).map((j) => other.finished(j.id)));
    const status = await other.api['library.status']({});
    expect(status).toMatchObject({ model: modelId, codes: status.photos + status.captions });
  });

  it('is refused with a reason when it is damaged, newer, or of an encoder that is not here', async () => {
    const engine = await library();
    const job = await engine.finish(await engine.api['train.start'](options({ epochs: 1 })));
    const path = join(temporaryFolder(), 'model');
    await engine.api['models.export']({ modelId: job.modelId ?? ('' as ModelId), path });
    const file = join(path, 'manifest.json');
    const manifest = parseJson(z.looseObject({ encoder: z.looseObject({}) }), readFileSync(file, 'utf8'));
    const refusal = async (changes: object) => {
      writeFileSync(file, JSON.stringify({ ...manifest, ...changes }));
      return engine.api['models.import']({ path }).then(
        () => null,
        (error: unknown) => error,
      );
    };
    expect(await refusal({ formatVersion: 2 })).toMatchObject({ code: 'unsupported-format' });
    expect(await refusal({ encoder: { ...manifest.encoder, id: 'clip-x' } })).toMatchObject({
      code: 'encoder-missing',
      message: expect.stringMatching(/clip-x.*starter-1/) as string,
    });
    expect(await refusal({ bits: 64 })).toMatchObject({ code: 'unreadable' });
    writeFileSync(join(path, 'text.onnx'), 'no network');
    expect(await refusal({})).toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/text\.onnx/) as string,
    });
    const emptyFolder = join(temporaryFolder(), 'empty');
    mkdirSync(emptyFolder);
    await expect(engine.api['models.import']({ path: emptyFolder })).rejects.toMatchObject({ code: 'model-missing' });
    const models = await engine.api['models.list']({});
    expect(models.map(({ id }) => existsSync(join(engine.libraryDir, 'models', id)))).not.toContain(false);
  });
});

describe('a plan', () => {
  it('says what a training needs, and one too large is refused before it starts', async ({ skip }) => {
    const engine = await library();
    const plan = await engine.api['train.plan'](options());
    expect(plan).toMatchObject({ fits: true, enough: true });
    expect(plan.memory.total).toBeLessThan(plan.budget);
    const larger = await engine.api['train.plan'](options({ method: 'ucch', hidden: 16384 }));
    expect(larger.memory.total).toBeGreaterThan(3e9);
    const largest = options({ method: 'ucch', hidden: 16384, negatives: 65536, batch: 4096 });
    skip((await engine.api['train.plan'](largest)).fits, 'this machine has memory for the largest training');
    await expect(engine.api['train.start'](largest)).rejects.toMatchObject({ code: 'too-large' });
    expect((await engine.api['jobs.list']({})).map(({ kind }) => kind)).not.toContain('train');
    expect((await engine.api['models.list']({})).map(({ method }) => method)).not.toContain('ucch');
  });

  it('counts the words there are to learn, which may be all there is to learn from', async () => {
    const engine = await library();
    const plan = (settings: TrainRequest['settings']) => engine.api['train.plan'](options({ settings }));
    const parameters = async (settings: TrainRequest['settings']) => (await plan(settings)).parameters;
    const [all, withoutWords] = [await parameters({}), await parameters({ words: false })];
    // Some 350 distinct words of 512 numbers; the plan may estimate up to twice as many.
    expect(all - withoutWords).toBeGreaterThan(350 * 512);
    expect(all - withoutWords).toBeLessThan(800 * 512);
    expect(await plan({ textFeatures: false })).toMatchObject({ fits: true, enough: true });
  });
});
