// Changes of a person's folder, and their effect on the library.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import SQLite from 'better-sqlite3';
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { albumWith, sampleAlbum, testEngine } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { temporaryFolder } from '../support/temporary.ts';

const cat = 'animals/kitten-with-wool.jpg';
const coffee = 'food-and-flowers/citrus-slices.jpg';
const panda = 'animals/red-panda.jpg';

const status = (engine: ReturnType<typeof testEngine>) => engine.api['library.status']({});
const photos = (engine: ReturnType<typeof testEngine>) => engine.api['photos.recent']({ limit: 100, offset: 0 });

it('indexes an album once and does nothing the second time', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  expect(await engine.index(folder)).toMatchObject({ indexed: 2, unchanged: 0, failed: 0 });
  expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 2, failed: 0 });
  expect(await status(engine)).toMatchObject({ photos: 2, failures: 0, offlineFolders: 0 });
});

it('has codes for every photo and caption before any training', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  writeFileSync(join(folder, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,A kitten plays.\n');
  await engine.index(folder);
  const { model, codes } = await status(engine);
  expect(model).toBe('rotation-starter-1');
  // Two photos, the caption, and the one made from the other photo's tags.
  expect(codes).toBe(4);
});

it('counts every file once: indexed, skipped or failed', async () => {
  const engine = testEngine();
  const folder = albumWith(cat);
  writeFileSync(join(folder, 'notes.md'), 'not a photo');
  writeFileSync(join(folder, 'text.jpg'), 'a text file with the wrong name');
  writeFileSync(join(folder, 'empty.png'), '');
  const result = await engine.index(folder);
  expect(result).toMatchObject({ indexed: 1, skipped: 1, failed: 2 });
  expect(result.failures.map((f) => f.path).sort()).toEqual([join(folder, 'empty.png'), join(folder, 'text.jpg')]);
  for (const { path, message } of result.failures) expect(message).toContain(basename(path));
  expect((await engine.api['library.failures']({})).length).toBe(2);
});

it('keeps a renamed photo with its features', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  const before = new Map((await photos(engine)).map((p) => [p.path, p.photoId]));
  const db = new SQLite(join(engine.libraryDir, 'library.db'));
  onTestFinished(() => void db.close());
  // Features that encoding would replace.
  db.exec('UPDATE photo_features SET row = zeroblob(length(row))');
  mkdirSync(join(folder, 'sub'));
  renameSync(join(folder, 'kitten-with-wool.jpg'), join(folder, 'sub', 'renamed.jpg'));
  await engine.index(folder);
  const after = await photos(engine);
  expect(after.length).toBe(2);
  expect(after.find((p) => p.path.endsWith('renamed.jpg'))?.photoId).toBe(
    before.get(join(folder, 'kitten-with-wool.jpg')),
  );
  const kept = 'SELECT count(*) FROM photo_features WHERE row = zeroblob(length(row))';
  expect(db.prepare<[], number>(kept).pluck().get()).toBe(2);
});

it('hides a deleted photo, keeps its row, and shows it again when it returns', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  const away = join(temporaryFolder(), 'away.jpg');
  renameSync(join(folder, 'kitten-with-wool.jpg'), away);
  await engine.index(folder);
  expect(await status(engine)).toMatchObject({ photos: 1, missing: 1 });
  renameSync(away, join(folder, 'kitten-with-wool.jpg'));
  expect(await engine.index(folder)).toMatchObject({ unchanged: 2, indexed: 0 });
  expect(await status(engine)).toMatchObject({ photos: 2, missing: 0 });
});

it('reads an edited photo again', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  const shown = async () => {
    const photo = (await photos(engine)).find(({ path }) => path.endsWith('wool.jpg'));
    if (!photo) throw new Error('the kitten is not there');
    const { width, height } = photo;
    const { features, code } = db
      .prepare<[number], { features: string; code: string }>(
        `SELECT hex(f.row) AS features, hex(c.code) AS code
         FROM photo_features f JOIN photo_codes c USING (photo_id) WHERE photo_id = ?`,
      )
      .get(photo.photoId) ?? { features: null, code: null };
    return { photoId: photo.photoId, width, height, features, code };
  };
  const db = new SQLite(join(engine.libraryDir, 'library.db'), { readonly: true });
  onTestFinished(() => void db.close());
  const before = await shown();
  rmSync(join(folder, 'kitten-with-wool.jpg'));
  const { width, height } = await sharp(join(sampleAlbum, panda))
    .resize(300)
    .toFile(join(folder, 'kitten-with-wool.jpg'));
  expect(await engine.index(folder)).toMatchObject({ indexed: 1, unchanged: 1 });
  const after = await shown();
  expect(after).toMatchObject({ photoId: before.photoId, width, height });
  expect(after.features).not.toBe(before.features);
  expect(after.code).not.toBe(before.code);
  expect(await status(engine)).toMatchObject({ photos: 2, missing: 0 });
});

it('keeps photos of an unplugged drive and still finds them', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  renameSync(folder, `${folder}-unplugged`);
  await expect(engine.index(folder)).rejects.toThrow(/is not there now, and nothing of it is lost/);
  const again = await engine.api['folders.index']({});
  await expect(engine.finish(again)).rejects.toThrow(/is not there/);
  expect(await status(engine)).toMatchObject({ photos: 2, missing: 0, offlineFolders: 1 });
  expect((await engine.api['search.text']({ query: 'cat', limit: 5 })).hits.length).toBe(2);
});

it('takes an empty mount point for an unplugged drive, not for deleted photos', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  const again = await engine.api['folders.index']({});
  await expect(engine.finish(again)).rejects.toThrow(/is not there/);
  expect(await status(engine)).toMatchObject({ photos: 2, missing: 0, offlineFolders: 1 });
});

it('takes up captions that come later, and drops those that go', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  await engine.index(folder);
  const before = (await status(engine)).captions;
  writeFileSync(join(folder, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,A kitten plays.\n');
  expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 2 });
  expect((await status(engine)).captions).toBe(before + 1);
  rmSync(join(folder, 'captions.txt'));
  await engine.index(folder);
  expect((await status(engine)).captions).toBe(before);
});

it('reads a photo again when its sidecar changes', async () => {
  const engine = testEngine();
  const folder = albumWith(cat);
  await engine.index(folder);
  writeFileSync(join(folder, 'kitten-with-wool.txt'), 'Our Minka with her wool\n');
  await engine.index(folder);
  const [photo] = await photos(engine);
  expect(photo?.caption).toBe('Our Minka with her wool');
});

it('reads ratings and places from sidecars, and finds photos by them', async () => {
  const engine = testEngine();
  const folder = albumWith(cat, coffee);
  const sidecar = (attributes: string) =>
    writeFileSync(
      join(folder, 'kitten-with-wool.xmp'),
      `<rdf:RDF><rdf:Description photoshop:City="Bergen" photoshop:Country="Norway" ${attributes}/></rdf:RDF>`,
    );
  sidecar('xmp:Rating="4"');
  await engine.index(folder);
  const found = async (text: string) => {
    const { hits } = await engine.api['search.query'](searchQuery.parse({ text }));
    return hits.map((hit) => basename(hit.path));
  };
  for (const text of ['rating:>=4', 'place:norway', '"Bergen"', 'has:rating has:place']) {
    expect({ text, found: await found(text) }).toEqual({ text, found: ['kitten-with-wool.jpg'] });
  }
  expect(await found('-has:rating')).toEqual(['citrus-slices.jpg']);
  const kitten = (await photos(engine)).find((photo) => photo.path.endsWith('wool.jpg'));
  if (!kitten) throw new Error('the kitten is not there');
  const details = () => engine.api['photos.get']({ photoId: kitten.photoId });
  expect(await details()).toMatchObject({ rating: 4, place: 'Bergen, Norway' });
  sidecar('xmp:Rating="0"');
  await engine.index(folder);
  expect(await details()).toMatchObject({ rating: null, place: 'Bergen, Norway' });
});

it('gives photos of an older library their ratings and places without encoding them again', async () => {
  const dir = temporaryFolder();
  const folder = albumWith(cat);
  writeFileSync(
    join(folder, 'kitten-with-wool.xmp'),
    '<rdf:RDF><rdf:Description photoshop:City="Bergen" xmp:Rating="4"/></rdf:RDF>',
  );
  const first = testEngine(dir);
  await first.index(folder);
  await first.close();
  // The state of a library after the migration, and features that encoding would replace.
  const db = new SQLite(join(dir, 'library.db'));
  db.exec(`UPDATE photos SET rating = NULL, place = NULL, sidecar_stamp = 'before ratings and places'`);
  db.exec('UPDATE photo_features SET row = zeroblob(length(row))');
  db.close();
  const engine = testEngine(dir);
  expect(await engine.index(folder)).toMatchObject({ indexed: 1 });
  expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 1 });
  const [photo] = await photos(engine);
  if (!photo) throw new Error('the kitten is not there');
  expect(await engine.api['photos.get']({ photoId: photo.photoId })).toMatchObject({ rating: 4, place: 'Bergen' });
  await engine.close();
  const after = new SQLite(join(dir, 'library.db'), { readonly: true });
  const sql = 'SELECT count(*) FROM photo_features WHERE row = zeroblob(length(row))';
  expect(after.prepare<[], number>(sql).pluck().get()).toBe(1);
  after.close();
});

it('stores what comparing closely needs, and fills it in where an older library has none', async () => {
  const dir = temporaryFolder();
  const folder = albumWith(cat, coffee);
  const first = testEngine(dir);
  await first.index(folder);
  const ask = async (engine: typeof first) => {
    const { hits } = await engine.api['search.query'](searchQuery.parse({ text: 'cat', limit: 10 }));
    return hits.map(({ path, score }) => [path, (score ?? 0).toFixed(2)]);
  };
  const expected = await ask(first);
  await first.close();
  const db = new SQLite(join(dir, 'library.db'));
  const kinds = ['photo', 'caption', 'tag'];
  const rows = () => kinds.map((kind) => db.prepare(`SELECT key, hex(row) FROM ${kind}_vectors ORDER BY key`).all());
  const stored = rows();
  expect(stored.map((list) => list.length > 0)).toEqual([true, true, true]);
  for (const kind of kinds) db.exec(`DELETE FROM ${kind}_vectors`);
  const second = testEngine(dir);
  expect(await ask(second)).toEqual(expected);
  await second.index(folder);
  expect(rows()).toEqual(stored);
  expect(await ask(second)).toEqual(expected);
  await second.close();
  db.close();
});

it('reports a damaged captions file and goes on', async () => {
  const engine = testEngine();
  const folder = albumWith(cat);
  writeFileSync(join(folder, 'captions.json'), '{"images": [');
  const result = await engine.index(folder);
  expect(result).toMatchObject({ indexed: 1, failed: 1 });
  expect(result.failures[0]?.path).toBe(join(folder, 'captions.json'));
});

it('takes folder names as tags unless told not to', async () => {
  const engine = testEngine();
  const folder = albumWith(cat);
  mkdirSync(join(folder, 'Summer in Italy'));
  renameSync(join(folder, 'kitten-with-wool.jpg'), join(folder, 'Summer in Italy', 'a.jpg'));
  await engine.index(folder);
  const tags = async () =>
    (await engine.api['photos.get']({ photoId: (await photos(engine))[0]?.photoId ?? (0 as never) })).tags;
  expect(await tags()).toContain('Summer in Italy');
  const { job } = await engine.api['folders.add']({ path: folder, folderNamesAsTags: false });
  await engine.finish(job);
  expect(await tags()).not.toContain('Summer in Italy');
});

it('does not index a folder twice that is inside another', async () => {
  const engine = testEngine();
  const folder = albumWith(cat);
  mkdirSync(join(folder, 'sub'));
  renameSync(join(albumWith(coffee), 'citrus-slices.jpg'), join(folder, 'sub', 'b.jpg'));
  await engine.index(join(folder, 'sub'));
  await engine.index(folder);
  expect(await status(engine)).toMatchObject({ photos: 2 });
  await engine.index(join(folder, 'sub'));
  expect(await status(engine)).toMatchObject({ photos: 2 });
});

it('says that an empty folder is empty', async () => {
  const engine = testEngine();
  await expect(engine.index(temporaryFolder())).rejects.toThrow(/There are no photos in/);
});

it('goes on after a cancelled run where it was', async () => {
  const engine = testEngine();
  const { job } = await engine.api['folders.add']({ path: sampleAlbum });
  await expect.poll(async () => (await status(engine)).photos).toBeGreaterThan(0);
  await engine.api['jobs.cancel']({ jobId: job.id });
  expect((await engine.finished(job.id)).state).toBe('cancelled');
  const done = (await status(engine)).photos;
  expect(done).toBeLessThan(39);
  expect(await engine.index(sampleAlbum)).toMatchObject({ unchanged: done, indexed: 39 - done });
});

it('finds photos by words while others are still being indexed', async () => {
  const engine = testEngine();
  const { job } = await engine.api['folders.add']({ path: sampleAlbum });
  const found = async () => (await engine.api['search.query'](searchQuery.parse({ text: 'an animal' }))).hits.length;
  await expect.poll(found, { timeout: 30_000 }).toBeGreaterThan(0);
  const [current] = (await engine.api['jobs.list']({})).filter(({ id }) => id === job.id);
  expect(current?.state).toBe('running');
  expect((await status(engine)).photos).toBeLessThan(39);
});

it('resumes an index job in a new engine after the old one was stopped', async () => {
  const first = testEngine();
  const { job } = await first.api['folders.add']({ path: sampleAlbum });
  await expect.poll(async () => (await status(first)).photos).toBeGreaterThan(0);
  await first.close();
  const second = testEngine(first.libraryDir);
  expect((await second.finished(job.id)).state).toBe('done');
  expect(await status(second)).toMatchObject({ photos: 39 });
});

it('counts what it has indexed before a pause as indexed', async () => {
  const folder = temporaryFolder();
  await fillWithPhotos(folder, 24);
  const libraryDir = temporaryFolder();
  const engine = testEngine(libraryDir);
  const { job } = await engine.api['folders.add']({ path: folder });
  await vi.waitFor(
    async () => {
      const current = (await engine.api['jobs.list']({})).find(({ id }) => id === job.id);
      if ((current?.total ?? 0) === 0 || (current?.done ?? 0) === 0) throw new Error('nothing is done yet');
    },
    { timeout: 60_000, interval: 5 },
  );
  await engine.api['jobs.pause']({ jobId: job.id });
  expect(await engine.finished(job.id)).toMatchObject({ state: 'paused' });
  const before = (await status(engine)).photos;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(24);
  const { result } = await engine.finish(await engine.api['jobs.resume']({ jobId: job.id }));
  expect(result).toMatchObject({ indexed: 24, unchanged: 0, failed: 0 });
  expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 24 });
});
