// A change of encoder or hash model: the old one serves until the new one is complete, and no search mixes them.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { openEncoder } from '../../src/engine/encoder/open-encoder.ts';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { rotationModel } from '../../src/engine/hashing/methods/rotation.ts';
import { openHashModel } from '../../src/engine/hashing/model/hash-model.ts';
import { writeModel } from '../../src/engine/hashing/model/model-files.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { float32At, uint8At } from '../../src/shared/at.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import { albumWith, search, testEngine, type TestEngine } from '../support/engine.ts';
import { until } from '../support/program.ts';
import { photoFacts, photoFile } from '../support/photo-rows.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { temporaryFolder } from '../support/temporary.ts';

const clip = 'clip:tiny';
const modelOf = { starter: 'rotation-starter-1', clip: 'rotation-clip-tiny' } as const;

async function tinyClip(seed = 1): Promise<string> {
  const folder = join(temporaryFolder(), 'tiny');
  await makeTinyClip(folder, { seed });
  return folder;
}

interface TwoEncoders {
  readonly engine: TestEngine;
  readonly album: string;
  /** Folder of the other encoder. */
  readonly folder: string;
}

/** A library of photos encoded by the starter that knows another encoder, `clip:tiny`. */
async function withTwoEncoders(photos: number): Promise<TwoEncoders> {
  const album = join(temporaryFolder(), 'album');
  await fillWithPhotos(album, photos);
  const engine = testEngine();
  await engine.index(album);
  return knowingBoth(engine, album);
}

async function knowingBoth(engine: TestEngine, album: string): Promise<TwoEncoders> {
  const folder = await tinyClip();
  await engine.api['encoders.add']({ path: folder });
  return { engine, album, folder };
}

let made = '';
beforeAll(() => {
  made = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  return () => rmSync(made, { recursive: true, force: true });
});

/** The same of an album that all tests with this number of photos share, and leave as it is; it is indexed once. */
async function withSharedAlbum(photos: number): Promise<TwoEncoders> {
  const [album, library] = [join(made, `album-${photos}`), join(made, `library-${photos}`)];
  if (!existsSync(album)) {
    await fillWithPhotos(album, photos);
    const engine = testEngine(library);
    await engine.index(album);
    await engine.close();
  }
  const copy = temporaryFolder();
  cpSync(library, copy, { recursive: true });
  return knowingBoth(testEngine(copy), album);
}

/** The result of a search: the model that answered, and its hits. */
async function answerOf(engine: TestEngine) {
  const { modelId, hits, searched, notice } = await search(engine, { text: 'a cat', mode: 'semantic', limit: 20 });
  return { modelId, searched, notice, hits: hits.map(({ path, distance, score }) => [path, distance, score]) };
}

const use = async (engine: TestEngine, encoderId: string): Promise<Job> => {
  const job = await engine.api['encoders.use']({ encoderId });
  if (job === null) throw new Error('nothing was left to encode');
  return job;
};

/** Settles once the job has encoded something. */
const atWork = (engine: TestEngine, { id }: Job) =>
  expect
    .poll(() => engine.events.some((e) => e.type === 'job' && e.job.id === id && e.job.total > 0 && e.job.done > 0), {
      interval: 2,
      timeout: 60_000,
    })
    .toBe(true);

const inUse = async (engine: TestEngine) => (await engine.api['library.status']({})).encoder;
const state = async (engine: TestEngine, id: string) => {
  const list = await engine.api['encoders.list']({});
  return list.find((encoder) => encoder.id === id);
};

describe('another encoder', () => {
  it('answers every search by the old one or by the whole new one while a library is encoded again', async () => {
    const { engine } = await withTwoEncoders(160);
    const before = await answerOf(engine);
    expect(before).toMatchObject({ modelId: modelOf.starter, searched: 160 });
    const job = await use(engine, clip);
    const answers: { answer: Awaited<ReturnType<typeof answerOf>>; ms: number; done: boolean }[] = [];
    let ended = false;
    const end = engine.finish(job).then(() => (ended = true));
    while (!ended || answers.filter(({ done }) => done).length < 20) {
      const started = performance.now();
      const done = ended;
      answers.push({ answer: await answerOf(engine), ms: performance.now() - started, done });
    }
    await end;
    const after = await answerOf(engine);
    expect(after).toMatchObject({ modelId: modelOf.clip, searched: 160 });
    expect(after.hits).toHaveLength(20);
    for (const { answer } of answers) expect(answer).toEqual(answer.modelId === modelOf.starter ? before : after);
    const during = answers.filter(({ done }) => !done).map(({ ms }) => ms);
    expect(during.length).toBeGreaterThan(10);
    const p95 = during.sort((a, b) => a - b)[Math.floor(0.95 * during.length)];
    console.log(`${during.length} searches while 160 photos were encoded again; p95 ${p95?.toFixed(0)} ms`);
    // The state seen by a program that opens the library now.
    await engine.close();
    expect(await answerOf(testEngine(engine.libraryDir))).toEqual(after);
  }, 240_000);

  it('goes back at once, and forth again, with what both have made kept', async () => {
    const { engine } = await withSharedAlbum(12);
    const before = await answerOf(engine);
    await engine.finish(await use(engine, clip));
    const after = await answerOf(engine);
    expect(await engine.api['encoders.use']({ encoderId: starterInfo.id })).toBeNull();
    expect(await answerOf(engine)).toEqual(before);
    expect(await engine.api['encoders.use']({ encoderId: clip })).toBeNull();
    expect(await answerOf(engine)).toEqual(after);
    expect(await state(engine, starterInfo.id)).toMatchObject({ active: false, photos: 12 });
    expect(await state(engine, clip)).toMatchObject({ active: true, photos: 12 });
  }, 120_000);

  it('says before how many photos and how much time it takes, and changes nothing by that', async () => {
    const { engine } = await withTwoEncoders(16);
    const plan = await engine.api['encoders.plan']({ encoderId: clip });
    expect(plan).toMatchObject({ photos: 16, offline: 0 });
    expect(plan.photoMs).toBeGreaterThan(0);
    expect(plan.seconds).toBeCloseTo((16 * (plan.photoMs ?? 0)) / 1000, 0);
    expect(await state(engine, clip)).toMatchObject({ photos: 0, isPending: false });
    await engine.finish(await use(engine, clip));
    expect(await engine.api['encoders.plan']({ encoderId: starterInfo.id })).toMatchObject({ photos: 0, seconds: 0 });
  }, 120_000);

  it.each(['cancelled', 'paused', 'interrupted'] as const)(
    'leaves the old one serving when the change is %s, and goes on with what is done',
    async (how) => {
      const { engine } = await withSharedAlbum(60);
      const before = await answerOf(engine);
      const job = await use(engine, clip);
      await atWork(engine, job);
      expect(await state(engine, clip)).toMatchObject({ isPending: true, active: false });
      if (how === 'cancelled') await engine.api['jobs.cancel']({ jobId: job.id });
      if (how === 'paused') await engine.api['jobs.pause']({ jobId: job.id });
      if (how !== 'interrupted') await engine.finished(job.id);
      else await engine.close();
      const now = how === 'interrupted' ? testEngine(engine.libraryDir) : engine;
      if (how === 'interrupted') {
        // The window resumes it by itself; the old one serves meanwhile.
        await expect.poll(() => inUse(now), { timeout: 60_000, interval: 5 }).toBe(clip);
        expect((await answerOf(now)).searched).toBe(60);
        return;
      }
      expect(await answerOf(now)).toEqual(before);
      const done = (await state(now, clip))?.photos ?? 0;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(60);
      await now.finish(how === 'paused' ? await now.api['jobs.resume']({ jobId: job.id }) : await use(now, clip));
      expect(await answerOf(now)).toMatchObject({ modelId: modelOf.clip, searched: 60 });
    },
    120_000,
  );

  it('encodes a new photo first: it is found by the old one at once, and by the new one when that is in use', async () => {
    const { engine, album } = await withTwoEncoders(120);
    const job = await use(engine, clip);
    await atWork(engine, job);
    copyFileSync(join(albumWith('animals/red-panda.jpg'), 'red-panda.jpg'), join(album, 'new.jpg'));
    writeFileSync(join(album, 'new.txt'), 'a cat among cats');
    expect((await engine.index(album)).indexed).toBe(1);
    expect(await inUse(engine)).toBe(starterInfo.id);
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.starter, searched: 121 });
    await engine.finish(job);
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.clip, searched: 121 });
    const store = openStore(engine.libraryDir);
    expect(['photo', 'caption', 'tag'].flatMap((kind) => store.features.missing(kind as 'photo', clip))).toEqual([]);
    store.close();
  }, 120_000);

  it('waits for photos of an offline folder, unless told not to', async () => {
    const { engine } = await withSharedAlbum(8);
    const other = albumWith('animals/red-panda.jpg', 'places/sandy-beach.jpg');
    await engine.index(other);
    renameSync(other, `${other}-away`);
    expect(await engine.api['encoders.plan']({ encoderId: clip })).toMatchObject({ photos: 8, offline: 2 });
    const ended = await engine.finished((await use(engine, clip)).id);
    expect(ended.error).toMatchObject({ code: 'offline' });
    expect(ended.error?.message).toContain(other);
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.starter, searched: 10 });
    const job = await engine.api['encoders.use']({ encoderId: clip, withoutOffline: true });
    if (job) await engine.finish(job);
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.clip, searched: 8 });
    renameSync(`${other}-away`, other);
    await engine.index(other);
    expect((await answerOf(engine)).searched).toBe(10);
  }, 120_000);

  it('does not wait for photos in offline folders in a job that an earlier release queued with its own key', async () => {
    const { engine } = await withTwoEncoders(4);
    const other = albumWith('animals/red-panda.jpg');
    await engine.index(other);
    renameSync(other, `${other}-away`);
    await engine.close();
    const store = openStore(engine.libraryDir);
    store.jobs.insert('encode', { encoderId: clip, withoutAway: true }, null);
    store.close();
    const next = testEngine(engine.libraryDir);
    await until(async () => (await next.api['jobs.list']({})).every(({ finishedAt }) => finishedAt !== null));
    expect(await inUse(next)).toBe(clip);
  }, 120_000);

  it('keeps models trained for the other one, marked by their encoder, and comes back to the one that was chosen', async () => {
    const { engine } = await withSharedAlbum(8);
    const folder = join(temporaryFolder(), 'mine');
    await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
    const { id } = await engine.api['models.import']({ path: folder });
    await engine.finish(await engine.api['models.activate']({ modelId: id }));
    await engine.finish(await use(engine, clip));
    const listed = (await engine.api['models.list']({})).find((model) => model.id === id);
    expect(listed).toMatchObject({ state: 'ready', active: false, encoderId: starterInfo.id });
    await expect(engine.api['models.activate']({ modelId: id })).rejects.toThrow(/trained for the encoder starter-1/);
    // A model chosen for the new encoder does not replace the old one's.
    const info = { ...starterInfo, id: clip, imageWidth: 32, textWidth: 32, sharedWidth: 32 };
    const theirs = join(temporaryFolder(), 'theirs');
    await writeModel(theirs, rotationModel({ encoder: info, bits: 32, seed: 3 }));
    const { id: second } = await engine.api['models.import']({ path: theirs });
    await engine.finish(await engine.api['models.activate']({ modelId: second }));
    expect((await answerOf(engine)).modelId).toBe(second);
    expect(await engine.api['encoders.use']({ encoderId: starterInfo.id })).toBeNull();
    expect((await answerOf(engine)).modelId).toBe(id);
    expect(await engine.api['encoders.use']({ encoderId: clip })).toBeNull();
    expect((await answerOf(engine)).modelId).toBe(second);
  }, 120_000);

  it('gives up a change when another encoder is chosen meanwhile', async () => {
    const { engine } = await withSharedAlbum(60);
    const job = await use(engine, clip);
    await atWork(engine, job);
    expect(await engine.api['encoders.use']({ encoderId: starterInfo.id })).toBeNull();
    expect((await engine.finished(job.id)).state).toBe('cancelled');
    expect(await inUse(engine)).toBe(starterInfo.id);
  }, 120_000);

  it('removes what an encoder has made when that is asked for, and never of the one in use', async () => {
    const { engine } = await withSharedAlbum(12);
    await engine.finish(await use(engine, clip));
    await expect(engine.api['encoders.remove']({ encoderId: clip })).rejects.toMatchObject({ code: 'bad-argument' });
    const after = await answerOf(engine);
    const { bytes } = await engine.api['encoders.remove']({ encoderId: starterInfo.id });
    expect(bytes).toBeGreaterThan(0);
    expect(await state(engine, starterInfo.id)).toMatchObject({ photos: 0, bytes: 0 });
    expect(await answerOf(engine)).toEqual(after);
    await engine.finish(await use(engine, starterInfo.id));
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.starter, searched: 12 });
    await engine.api['encoders.remove']({ encoderId: clip });
    expect(await state(engine, clip)).toBeUndefined();
  }, 120_000);
});

describe('another hash model', () => {
  it('searches with the old one until every code of the new one is made', async () => {
    const { engine } = await withTwoEncoders(40);
    const before = await answerOf(engine);
    const folder = join(temporaryFolder(), 'mine');
    await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
    const { id } = await engine.api['models.import']({ path: folder });
    const job = await engine.api['models.activate']({ modelId: id });
    let ended = false;
    const end = engine.finish(job).then(() => (ended = true));
    const seen = [await answerOf(engine)];
    while (!ended) seen.push(await answerOf(engine));
    await end;
    const after = await answerOf(engine);
    expect(after).toMatchObject({ modelId: id, searched: 40 });
    for (const answer of seen) expect(answer).toEqual(answer.modelId === id ? after : before);
    expect(seen[0]?.modelId).toBe(modelOf.starter);
    // Going back is immediate: the default model's codes exist.
    await engine.api['models.remove']({ modelId: id });
    expect(await answerOf(engine)).toEqual(before);
    expect(existsSync(join(engine.libraryDir, 'models', id))).toBe(false);
  }, 120_000);

  it('keeps a model that is removed in use until the default one has all codes', async () => {
    const { engine, album } = await withTwoEncoders(20);
    const folder = join(temporaryFolder(), 'mine');
    await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
    const { id } = await engine.api['models.import']({ path: folder });
    await engine.finish(await engine.api['models.activate']({ modelId: id }));
    // Only the model in use has coded it.
    await fillWithPhotos(album, 30);
    await engine.index(album);
    const job = await engine.api['models.remove']({ modelId: id });
    expect(await answerOf(engine)).toMatchObject({ modelId: id, searched: 30 });
    await engine.finish(job);
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.starter, searched: 30 });
    expect((await engine.api['models.list']({})).map((model) => model.id)).not.toContain(id);
  }, 120_000);
});

describe('a removed hash model that was kept', () => {
  it('comes back under its id, with its name and codes that are made again', async () => {
    const { engine } = await withTwoEncoders(20);
    const folder = join(temporaryFolder(), 'mine');
    await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
    const { id } = await engine.api['models.import']({ path: folder });
    await engine.api['models.describe']({ modelId: id, name: 'Mine', note: 'of spring' });
    await engine.finish(await engine.api['models.activate']({ modelId: id }));
    const before = await answerOf(engine);
    expect(await engine.api['models.keep']({ modelId: id })).toEqual({ isKept: true });
    await engine.finish(await engine.api['models.remove']({ modelId: id }));
    expect((await answerOf(engine)).modelId).toBe(modelOf.starter);
    await engine.api['models.restore']({ modelId: id });
    const back = (await engine.api['models.list']({})).find((model) => model.id === id);
    expect(back).toMatchObject({ name: 'Mine', note: 'of spring', state: 'ready' });
    await engine.finish(await engine.api['models.activate']({ modelId: id }));
    expect(await answerOf(engine)).toEqual(before);
    expect(readdirSync(join(engine.libraryDir, 'models')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 120_000);

  it('is no longer there once the engine has ended, and leaves nothing behind', async () => {
    const { engine } = await withTwoEncoders(5);
    const folder = join(temporaryFolder(), 'mine');
    await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
    const { id } = await engine.api['models.import']({ path: folder });
    await engine.api['models.keep']({ modelId: id });
    await engine.finish(await engine.api['models.remove']({ modelId: id }));
    await engine.close();
    expect(readdirSync(join(engine.libraryDir, 'models')).filter((name) => name.includes(id))).toEqual([]);
  }, 120_000);
});

describe('the default model of an encoder with the same numbers for photos and texts', () => {
  const centred = 'centred-clip-tiny';

  /** Adds rows of photos in a folder that is away, all near one direction, as real rows are. */
  function addRows(libraryDir: string, count: number): void {
    const store = openStore(libraryDir);
    const random = new Random(5);
    const common = Float32Array.from({ length: 32 }, () => random.normal());
    const folder = store.folders.add(join(temporaryFolder(), 'away'), false).id;
    store.transaction(() => {
      for (let i = 0; i < count; i++) {
        const facts = { ...photoFacts, contentHash: `row ${i}` };
        const id = store.photos.insert(folder, photoFile(`${i}.jpg`), facts);
        const row = common.map((x) => 2 * x + random.normal());
        const norm = Math.hypot(...row);
        store.features.put(
          'photo',
          clip,
          id,
          Float32Array.from(row, (x) => x / norm),
        );
      }
    });
    store.close();
  }

  /** Deviation of bits from halving the photos: 0 if all do, 1 if each is the same for all photos. */
  function imbalance(codes: Uint8Array): number {
    const sums = new Float32Array(128);
    codes.forEach((byte, i) => {
      for (let bit = 0; bit < 8; bit++) {
        const place = (i % 16) * 8 + bit;
        sums[place] = float32At(sums, place) + ((byte >> bit) & 1 ? 1 : -1);
      }
    });
    return sums.reduce((sum, x) => sum + Math.abs(x) / (codes.length / 16), 0) / 128;
  }

  function photoCodes(libraryDir: string, modelId: string): Uint8Array {
    const store = openStore(libraryDir);
    const { codes } = store.codes.all('photo', modelId as ModelId, 16);
    store.close();
    return codes;
  }

  /** Texts about things outside the mean. */
  async function textCodes(libraryDir: string, modelId: string, clipFolder: string): Promise<Uint8Array> {
    const encoder = await openEncoder({ kind: 'folder', dir: clipFolder, id: clip, threads: 1 });
    const model = await openHashModel(join(libraryDir, 'models', modelId));
    const things = ['hill', 'king', 'river', 'shoe', 'lamp', 'tree', 'castle', 'fox', 'road', 'moon', 'hat', 'nurse'];
    const texts = things.map((thing) => `a photo of a ${thing}`);
    const { codes } = await model.encodeTexts(await encoder.encodeTexts(texts), texts);
    await model.dispose();
    await encoder.dispose();
    return codes;
  }

  it('has centred rows once there are a thousand photos, whose codes say more, the same hits in the same order, and another such model when that is damaged', async () => {
    const { engine, album, folder: clipFolder } = await withSharedAlbum(12);
    await engine.finish(await use(engine, clip));
    expect(await answerOf(engine)).toMatchObject({ modelId: modelOf.clip });
    await engine.close();
    addRows(engine.libraryDir, 987);
    const few = testEngine(engine.libraryDir);
    await few.index(album);
    const before = await answerOf(few);
    expect(before).toMatchObject({ modelId: modelOf.clip, searched: 999 });
    await few.close();
    addRows(engine.libraryDir, 1);
    let many = testEngine(engine.libraryDir);
    await many.index(album);
    const after = await answerOf(many);
    expect(after).toMatchObject({ modelId: centred, searched: 1000 });
    const ofPhotos = (modelId: string) => imbalance(photoCodes(engine.libraryDir, modelId));
    expect(ofPhotos(centred)).toBeLessThan(ofPhotos(modelOf.clip) / 3);
    const ofTexts = async (modelId: string) => imbalance(await textCodes(engine.libraryDir, modelId, clipFolder));
    expect(await ofTexts(centred)).toBeLessThan((await ofTexts(modelOf.clip)) / 2);
    const found = ({ hits }: typeof after) => hits.map(([path, , score]) => [path, score]);
    expect(found(after)).toEqual(found(before));
    await many.close();
    for (const name of readdirSync(join(engine.libraryDir, 'models', centred))) {
      writeFileSync(join(engine.libraryDir, 'models', centred, name), 'damaged');
    }
    const damaged = testEngine(engine.libraryDir);
    expect(await answerOf(damaged)).toMatchObject({ modelId: modelOf.clip });
    await damaged.index(album);
    expect(await answerOf(damaged)).toEqual(after);
    await damaged.close();
    many = testEngine(engine.libraryDir);
    // A chosen plain default gives way to the centred one; the plain one does not come back.
    const folder = join(temporaryFolder(), 'mine');
    const info = { id: clip, imageWidth: 32, textWidth: 32, sharedWidth: 32 };
    await writeModel(folder, rotationModel({ encoder: info, bits: 64, seed: 9 }));
    const { id } = await many.api['models.import']({ path: folder });
    await many.finish(await many.api['models.activate']({ modelId: id }));
    await many.finish(await many.api['models.remove']({ modelId: id }));
    expect(await answerOf(many)).toEqual(after);
    // The plain one serves if the person wants it.
    await many.finish(await many.api['models.activate']({ modelId: modelOf.clip as ModelId }));
    await many.index(album);
    expect(await answerOf(many)).toMatchObject({ modelId: modelOf.clip });
  }, 240_000);
});

describe('files of an encoder that change while it is in use', () => {
  /** Rows of photos, by encoder. */
  const rowsOf = (libraryDir: string) => {
    const store = openStore(libraryDir);
    const rows = store.features.all('photo', clip, 32);
    store.close();
    return rows;
  };

  it('nothing more is encoded once any of them is another one, also with its size and time kept', async () => {
    const { engine, album, folder } = await withTwoEncoders(4);
    await engine.finish(await use(engine, clip));
    const names = [
      ...['onnx/vision_model.onnx', 'onnx/text_model.onnx', 'config.json', 'tokenizer.json'],
      ...['tokenizer_config.json', 'preprocessor_config.json'],
    ];
    const before = rowsOf(engine.libraryDir);
    cpSync(join(albumWith('places/sandy-beach.jpg'), 'sandy-beach.jpg'), join(album, 'new.jpg'));
    for (const name of names) {
      const file = join(folder, name);
      const { atimeMs, mtimeMs } = statSync(file);
      const bytes = readFileSync(file);
      const other = Buffer.from(bytes);
      // JSON stays valid: a space replaces the line feed. For a network, one bit of the last number.
      const at = name.endsWith('.json') ? other.lastIndexOf(0x0a) : other.length - 1;
      other[at] = name.endsWith('.json') ? 0x20 : uint8At(other, at) ^ 0x40;
      writeFileSync(file, other);
      utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
      expect((await engine.index(album)).notices, name).toMatchObject([{ code: 'encoder-unusable' }]);
      await expect(engine.api['encoders.use']({ encoderId: clip })).rejects.toMatchObject({ code: 'encoder-invalid' });
      expect(rowsOf(engine.libraryDir)).toEqual(before);
      writeFileSync(file, bytes);
    }
    await engine.index(album);
    expect(rowsOf(engine.libraryDir).ids).toHaveLength(5);
    expect((await engine.api['library.status']({})).notices).toEqual([]);
  }, 240_000);

  it('refuses smaller networks that would replace those it was added with', async () => {
    const { engine, folder } = await withTwoEncoders(4);
    const quantized = join(temporaryFolder(), 'tiny');
    await makeTinyClip(quantized, { seed: 1, quantized: true });
    for (const tower of ['text', 'vision']) {
      renameSync(
        join(quantized, 'onnx', `${tower}_model_quantized.onnx`),
        join(folder, 'onnx', `${tower}_model_quantized.onnx`),
      );
    }
    // Beside the full ones they are not used, and nothing is refused.
    await engine.finish(await use(engine, clip));
    await engine.api['encoders.use']({ encoderId: starterInfo.id });
    for (const tower of ['text', 'vision']) {
      renameSync(join(folder, 'onnx', `${tower}_model.onnx`), join(folder, 'onnx', `${tower}_model.gone`));
    }
    await expect(engine.api['encoders.use']({ encoderId: clip })).rejects.toMatchObject({ code: 'encoder-invalid' });
  }, 120_000);
});
