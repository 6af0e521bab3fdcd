// Folders of the library: files and parents named instead of folders, folders that move, and the effects of removing
// one.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, parse } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FolderId, PhotoId } from '../../src/shared/contract/ids.ts';
import { listBackups, verifyBackup } from '../../src/engine/backup/backups.ts';
import { itemAt, numberAt } from '../../src/shared/at.ts';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const cat = 'animals/kitten-with-wool.jpg';
const fruit = 'food-and-flowers/citrus-slices.jpg';
const panda = 'animals/red-panda.jpg';

const status = (engine: TestEngine) => engine.api['library.status']({});
const folderIds = async (engine: TestEngine): Promise<FolderId[]> => (await status(engine)).folders.map(({ id }) => id);
const photoIds = async (engine: TestEngine) =>
  new Map((await engine.api['photos.recent']({ limit: 100, offset: 0 })).map((p) => [basename(p.path), p.photoId]));
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

/**
 * Sets all features to zeros, which encoding would replace. @returns a function that reads a photo's data afterwards
 */
function markFeatures(engine: TestEngine) {
  const db = new SQLite(join(engine.libraryDir, 'library.db'));
  onTestFinished(() => void db.close());
  db.exec('UPDATE photo_features SET row = zeroblob(length(row))');
  const read = db.prepare<[number], { isMarked: number; codes: number }>(
    `SELECT f.row = zeroblob(length(f.row)) AS isMarked,
       (SELECT count(*) FROM photo_codes c WHERE c.photo_id = f.photo_id) AS codes
     FROM photo_features f WHERE f.photo_id = ?`,
  );
  return (id: PhotoId) => read.get(id);
}

describe('adding', () => {
  it('refuses a file and keeps no trace of it', async () => {
    const engine = testEngine();
    const file = join(albumWith(cat), 'kitten-with-wool.jpg');
    await expect(engine.index(file)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/is a file; choose the folder/) as string,
    });
    expect(await folderIds(engine)).toEqual([]);
  });

  it('takes the photos of a known folder into its parent, where they keep their words and codes', async () => {
    const engine = testEngine();
    const parent = albumWith(cat);
    const inside = join(parent, 'in [brackets]');
    mkdirSync(inside);
    renameSync(join(albumWith(fruit), 'citrus-slices.jpg'), join(inside, 'citrus-slices.jpg'));
    writeFileSync(join(inside, 'citrus-slices.txt'), 'a secret zebrafish');
    await engine.index(inside);
    const before = (await photoIds(engine)).get('citrus-slices.jpg');
    if (before === undefined) throw new Error('the photo was indexed');
    const madeOf = markFeatures(engine);
    expect(await engine.index(parent)).toMatchObject({ indexed: 1, unchanged: 1, failed: 0 });
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([[parent, 2]]);
    expect((await photoIds(engine)).get('citrus-slices.jpg')).toBe(before);
    expect((await engine.api['photos.get']({ photoId: before })).captions).toMatchObject([
      { text: 'a secret zebrafish' },
    ]);
    expect(madeOf(before)).toEqual({ isMarked: 1, codes: 1 });
  });
});

describe('indexing a known folder that is away', () => {
  it('says that it is offline and that nothing is lost, under any path that leads to it', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(album, link);
    await engine.index(album);
    renameSync(album, `${album}-disk`);
    for (const path of [album, link, join(album, 'inside'), join(link, 'in', 'side')]) {
      await expect(engine.index(path)).rejects.toMatchObject({
        code: 'offline',
        message: `The folder ${album} is not there now, and nothing of it is lost: its 2 photos are kept and can be found. Connect its disk or share and try again.`,
      });
    }
    expect(await status(engine)).toMatchObject({ photos: 2, missing: 0, offlineFolders: 1 });
    await expect(engine.index(`${album}-other`)).rejects.toMatchObject({
      code: 'folder-missing',
      message: expect.stringMatching(/does not exist/) as string,
    });
    renameSync(`${album}-disk`, album);
    expect(await engine.index(link)).toMatchObject({ unchanged: 2, failed: 0 });
  });
});

describe('a folder that has moved', () => {
  it('is recognised by its photos, and nothing is encoded again', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit, panda);
    await engine.index(album);
    const before = await photoIds(engine);
    const madeOf = markFeatures(engine);
    const moved = join(temporaryFolder(), 'Pictures');
    cpSync(album, moved, { recursive: true, preserveTimestamps: true });
    renameSync(album, `${album}-old-disk`);
    const { job, movedFrom } = await engine.api['folders.add']({ path: moved });
    expect(movedFrom).toBe(album);
    await engine.finish(job);
    for (const id of before.values()) expect(madeOf(id)).toEqual({ isMarked: 1, codes: 1 });
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([[moved, 3]]);
    expect(await photoIds(engine)).toEqual(before);
    const { hits } = await engine.api['search.query'](searchQuery.parse({ text: 'cat' }));
    expect(hits.map((hit) => hit.path).sort()).toEqual([...before.keys()].map((name) => join(moved, name)).sort());
  });

  it('is where a link at its old place leads, and not there twice, also below another folder', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    await engine.index(album);
    const before = await photoIds(engine);
    const madeOf = markFeatures(engine);
    const disk = temporaryFolder();
    const moved = join(disk, 'Pictures');
    cpSync(album, moved, { recursive: true, preserveTimestamps: true });
    renameSync(album, `${album}-old-disk`);
    symlinkSync(moved, album);
    const { job, movedFrom } = await engine.api['folders.add']({ path: moved });
    expect(movedFrom).toBe(album);
    await engine.finish(job);
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([[moved, 2]]);
    const again = join(disk, 'Fotos');
    renameSync(moved, again);
    symlinkSync(again, moved);
    await engine.index(disk);
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([[disk, 2]]);
    expect(await photoIds(engine)).toEqual(before);
    for (const id of before.values()) expect(madeOf(id)).toEqual({ isMarked: 1, codes: 1 });
  });

  it('is recognised when four in five of its photos are there, and not when fewer are', async () => {
    for (const [missing, isRecognised] of [
      [1, true],
      [2, false],
    ] as const) {
      const engine = testEngine();
      const album = albumWith(cat, fruit, panda, 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg');
      await engine.index(album);
      const moved = join(temporaryFolder(), 'Pictures');
      cpSync(album, moved, { recursive: true, preserveTimestamps: true });
      for (const name of readdirSync(moved).slice(0, missing)) rmSync(join(moved, name));
      renameSync(album, `${album}-old-disk`);
      const { job, movedFrom } = await engine.api['folders.add']({ path: moved });
      await engine.finish(job);
      expect(movedFrom).toBe(isRecognised ? album : null);
    }
  });

  it.each(['alone', 'below another one'])(
    'is recognised %s although half of its photos were edited since',
    async (where) => {
      const engine = testEngine();
      const album = albumWith(cat, fruit, panda, 'animals/kitten-on-fence.jpg');
      await engine.index(album);
      const before = await photoIds(engine);
      const parent = albumWith('places/sandy-beach.jpg');
      const moved = join(parent, 'old');
      renameSync(album, moved);
      for (const name of readdirSync(moved).slice(0, 2)) appendFileSync(join(moved, name), 'edited');
      await engine.index(where === 'alone' ? moved : parent);
      const after = await photoIds(engine);
      for (const [name, id] of before) expect({ name, id: after.get(name) }).toEqual({ name, id });
      expect(await status(engine)).toMatchObject({ missing: 0, offlineFolders: 0, photos: where === 'alone' ? 4 : 5 });
    },
  );

  it('is recognised below another folder, each photo once and with its words', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit, panda);
    writeFileSync(join(album, 'kitten-with-wool.txt'), 'a secret zebrafish');
    await engine.index(album);
    const before = await photoIds(engine);
    const parent = albumWith('places/sandy-beach.jpg');
    mkdirSync(join(parent, 'old'));
    renameSync(album, join(parent, 'old', 'photos'));
    const { job } = await engine.api['folders.add']({ path: parent });
    const { result } = await engine.finish(job);
    expect(result).toMatchObject({ indexed: 1, unchanged: 3, notices: [] });
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([[parent, 4]]);
    const after = await photoIds(engine);
    for (const [name, id] of before) expect({ name, id: after.get(name) }).toEqual({ name, id });
    const { hits } = await engine.api['search.query'](searchQuery.parse({ text: 'zebrafish', mode: 'text' }));
    expect(hits.map(({ path }) => path)).toEqual([join(parent, 'old', 'photos', 'kitten-with-wool.jpg')]);
  });

  it('is not taken for a folder of other photos with the same names and sizes', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    await engine.index(album);
    const other = join(temporaryFolder(), 'other');
    cpSync(album, other, { recursive: true });
    renameSync(album, `${album}-away`);
    for (const name of readdirSync(other)) {
      const bytes = readFileSync(join(other, name));
      bytes[bytes.length - 3] = numberAt(bytes, bytes.length - 3) ^ 1;
      writeFileSync(join(other, name), bytes);
    }
    const { job, movedFrom } = await engine.api['folders.add']({ path: other });
    await engine.finish(job);
    expect(movedFrom).toBeNull();
    expect((await status(engine)).folders).toMatchObject([
      { path: album, state: 'offline' },
      { path: other, photos: 2 },
    ]);
  });

  it('as a part of another one takes its photos along, each once and with its words, when it is added alone', async () => {
    const engine = testEngine();
    const album = albumWith(cat);
    mkdirSync(join(album, 'Rome'));
    renameSync(join(albumWith(fruit), 'citrus-slices.jpg'), join(album, 'Rome', 'citrus-slices.jpg'));
    writeFileSync(join(album, 'Rome', 'citrus-slices.txt'), 'Lemons at the market');
    await engine.index(album);
    const before = await photoIds(engine);
    const moved = join(temporaryFolder(), 'Rome');
    renameSync(join(album, 'Rome'), moved);
    await engine.index(moved);
    expect(await photoIds(engine)).toEqual(before);
    const { hits } = await engine.api['search.query'](searchQuery.parse({ text: '"lemons at the market"' }));
    expect(hits.map((hit) => hit.path)).toEqual([join(moved, 'citrus-slices.jpg')]);
  });

  it.each([
    ['as a folder of its own', 'Rome', 'Rome'],
    ['into a folder that is added', 'all/in/Rome', 'all'],
  ])('takes its photos along %s where it was all of the other one, which is still there', async (_, to, added) => {
    const engine = testEngine();
    const parent = temporaryFolder();
    const album = join(parent, 'Photos');
    const trip = join(album, '2019', 'trip');
    cpSync(albumWith(cat, fruit), trip, { recursive: true });
    cpSync(albumWith(panda), join(trip, 'trip'), { recursive: true });
    await engine.index(album);
    const before = await photoIds(engine);
    mkdirSync(join(parent, to, '..'), { recursive: true });
    renameSync(trip, join(parent, to));
    rmSync(join(album, '2019'), { recursive: true });
    await engine.index(join(parent, added));
    expect(await photoIds(engine)).toEqual(before);
    expect((await status(engine)).folders.map(({ path, photos }) => [path, photos])).toEqual([
      [join(parent, added), 3],
    ]);
  });

  it('cannot be told to be in a folder of the library, which may be a drive as a whole', async () => {
    const engine = testEngine();
    const album = albumWith(cat);
    await engine.index(album);
    const db = new SQLite(join(engine.libraryDir, 'library.db'));
    onTestFinished(() => void db.close());
    const drive = parse(album).root;
    db.prepare('INSERT INTO folders (path, folder_names_as_tags, added_at) VALUES (?, 1, 1)').run(drive);
    const [folderId] = await folderIds(engine);
    if (folderId === undefined) throw new Error('the album was added');
    const elsewhere = albumWith(cat);
    await expect(engine.api['folders.relocate']({ folderId, path: elsewhere })).rejects.toThrow(
      `${elsewhere} belongs to the folder ${drive} of the library`,
    );
  });

  it('can be told to be somewhere else, but not where none of its photos is', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit, panda);
    await engine.index(album);
    const [id] = await folderIds(engine);
    if (id === undefined) throw new Error('one folder was added');
    const before = await photoIds(engine);
    const part = join(temporaryFolder(), 'part');
    mkdirSync(part);
    renameSync(join(album, 'red-panda.jpg'), join(part, 'red-panda.jpg'));
    await expect(
      engine.api['folders.relocate']({ folderId: id, path: albumWith('animals/kitten-on-fence.jpg') }),
    ).rejects.toThrow(/None of 3 photos/);
    const { job } = await engine.api['folders.relocate']({ folderId: id, path: part });
    await engine.finish(job);
    expect(await status(engine)).toMatchObject({ photos: 1, missing: 2, folders: [{ path: part }] });
    expect((await photoIds(engine)).get('red-panda.jpg')).toBe(before.get('red-panda.jpg'));
  });
});

describe('removing', () => {
  it('leaves no text, thumbnail or row of the folder, and says how much is free', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    const kept = albumWith(fruit);
    writeFileSync(join(album, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,a secret zebrafish\n');
    await engine.index(kept);
    await engine.index(album);
    const id = (await status(engine)).folders.find((folder) => folder.path === album)?.id;
    if (id === undefined) throw new Error('the album was added');
    const { photos, bytes } = await engine.api['folders.remove']({ folderId: id });
    expect(photos).toBe(2);
    expect(bytes).toBeGreaterThan(1000);
    // The photo in both folders keeps its thumbnail.
    expect(files(join(engine.libraryDir, 'thumbnails'))).toHaveLength(1);
    for (const name of ['library.db', 'library.db-wal']) {
      const content = readFileSync(join(engine.libraryDir, name)).toString('latin1');
      expect({ name, found: content.includes('zebrafish') }).toEqual({ name, found: false });
    }
    expect(await status(engine)).toMatchObject({ photos: 1, captions: 0 });
  });

  it('takes the folder out of the backups too, each of which stays whole and keeps the rest', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    const kept = albumWith(fruit);
    writeFileSync(join(album, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,a secret zebrafish\n');
    writeFileSync(join(kept, 'captions.txt'), 'image,caption\ncitrus-slices.jpg,oranges of the neighbour\n');
    await engine.index(kept);
    await engine.index(album);
    await engine.api['library.backup']({});
    await engine.api['search.save']({ name: 'one more backup', text: 'dog' });
    await engine.api['library.backup']({});
    const has = (path: string, word: string) => readFileSync(path).toString('latin1').includes(word);
    // The automatic backup may have been made before the album was added, or before it was indexed.
    const before = (await listBackups(engine.libraryDir)).filter(({ path }) => has(path, album));
    const holds = (word: string) => before.map(({ path }) => has(path, word));
    const each = (value: boolean) => before.map(() => value);
    expect(holds('zebrafish').filter(Boolean).length).toBeGreaterThan(1);
    const id = (await status(engine)).folders.find((folder) => folder.path === album)?.id;
    if (id === undefined) throw new Error('the album was added');
    const removal = await engine.api['folders.remove']({ folderId: id });
    expect(removal).toMatchObject({ photos: 2, backups: before.length, copiesLeft: [] });
    expect(holds('zebrafish')).toEqual(each(false));
    expect(holds(album)).toEqual(each(false));
    expect(holds('oranges of the neighbour')).toEqual(each(true));
    for (const { path } of before) {
      expect(await verifyBackup(path)).toMatchObject({ counts: { photos: 1, folders: 1 } });
    }
    const after = (await listBackups(engine.libraryDir)).slice(0, before.length);
    expect(after.map(({ madeAt, photos }) => ({ madeAt, photos }))).toEqual(
      before.map(({ madeAt }) => ({ madeAt, photos: 1 })),
    );
  });

  it('of photos that are gone leaves them in the backups where that is asked for, and names copies it cannot change', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit);
    writeFileSync(join(album, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,a secret zebrafish\n');
    await engine.index(album);
    await engine.api['library.backup']({});
    const [backup] = await listBackups(engine.libraryDir);
    if (backup === undefined) throw new Error('a backup was made');
    rmSync(join(album, basename(cat)));
    writeFileSync(join(album, 'captions.txt'), 'image,caption\n');
    await engine.index(album);
    const holds = () => readFileSync(backup.path).toString('latin1').includes('zebrafish');
    const setAside = join(engine.libraryDir, 'set-aside-2026-01-01');
    mkdirSync(setAside);
    expect(await engine.api['library.removeMissing']({ keepBackups: true })).toMatchObject({
      ...{ photos: 1, backups: 0, copiesLeft: [setAside] },
    });
    expect(holds()).toBe(true);
    const damaged = join(engine.libraryDir, 'backups', 'backup-000009-2026-01-01.db');
    writeFileSync(damaged, 'no database');
    const [folderId] = await folderIds(engine);
    if (folderId === undefined) throw new Error('the album was added');
    const removal = await engine.api['folders.remove']({ folderId });
    expect(removal).toMatchObject({ photos: 1, copiesLeft: [damaged, setAside] });
    expect(removal.backups).toBeGreaterThan(0);
    expect(holds()).toBe(false);
  });

  it('of single photos that are gone takes them out of the list of removed ones, and no photo that is there', async () => {
    const engine = testEngine();
    const album = albumWith(cat, fruit, panda);
    await engine.index(album);
    const list = () => engine.api['missing.list']({ limit: 60, offset: 0 });
    expect(await list()).toEqual({ total: 0, photos: [] });
    const there = (await engine.api['photos.recent']({ limit: 9, offset: 0 })).map(({ photoId }) => photoId);
    renameSync(join(album, basename(cat)), join(album, '..', 'elsewhere.jpg'));
    rmSync(join(album, basename(fruit)));
    await engine.index(album);
    const { total, photos } = await list();
    expect(total).toBe(2);
    const missing = itemAt(photos, 0);
    expect((missing.removalAt ?? 0) - (missing.missingSince ?? 0)).toBe(30 * 86_400_000);
    // The words written about a photo protect it.
    await engine.api['edits.apply'](
      engineRequests['edits.apply'].params.parse({ photoIds: [missing.photoId], addTags: ['Rex'] }),
    );
    expect((await list()).photos.find(({ photoId }) => photoId === missing.photoId)?.removalAt).toBeNull();
    const catId = photos.find(({ path }) => basename(path) === basename(cat))?.photoId;
    renameSync(join(album, '..', 'elsewhere.jpg'), join(album, basename(cat)));
    await engine.index(album);
    expect((await list()).photos.map(({ path }) => basename(path))).toEqual([basename(fruit)]);
    expect(await engine.api['missing.remove']({ photoIds: there })).toMatchObject({ photos: 1 });
    expect(await list()).toEqual({ total: 0, photos: [] });
    const left = [...(await photoIds(engine))];
    expect(left.map(([name]) => name).sort()).toEqual([basename(cat), basename(panda)]);
    // It is still the same photo.
    expect(new Map(left).get(basename(cat))).toBe(catId);
  });

  it('of a folder that is being indexed ends its indexing, with no other error than that, and leaves nothing of it', async () => {
    const engine = testEngine();
    const { folder, job } = await engine.api['folders.addSample']({});
    await expect.poll(async () => (await status(engine)).photos).toBeGreaterThan(0);
    await engine.api['folders.remove']({ folderId: folder.id });
    const ended = await engine.finished(job.id);
    expect(ended.error?.code ?? 'folder-missing').toBe('folder-missing');
    expect(await status(engine)).toMatchObject({ photos: 0, failures: 0, folders: [] });
  });
});

describe('storage', () => {
  it('is counted by its use, and grows with a backup by its size', async () => {
    // An interactive engine makes the day's backup by itself, a few seconds after it was opened.
    const engine = testEngine(temporaryFolder(), { interactive: false });
    await engine.index(albumWith(cat));
    const before = await engine.api['library.storage']({});
    expect(before).toMatchObject({ encoders: 0, backups: { files: 0, bytes: 0 } });
    expect(before.database).toBeGreaterThanOrEqual(statSync(join(engine.libraryDir, 'library.db')).size);
    const backup = await engine.api['library.backup']({});
    const { backups } = await engine.api['library.storage']({});
    expect(backups).toEqual({ files: 1, bytes: backup?.bytes });
    mkdirSync(join(engine.libraryDir, 'models/kept'), { recursive: true });
    writeFileSync(join(engine.libraryDir, 'models/kept/towers.onnx'), Buffer.alloc(5000));
    expect((await engine.api['library.storage']({})).models).toBe(before.models + 5000);
  });
});

describe('privacy', () => {
  it('lets only the owner into a new library', async ({ skip }) => {
    skip(process.platform === 'win32', 'permissions work differently there');
    const library = join(temporaryFolder(), 'library');
    const engine = testEngine(library);
    await engine.index(albumWith(cat));
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    const open = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(library, name);
      return name.startsWith('thumbnails') || name.startsWith('library.db') ? !/^[67]00$/.test(mode(path)) : false;
    });
    expect({ library: mode(library), open }).toEqual({ library: '700', open: [] });
  });

  it('leaves the permissions of a folder alone that holds a person’s own files', async ({ skip }) => {
    skip(process.platform === 'win32', 'permissions work differently there');
    const album = albumWith(cat);
    const before = statSync(album).mode;
    testEngine(album);
    expect(statSync(album).mode).toBe(before);
    expect((statSync(join(album, 'library.db')).mode & 0o777).toString(8)).toBe('600');
  });
});

it('takes no thumbnail for a photo when the library is the photo folder, or one of another library is in it', async () => {
  const album = albumWith(cat, fruit);
  const engine = testEngine(album);
  cpSync(join(album, 'kitten-with-wool.jpg'), join(album, 'old library', 'thumbnails', 'ab', 'x.jpg'), {});
  writeFileSync(join(album, 'old library', 'library.db'), '');
  for (let run = 0; run < 2; run++) await engine.index(album);
  expect(await status(engine)).toMatchObject({ photos: 2, failures: 0 });
});
