// A damaged or lost hash model or encoder: search, index and train continue with data that can be made again, and
// report it.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { rotationModel } from '../../src/engine/hashing/methods/rotation.ts';
import { writeModel } from '../../src/engine/hashing/model/model-files.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { libraryFileOf } from '../../src/engine/store/library-file.ts';
import { itemKinds } from '../../src/engine/store/item-kinds.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import { albumWith, sampleAlbum, testEngine, type TestEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const photos = ['animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg'];
const search = (engine: TestEngine) =>
  engine.api['search.query'](searchQuery.parse({ text: 'a cat', mode: 'semantic' }));
const modelFile = (libraryDir: string, id: string, name: string) => join(libraryDir, 'models', id, name);

function damage(file: string): void {
  const bytes = readFileSync(file);
  const middle = Math.floor(bytes.length / 2);
  bytes.fill(0xff, middle, middle + 8);
  writeFileSync(file, bytes);
}

/** A library with three photos whose chosen model is not the default one, closed. */
async function withChosenModel(): Promise<{ libraryDir: string; id: ModelId; album: string }> {
  const engine = testEngine();
  const album = albumWith(...photos);
  await engine.index(album);
  const folder = join(temporaryFolder(), 'mine');
  await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 64, seed: 9 }));
  const { id } = await engine.api['models.import']({ path: folder });
  await engine.finish(await engine.api['models.activate']({ modelId: id }));
  await engine.close();
  return { libraryDir: engine.libraryDir, id, album };
}

it.each(['damaged', 'lost'])('goes on with the default model when the chosen one is %s, and says so', async (what) => {
  const { libraryDir, id, album } = await withChosenModel();
  if (what === 'damaged') damage(modelFile(libraryDir, id, 'text.onnx'));
  else rmSync(join(libraryDir, 'models'), { recursive: true });
  const engine = testEngine(libraryDir);
  const answer = await search(engine);
  expect(answer.hits).toHaveLength(3);
  expect(answer).toMatchObject({ modelId: 'rotation-starter-1', remedy: 'models' });
  expect(answer.notice).toMatch(/The default model is used/);
  const { notices, model } = await engine.api['library.status']({});
  expect(notices.map(({ code }) => code)).toEqual(['model-unusable']);
  expect(model).toBe('rotation-starter-1');
  cpSync(join(albumWith('places/sandy-beach.jpg'), 'sandy-beach.jpg'), join(album, 'new.jpg'));
  expect(await engine.index(album)).toMatchObject({ failed: 0 });
  expect((await search(engine)).hits).toHaveLength(4);
  await expect(engine.api['models.activate']({ modelId: id })).rejects.toMatchObject({
    code: what === 'damaged' ? 'unreadable' : 'model-missing',
  });
});

/** Other content instead of a file, by its description. */
const exchanges: Readonly<Record<string, (file: string) => void>> = {
  'cut short': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  longer: (file) => appendFileSync(file, Buffer.alloc(5000, 7)),
  empty: (file) => truncateSync(file, 0),
  'a folder': (file) => {
    rmSync(file);
    mkdirSync(file);
  },
};

it.each(Object.keys(exchanges))(
  'goes on when a file of the model in use is %s, and with the default model at the next start',
  async (what) => {
    const { libraryDir, id, album } = await withChosenModel();
    const engine = testEngine(libraryDir);
    expect(await search(engine)).toMatchObject({ modelId: id });
    exchanges[what]?.(modelFile(libraryDir, id, 'image.onnx'));
    expect((await search(engine)).hits).toHaveLength(3);
    expect(await engine.index(album)).toMatchObject({ failed: 0 });
    await engine.close();
    const next = testEngine(libraryDir);
    const answer = await search(next);
    expect(answer.hits).toHaveLength(3);
    expect(answer).toMatchObject({ modelId: 'rotation-starter-1', remedy: 'models' });
    expect(await next.index(album)).toMatchObject({ failed: 0 });
  },
);

it.each(Object.keys(exchanges))(
  'encodes nothing with an encoder of which a file is %s while it is in use, and search goes on',
  async (what) => {
    const { libraryDir, folder, album } = await withClip();
    const engine = testEngine(libraryDir);
    expect((await search(engine)).hits.length).toBeGreaterThan(0);
    exchanges[what]?.(join(folder, 'onnx', 'vision_model.onnx'));
    cpSync(join(albumWith('places/forest-stream.jpg'), 'forest-stream.jpg'), join(album, 'new.jpg'));
    expect(await engine.index(album)).toMatchObject({ indexed: 1, failed: 0 });
    expect((await engine.api['library.status']({})).notices.map(({ code }) => code)).toContain('encoder-unusable');
    expect((await search(engine)).hits.length).toBeGreaterThan(0);
  },
);

it('trains to the end when the chosen model is damaged meanwhile, and uses what was trained', async () => {
  const { libraryDir, id } = await withChosenModel();
  const engine = testEngine(libraryDir);
  await engine.index(sampleAlbum);
  const options = trainOptions.parse({ bits: 32, epochs: 8, hidden: 64, activate: true });
  const job = await engine.api['train.start'](options);
  await expect.poll(() => engine.events.filter((e) => e.type === 'epoch').length).toBeGreaterThan(1);
  damage(modelFile(libraryDir, id, 'text.onnx'));
  damage(modelFile(libraryDir, id, 'image.onnx'));
  const ended = await engine.finished(job.id);
  expect(ended).toMatchObject({ state: 'done', error: null });
  const answer = await search(engine);
  expect(answer.hits.length).toBeGreaterThan(3);
  await engine.close();
  const again = testEngine(libraryDir);
  expect((await search(again)).hits.length).toBeGreaterThan(3);
});

it('makes the default model again, with the same codes, when its files are damaged or gone', async () => {
  const engine = testEngine();
  await engine.index(albumWith(...photos));
  const before = (await search(engine)).hits;
  await engine.close();
  const file = modelFile(engine.libraryDir, 'rotation-starter-1', 'image.onnx');
  const bytes = readFileSync(file);
  damage(file);
  const second = testEngine(engine.libraryDir);
  const answer = await search(second);
  expect(answer.hits.map(({ photoId, distance }) => [photoId, distance])).toEqual(
    before.map(({ photoId, distance }) => [photoId, distance]),
  );
  expect(answer.notice).toBeNull();
  expect(readFileSync(file).equals(bytes)).toBe(true);
  await second.close();
  rmSync(join(engine.libraryDir, 'models'), { recursive: true });
  expect((await search(testEngine(engine.libraryDir))).hits).toHaveLength(3);
});

it('goes on when the model in use, and then the folder, are removed while it is indexed', async () => {
  const engine = testEngine();
  const [album, other] = [albumWith(...photos), albumWith(...photos)];
  for (let n = 0; n < 40; n++) cpSync(join(album, 'red-panda.jpg'), join(album, `${n}.jpg`));
  await engine.index(other);
  const before = engine.events.length;
  const { job, folder } = await engine.api['folders.add']({ path: album });
  const isAtWork = () => engine.events.slice(before).some((e) => e.type === 'job' && e.job.total > 0 && e.job.done > 0);
  await expect.poll(isAtWork, { interval: 2 }).toBe(true);
  await engine.api['models.remove']({ modelId: 'rotation-starter-1' as ModelId });
  expect(await engine.finished(job.id)).toMatchObject({ state: 'done', error: null });
  await Promise.all((await engine.api['jobs.list']({})).map(({ id }) => engine.finished(id)));
  expect((await search(engine)).hits.length).toBeGreaterThan(3);

  const again = await engine.api['folders.index']({ folderIds: [folder.id] });
  await engine.api['folders.remove']({ folderId: folder.id });
  const ended = await engine.finished(again.id);
  expect(ended.error?.code ?? 'folder-missing').toBe('folder-missing');
  expect((await search(engine)).hits).toHaveLength(3);
});

/** A library whose encoder is a CLIP model of a folder, closed. */
async function withClip(): Promise<{ libraryDir: string; folder: string; album: string }> {
  const folder = join(temporaryFolder(), 'tiny');
  await makeTinyClip(folder, { seed: 1 });
  const engine = testEngine();
  const album = albumWith(...photos);
  await engine.index(album);
  const { id } = await engine.api['encoders.add']({ path: folder });
  const job = await engine.api['encoders.use']({ encoderId: id });
  if (job) await engine.finish(job);
  await engine.close();
  return { libraryDir: engine.libraryDir, folder, album };
}

const rowsOf = (libraryDir: string) => {
  const store = openStore(libraryDir);
  const rows = store.features.all('photo', 'clip:tiny', 32);
  store.close();
  return rows;
};

it('refuses an encoder whose files were replaced by others of the same size, though their times are the same', async () => {
  const { libraryDir, folder, album } = await withClip();
  const other = join(temporaryFolder(), 'tiny');
  await makeTinyClip(other, { seed: 77 });
  const file = join(folder, 'onnx', 'vision_model.onnx');
  const { size, atimeMs, mtimeMs } = statSync(file);
  const before = rowsOf(libraryDir);
  cpSync(join(other, 'onnx', 'vision_model.onnx'), file);
  utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
  expect(statSync(file).size).toBe(size);
  const engine = testEngine(libraryDir);
  cpSync(join(albumWith('places/sandy-beach.jpg'), 'sandy-beach.jpg'), join(album, 'new.jpg'));
  expect((await engine.index(album)).notices).toMatchObject([{ code: 'encoder-unusable' }]);
  const status = await engine.api['library.status']({});
  expect(status).toMatchObject({ encoder: starterInfo.id, notices: [{ code: 'encoder-unusable' }] });
  expect(status.notices[0]?.message).toMatch(/another onnx\/vision_model\.onnx/);
  // The new photo waits for its encoder.
  expect((await search(engine)).hits).toHaveLength(3);
  await expect(engine.api['encoders.add']({ path: folder })).rejects.toMatchObject({ code: 'encoder-invalid' });
  await engine.close();
  expect(rowsOf(libraryDir)).toEqual(before);
});

it('goes on with the starter encoder while the chosen one is away, and with the chosen one when it is back', async () => {
  const { libraryDir, folder } = await withClip();
  renameSync(folder, `${folder}-away`);
  const engine = testEngine(libraryDir);
  const answer = await search(engine);
  expect(answer).toMatchObject({ remedy: 'encoders', modelId: 'rotation-starter-1' });
  expect(answer.hits).toHaveLength(3);
  await engine.close();
  // Another file system, other times: the bytes decide.
  cpSync(`${folder}-away`, folder, { recursive: true });
  const again = testEngine(libraryDir);
  expect(await again.api['library.status']({})).toMatchObject({ encoder: 'clip:tiny', notices: [] });
  expect((await search(again)).modelId).toBe('rotation-clip-tiny');
});

it('encodes nothing with the starter while the chosen encoder is away, and keeps its index in use', async () => {
  const { libraryDir, folder, album } = await withClip();
  // The same as in a library indexed with the chosen encoder from the beginning.
  const db = new SQLite(join(libraryDir, 'library.db'));
  db.pragma('foreign_keys = ON');
  db.exec(`DELETE FROM models WHERE id = 'rotation-starter-1'`);
  for (const kind of itemKinds) db.prepare(`DELETE FROM ${kind}_features WHERE encoder_id = ?`).run(starterInfo.id);
  db.close();
  renameSync(folder, `${folder}-away`);
  cpSync(join(albumWith('places/sandy-beach.jpg'), 'sandy-beach.jpg'), join(album, 'new.jpg'));
  writeFileSync(join(album, 'captions.txt'), 'image,caption\nnew.jpg,a zebrafish at the shore\n');
  const engine = testEngine(libraryDir);
  const { indexed, notices } = await engine.index(album);
  expect({ indexed, codes: notices?.map(({ code }) => code) }).toEqual({ indexed: 1, codes: ['encoder-unusable'] });
  expect(notices?.[0]?.message).toMatch(/new photos are not encoded/);
  expect(await engine.api['library.status']({})).toMatchObject({ photos: 4, encoder: 'clip:tiny' });
  const byWords = await engine.api['search.query'](searchQuery.parse({ text: 'zebrafish' }));
  expect(byWords).toMatchObject({ modelId: 'rotation-clip-tiny', remedy: 'encoders' });
  expect(byWords.hits.map(({ path }) => basename(path))).toEqual(['new.jpg']);
  const [first, second] = await engine.api['photos.recent']({ limit: 4, offset: 0 });
  const old = [first, second].find((hit) => hit !== undefined && !hit.path.endsWith('new.jpg'));
  if (old === undefined) throw new Error('three photos were encoded');
  expect((await engine.api['search.similar']({ photoId: old.photoId, limit: 10 })).hits).toHaveLength(2);
  await expect(engine.api['encoders.use']({ encoderId: 'clip:tiny' })).rejects.toMatchObject({
    code: 'encoder-missing',
  });
  const image = new Uint8Array(readFileSync(join(album, 'new.jpg')));
  await expect(engine.api['search.image']({ image, limit: 1 })).rejects.toMatchObject({ code: 'encoder-unusable' });
  await engine.close();
  expect(featuresOf(libraryDir)).toEqual({ [starterInfo.id]: 0, 'clip:tiny': 3 });
  renameSync(`${folder}-away`, folder);
  const again = testEngine(libraryDir);
  expect((await again.index(album)).notices).toEqual([]);
  await again.close();
  expect(featuresOf(libraryDir)).toEqual({ [starterInfo.id]: 0, 'clip:tiny': 4 });
});

/** Number of photos encoded by each encoder. */
function featuresOf(libraryDir: string): Record<string, number> {
  const store = openStore(libraryDir);
  const ids = [starterInfo.id, 'clip:tiny'].map((id) => [id, store.features.ids('photo', id).length] as const);
  store.close();
  return Object.fromEntries(ids);
}

it('takes a moved encoder in at its new place, and one of that name with other files not', async () => {
  const { libraryDir, folder } = await withClip();
  const moved = join(temporaryFolder(), 'elsewhere', 'tiny');
  mkdirSync(join(moved, '..'));
  renameSync(folder, moved);
  const engine = testEngine(libraryDir);
  expect(await engine.api['encoders.add']({ path: moved })).toMatchObject({ id: 'clip:tiny' });
  const other = join(temporaryFolder(), 'tiny');
  await makeTinyClip(other, { seed: 77 });
  await expect(engine.api['encoders.add']({ path: other })).rejects.toMatchObject({ code: 'encoder-invalid' });
});

it('goes on where the library cannot be read at the time when the networks are loaded early', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { libraryDir } = testEngine();
  const other = new SQLite(libraryFileOf(libraryDir));
  other.exec('ALTER TABLE photos RENAME TO unreadable');
  expect(() => vi.advanceTimersByTime(5000)).not.toThrow();
  other.exec('ALTER TABLE unreadable RENAME TO photos');
  other.close();
});
