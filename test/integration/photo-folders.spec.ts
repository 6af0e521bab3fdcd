// An index under faults of disks, folders and photos: nothing is lost, and no photo is blamed wrongly.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { getPriority } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SQLite from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PhotoFolders, type FolderTimeouts } from '../../src/engine/library/reader/photo-folders.ts';
import { readPhoto } from '../../src/engine/library/read-photo.ts';
import { scanFolder } from '../../src/engine/library/scan/scan.ts';
import { attemptsOf } from '../../src/engine/jobs/tries.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { toErrorData } from '../../src/shared/errors.ts';
import { albumWith, sampleAlbum, testEngine, type TestEngine } from '../support/engine.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { until } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const cat = 'animals/kitten-with-wool.jpg';
const fruit = 'food-and-flowers/citrus-slices.jpg';

/** A lossless WebP of one colour and 16,383 x 16,383 pixels: 1.5 GB while it is decoded. */
const heavyWebp = Buffer.from('UklGRh4AAABXRUJQVlA4TBEAAAAv/r//DwdQkapWpP+BiOh/AAA=', 'base64');

const status = (engine: TestEngine) => engine.api['library.status']({});
const photos = (engine: TestEngine) => engine.api['photos.recent']({ limit: 100, offset: 0 });
const names = async (engine: TestEngine) => (await photos(engine)).map(({ path }) => basename(path)).sort();
const thumbnails = (engine: TestEngine): string[] =>
  readdirSync(join(engine.libraryDir, 'thumbnails'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.webp'),
  );
function attempts(engine: TestEngine): Record<string, number> {
  const db = new SQLite(join(engine.libraryDir, 'library.db'), { readonly: true });
  const rows = db.prepare<[], [string, number]>('SELECT path, attempts FROM failures ORDER BY path').raw().all();
  db.close();
  return Object.fromEntries(rows);
}

it('reads many folders with caption files at once without a warning of Node', async () => {
  const warning = vi.fn();
  process.on('warning', warning);
  onTestFinished(() => void process.off('warning', warning));
  const engine = testEngine();
  const folders = Array.from({ length: 15 }, () => {
    const folder = albumWith(cat);
    writeFileSync(join(folder, 'captions.txt'), 'kitten-with-wool.jpg: A kitten');
    return folder;
  });
  const jobs = folders.map((folder) => engine.index(folder));
  expect(await Promise.all(jobs)).toHaveLength(15);
  expect(warning).not.toHaveBeenCalled();
});

describe('failures of the machine', () => {
  it('in the cache of thumbnails fail no photo, and the thumbnails are made once it can be written', async () => {
    const engine = testEngine();
    const cache = join(engine.libraryDir, 'thumbnails');
    // A file where the folder belongs: no program can write there.
    writeFileSync(cache, '');
    const folder = albumWith(cat, fruit);
    const first = await engine.index(folder);
    expect(first).toMatchObject({ indexed: 2, failed: 0, notices: [{ code: 'io-error' }] });
    for (let run = 0; run < 3; run++) expect(await engine.index(folder)).toMatchObject({ unchanged: 2, failed: 0 });
    rmSync(cache);
    expect(await engine.index(folder)).toMatchObject({ unchanged: 2, failed: 0 });
    expect(thumbnails(engine)).toHaveLength(2);
  });

  it('are never counted: a folder that goes away in the middle is offline, and its photos are indexed when it is back', async () => {
    const engine = testEngine();
    const folder = join(temporaryFolder(), 'drive');
    await fillWithPhotos(folder, 40);
    for (let run = 0; run < 2; run++) {
      const { job } = await engine.api['folders.add']({ path: folder });
      const before = (await status(engine)).photos;
      await until(async () => (await status(engine)).photos > before);
      renameSync(folder, `${folder}-away`);
      expect(await engine.finished(job.id)).toMatchObject({ state: 'failed', error: { code: 'folder-missing' } });
      expect(await status(engine)).toMatchObject({ failures: 0, missing: 0, offlineFolders: 1 });
      renameSync(`${folder}-away`, folder);
    }
    await engine.index(folder);
    expect(await status(engine)).toMatchObject({ photos: 40, failures: 0, missing: 0, offlineFolders: 0 });
  });

  it('take a mount point that holds something else for an unplugged drive', async () => {
    const engine = testEngine();
    const folder = albumWith(cat, fruit);
    await engine.index(folder);
    renameSync(folder, `${folder}-drive`);
    mkdirSync(join(folder, 'lost+found'), { recursive: true });
    writeFileSync(join(folder, '.marker'), '');
    await expect(engine.index(folder)).rejects.toThrow(/is not there/);
    expect(await status(engine)).toMatchObject({ photos: 2, missing: 0 });
  });

  it('do not stop the other folders', async () => {
    const engine = testEngine();
    const [away, here] = [albumWith(cat), albumWith(fruit)];
    await engine.index(away);
    renameSync(away, `${away}-drive`);
    await engine.index(here);
    const result = (await engine.finish(await engine.api['folders.index']({}))).result;
    expect(result).toMatchObject({ unchanged: 1, failed: 0, notices: [{ path: away, code: 'folder-missing' }] });
  });

  it('do not stop the other folders when one goes away in the middle', async () => {
    const engine = testEngine();
    const [away, here] = [join(temporaryFolder(), 'drive'), albumWith(cat)];
    await fillWithPhotos(away, 2);
    await engine.index(away);
    await engine.index(here);
    await fillWithPhotos(away, 80);
    cpSync(join(sampleAlbum, fruit), join(here, 'new.jpg'));
    const job = await engine.api['folders.index']({});
    await until(async () => (await status(engine)).photos > 3);
    renameSync(away, `${away}-away`);
    const { result } = await engine.finish(job);
    expect(result).toMatchObject({ failed: 0, notices: [{ path: away, code: 'folder-missing' }] });
    expect(await names(engine)).toContain('new.jpg');
  });

  it('keep photos present whose folder may not be read', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything; test/faults has it for another user');
    const engine = testEngine();
    const folder = albumWith(cat);
    mkdirSync(join(folder, 'in'));
    cpSync(join(sampleAlbum, fruit), join(folder, 'in', 'b.jpg'));
    await engine.index(folder);
    chmodSync(join(folder, 'in'), 0);
    onTestFinished(() => chmodSync(join(folder, 'in'), 0o700));
    expect(await engine.index(folder)).toMatchObject({ failed: 1, failures: [{ code: 'io-error' }] });
    expect(await status(engine)).toMatchObject({ photos: 2, missing: 0 });
  });
});

describe('photos that are too much', () => {
  it('fail by name, and everything behind them is indexed', async () => {
    const engine = testEngine();
    const folder = temporaryFolder();
    await fillWithPhotos(folder, 12);
    for (let i = 0; i < 4; i++)
      writeFileSync(join(folder, `photo-003-${i}.webp`), Buffer.concat([heavyWebp, Buffer.from([i])]));
    const result = await engine.index(folder);
    expect(result).toMatchObject({ indexed: 12, failed: 4 });
    expect(result.failures.map(({ path, code }) => [basename(path), code])).toEqual(
      [0, 1, 2, 3].map((i) => [`photo-003-${i}.webp`, 'too-heavy']),
    );
    expect(Object.values(attempts(engine))).toEqual([3, 3, 3, 3]);
    // Not tried again automatically, but at the person's request.
    await engine.index(folder);
    expect(Object.values(attempts(engine))).toEqual([3, 3, 3, 3]);
    const { job } = await engine.api['folders.add']({ path: folder, retry: true });
    await engine.finish(job);
    expect(Object.values(attempts(engine))).toEqual([3, 3, 3, 3]);
    expect(await status(engine)).toMatchObject({ photos: 12, failures: 4 });
  });

  it('and were being read when the program died are read after all others', async () => {
    const engine = testEngine();
    const folder = albumWith(cat);
    const { folder: row, job } = await engine.api['folders.add']({ path: folder });
    await engine.finish(job);
    await engine.close();
    const db = new SQLite(join(engine.libraryDir, 'library.db'));
    db.exec('DELETE FROM photos');
    db.prepare('INSERT INTO photos_in_reading (folder_id, path, alone) VALUES (?, ?, 0)').run(row.id, basename(cat));
    db.close();
    for (const name of ['a.jpg', 'z.jpg']) cpSync(join(sampleAlbum, fruit), join(folder, name));
    const again = testEngine(engine.libraryDir);
    expect(await again.index(folder)).toMatchObject({ indexed: 3, failed: 0 });
    const stored = (await photos(again)).toSorted((a, b) => a.photoId - b.photoId);
    expect(stored.map(({ path }) => basename(path))).toEqual(['a.jpg', 'z.jpg', basename(cat)]);
  });

  it('and were being read whenever the program died are left out after three deaths that they were alone in', async () => {
    const engine = testEngine();
    const folder = albumWith(cat, fruit);
    const { folder: row, job } = await engine.api['folders.add']({ path: folder });
    await engine.finish(job);
    await engine.close();
    const left = (path: string, deaths: number) => {
      const db = new SQLite(join(engine.libraryDir, 'library.db'));
      db.prepare('DELETE FROM photos WHERE path = ?').run(path);
      db.prepare('INSERT INTO photos_in_reading (folder_id, path, alone, deaths) VALUES (?, ?, 1, ?)').run(
        row.id,
        path,
        deaths,
      );
      db.close();
    };
    left('kitten-with-wool.jpg', 1);
    left('citrus-slices.jpg', 2);
    const again = testEngine(engine.libraryDir);
    const result = await again.index(folder);
    expect(result).toMatchObject({ indexed: 1, failed: 1, failures: [{ code: 'too-heavy' }] });
    expect(result.failures[0]?.message).toMatch(/citrus-slices\.jpg was being read each time the program ended/);
    expect(await names(again)).toEqual(['kitten-with-wool.jpg']);
    const retried = await again.api['folders.add']({ path: folder, retry: true });
    expect((await again.finish(retried.job)).result).toMatchObject({ indexed: 1, failed: 0 });
  });
});

describe('photos that were being read when the program died', () => {
  it('are read one by one, so that a death counts for no other photo', async () => {
    const engine = testEngine();
    const folder = temporaryFolder();
    const files = await fillWithPhotos(folder, 8);
    const { folder: row, job } = await engine.api['folders.add']({ path: folder });
    await engine.finish(job);
    await engine.close();
    const db = new SQLite(join(engine.libraryDir, 'library.db'));
    onTestFinished(() => void db.close());
    db.exec('DELETE FROM photos');
    const left = db.prepare('INSERT INTO photos_in_reading (folder_id, path, alone, deaths) VALUES (?, ?, 0, 0)');
    for (const file of files) left.run(row.id, basename(file));
    const again = testEngine(engine.libraryDir);
    const started = await again.api['folders.add']({ path: folder });
    const alone = db.prepare<[], number>('SELECT count(*) FROM photos_in_reading WHERE alone').pluck();
    const seen = new Set<number | undefined>();
    const end = again.finish(started.job);
    let over = false;
    void end.finally(() => (over = true));
    while (!over) {
      seen.add(alone.get());
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect((await end).result).toMatchObject({ indexed: 8, failed: 0 });
    expect([...seen].sort()).toEqual([0, 1]);
  });
});

describe('a broken file', () => {
  it('is tried three times, then only when it has changed or the person asks', async () => {
    const engine = testEngine();
    const folder = albumWith(cat);
    writeFileSync(join(folder, 'broken.jpg'), 'not an image');
    const tried: (number | undefined)[] = [];
    for (let run = 0; run < 5; run++) {
      expect(await engine.index(folder)).toMatchObject({ failed: 1 });
      tried.push(attempts(engine)['broken.jpg']);
    }
    expect(tried).toEqual([1, 2, 3, 3, 3]);
    await engine.finish(await engine.api['folders.index']({}));
    expect(attempts(engine)['broken.jpg']).toBe(1);
    writeFileSync(join(folder, 'broken.jpg'), 'not an image, but a longer one');
    await engine.index(folder);
    expect(attempts(engine)['broken.jpg']).toBe(1);
  });
});

describe('a file that has failed', () => {
  const change = (db: SQLite.Database, sql: string) => {
    db.exec(sql);
    db.close();
  };

  it('waits before it is tried by itself, and says until when; another release tries it at once', async () => {
    const engine = testEngine();
    const folder = albumWith(cat);
    writeFileSync(join(folder, 'broken.jpg'), 'not an image');
    await engine.index(folder);
    const [failure] = await engine.api['library.failures']({});
    const hours = (ms: number | null | undefined) => Math.round((ms ?? 0) / 3_600_000);
    expect(failure).toMatchObject({ path: join(folder, 'broken.jpg'), attempts: 1 });
    expect(hours((failure?.nextTryAt ?? 0) - (failure?.lastTriedAt ?? 0))).toBe(1);
    await engine.close();

    const indexAutomatically = async (expected: number) => {
      const store = openStore(engine.libraryDir);
      store.jobs.insert('index', { folderIds: null, automatic: true }, null);
      store.close();
      // A program with a window takes up the job.
      const taking = testEngine(engine.libraryDir);
      await until(async () => (await taking.api['jobs.list']({})).every(({ finishedAt }) => finishedAt !== null));
      expect(attempts(taking)['broken.jpg']).toBe(expected);
      const [now] = await taking.api['library.failures']({});
      await taking.close();
      return now;
    };
    const library = () => new SQLite(join(engine.libraryDir, 'library.db'));
    expect(hours((await indexAutomatically(1))?.nextTryAt)).toBe(hours(failure?.nextTryAt));
    change(library(), 'UPDATE failures SET last_at = last_at - 3700000');
    const second = await indexAutomatically(2);
    expect(hours((second?.nextTryAt ?? 0) - (second?.lastTriedAt ?? 0))).toBe(24);
    change(library(), 'UPDATE failures SET last_at = last_at - 90000000');
    expect(await indexAutomatically(3)).toMatchObject({ attempts: 3, nextTryAt: null });
    change(library(), 'UPDATE failures SET last_at = last_at - 900000000');
    await indexAutomatically(3);
    change(library(), `UPDATE failures SET tried_by = '0.9.0'`);
    await indexAutomatically(1);
  }, 120_000);
});

describe('files that change', () => {
  it('and are only touched keep their features: nothing is encoded again', async () => {
    const library = temporaryFolder();
    const folder = albumWith(cat);
    const first = testEngine(library);
    await first.index(folder);
    await first.close();
    // Features that encoding would replace.
    const db = new SQLite(join(library, 'library.db'));
    onTestFinished(() => void db.close());
    db.exec('UPDATE photo_features SET row = zeroblob(length(row))');
    const engine = testEngine(library);
    utimesSync(join(folder, 'kitten-with-wool.jpg'), new Date(), new Date(Date.now() + 5000));
    expect(await engine.index(folder)).toMatchObject({ indexed: 1 });
    const kept = db
      .prepare<[], number>('SELECT count(*) FROM photo_features WHERE row = zeroblob(length(row))')
      .pluck();
    expect(kept.get()).toBe(1);
    // Other bytes of the same size and time are still noticed.
    const file = join(folder, 'kitten-with-wool.jpg');
    const { size, mtimeMs } = statSync(file);
    const other = Buffer.alloc(size);
    (await jpeg({ width: 300, height: 200, red: 10 })).copy(other);
    writeFileSync(file, other);
    utimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
    expect(await engine.index(folder)).toMatchObject({ indexed: 1 });
    expect(kept.get()).toBe(0);
  });

  it('while they are read are not stored, and what is stored is what was read', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg(), 'b.jpg': await jpeg() });
    const [a, b] = (await scanFolder(root)).photos;
    if (a === undefined || b === undefined) throw new Error('two photos were written');
    const change = async () => writeFileSync(join(root, 'a.jpg'), await jpeg({ red: 7 }));
    await expect(readPhoto(root, a, { decode: change })).rejects.toMatchObject({ code: 'io-error' });
    const newer = await jpeg({ width: 40 });
    writeFileSync(join(root, 'b.jpg'), newer);
    let size = 0;
    const facts = await readPhoto(root, b, { decode: async ({ stamp }) => void (size = stamp.size) });
    expect({ width: facts.width, size }).toEqual({ width: 40, size: newer.length });
  });

  it('into links between scan and read are not followed out of the folder', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const secret = await folderOf({
      'private.jpg': await jpeg(),
      'list.txt': 'name one\nname two\n',
      'd/a.jpg': await jpeg(),
    });
    const root = await folderOf({ 'a.jpg': await jpeg(), 'a.txt': 'a caption', 'd/a.jpg': await jpeg() });
    const [a, inside] = (await scanFolder(root)).photos;
    if (a === undefined || inside === undefined) throw new Error('two photos were written');
    rmSync(join(root, 'a.txt'));
    symlinkSync(join(secret, 'list.txt'), join(root, 'a.txt'));
    expect((await readPhoto(root, a)).captions).toEqual([]);
    rmSync(join(root, 'a.jpg'));
    symlinkSync(join(secret, 'private.jpg'), join(root, 'a.jpg'));
    await expect(readPhoto(root, a)).rejects.toMatchObject({ code: 'io-error' });
    rmSync(join(root, 'd'), { recursive: true });
    symlinkSync(join(secret, 'd'), join(root, 'd'));
    await expect(readPhoto(root, inside)).rejects.toMatchObject({ code: 'io-error' });
  });

  it('of no regular kind are not waited for', async ({ skip }) => {
    skip(!existsSync('/dev/zero'), 'this system has no such device');
    const root = await folderOf({ 'a.jpg': await jpeg() });
    const [a] = (await scanFolder(root)).photos;
    if (a === undefined) throw new Error('one photo was written');
    await expect(readPhoto('/dev', { ...a, path: 'zero' })).rejects.toMatchObject({ code: 'io-error' });
  });

  it('and come back beside a copy are themselves, the copy is a photo of its own', async () => {
    const engine = testEngine();
    const folder = albumWith(cat, fruit);
    await engine.index(folder);
    const id = (await photos(engine)).find(({ path }) => path.endsWith('wool.jpg'))?.photoId;
    const away = join(temporaryFolder(), 'x.jpg');
    renameSync(join(folder, 'kitten-with-wool.jpg'), away);
    await engine.index(folder);
    cpSync(away, join(folder, 'kitten-with-wool.jpg'));
    cpSync(away, join(folder, 'a-copy.jpg'));
    expect(await engine.index(folder)).toMatchObject({ indexed: 2, failed: 0 });
    expect(await names(engine)).toEqual(['a-copy.jpg', 'citrus-slices.jpg', 'kitten-with-wool.jpg']);
    expect((await photos(engine)).find(({ path }) => path.endsWith('wool.jpg'))?.photoId).toBe(id);
    expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 3 });
  });

  it('from one folder to another stay the photo they were', async () => {
    const engine = testEngine();
    const [one, two] = [albumWith(cat), albumWith(fruit)];
    await engine.index(two);
    await engine.index(one);
    const before = (await photos(engine)).find(({ path }) => path.endsWith('wool.jpg'))?.photoId;
    renameSync(join(one, 'kitten-with-wool.jpg'), join(two, 'moved.jpg'));
    cpSync(join(sampleAlbum, 'animals/red-panda.jpg'), join(one, 'new.jpg'));
    await engine.finish(await engine.api['folders.index']({}));
    expect((await photos(engine)).find(({ path }) => path.endsWith('moved.jpg'))?.photoId).toBe(before);
    expect(await status(engine)).toMatchObject({ photos: 3, missing: 0 });
  });
});

describe('photos that stay gone', () => {
  it('are kept for thirty days, then removed with their words, features, codes and thumbnails', async () => {
    const day = 24 * 60 * 60 * 1000;
    const start = new Date('2026-03-01T12:00:00Z').getTime();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    onTestFinished(() => void vi.useRealTimers());
    const engine = testEngine();
    const folder = albumWith(cat, fruit);
    writeFileSync(join(folder, 'kitten-with-wool.txt'), 'a secret zebrafish');
    await engine.index(folder);
    const db = new SQLite(join(engine.libraryDir, 'library.db'), { readonly: true });
    onTestFinished(() => void db.close());
    const tables = ['photos', 'captions', 'photo_features', 'photo_codes', 'photo_vectors', 'caption_features'];
    const rows = () => tables.map((table) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get());
    expect(rows()).toEqual([2, 2, 2, 2, 2, 2]);
    rmSync(join(folder, 'kitten-with-wool.jpg'));
    rmSync(join(folder, 'kitten-with-wool.txt'));
    await engine.index(folder);
    vi.setSystemTime(start + 30 * day - 1000);
    await engine.index(folder);
    expect(await status(engine)).toMatchObject({ photos: 1, missing: 1 });
    expect(rows()).toEqual([2, 2, 2, 2, 2, 2]);
    expect(thumbnails(engine)).toHaveLength(2);
    vi.setSystemTime(start + 30 * day + 60_000);
    await engine.index(folder);
    expect(await status(engine)).toMatchObject({ photos: 1, missing: 0 });
    expect(rows()).toEqual([1, 1, 1, 1, 1, 1]);
    expect(thumbnails(engine)).toHaveLength(1);
  });

  it('are kept when the clock jumps ahead or back: the thirty days begin again', async () => {
    const day = 24 * 60 * 60 * 1000;
    const start = new Date('2026-03-01T12:00:00Z').getTime();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    onTestFinished(() => void vi.useRealTimers());
    const engine = testEngine();
    const folder = albumWith(cat, fruit);
    await engine.index(folder);
    rmSync(join(folder, 'kitten-with-wool.jpg'));
    await engine.index(folder);
    // A clock that starts in the future after a power cut, is right again, then in the past, then right again.
    for (const at of [start + 60 * 365 * day, start + day, start - 9 * 365 * day, start + 2 * day, start + 20 * day]) {
      vi.setSystemTime(at);
      await engine.index(folder);
      expect(await status(engine)).toMatchObject({ photos: 1, missing: 1 });
    }
    vi.setSystemTime(start + 33 * day);
    await engine.index(folder);
    expect(await status(engine)).toMatchObject({ photos: 1, missing: 0 });
  });

  it('are removed at once when the person asks, with their words, and the answer says how much is free', async () => {
    const engine = testEngine();
    const [folder, away] = [albumWith(cat, fruit), albumWith('animals/red-panda.jpg')];
    writeFileSync(join(folder, 'captions.txt'), 'image,caption\nkitten-with-wool.jpg,a secret zebrafish\n');
    await engine.index(away);
    await engine.index(folder);
    rmSync(join(folder, 'kitten-with-wool.jpg'));
    await engine.index(folder);
    renameSync(away, `${away}-drive`);
    const { photos: removed, bytes } = await engine.api['library.removeMissing']({});
    expect(removed).toBe(1);
    expect(bytes).toBeGreaterThan(1000);
    // A folder that is offline has no missing photos.
    expect(await status(engine)).toMatchObject({ photos: 2, missing: 0 });
    expect(thumbnails(engine)).toHaveLength(2);
    for (const name of ['library.db', 'library.db-wal']) {
      const content = readFileSync(join(engine.libraryDir, name)).toString('latin1');
      expect({ name, found: content.includes('zebrafish') }).toEqual({ name, found: false });
    }
    expect(await engine.api['library.removeMissing']({})).toMatchObject({ photos: 0, bytes: 0 });
  });
});

describe('processes that read photos', () => {
  const folders = (timeouts: Partial<FolderTimeouts> = {}) => {
    const made = new PhotoFolders({ readers: 2, timeouts });
    onTestFinished(() => made.close());
    return made;
  };
  const wanted = { input: null, thumbnail: true } as const;
  const photoIn = async (root: string, at = 0) => {
    const photo = (await scanFolder(root)).photos[at];
    if (photo === undefined) throw new Error('no photo in the folder');
    return photo;
  };
  const read = async (from: PhotoFolders, root: string, at = 0) =>
    from.read(root, await photoIn(root, at), { knownHash: null, wanted, libraryDir: null });
  /** Begins to read the first photo. @returns once a reader has the request */
  const begin = async (from: PhotoFolders, root: string) => {
    const reading = from.read(root, await photoIn(root), { knownHash: null, wanted, libraryDir: null });
    await new Promise((resolve) => setImmediate(resolve));
    return { reading };
  };

  it('that are killed are replaced, and the photo is read by the next one', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg({ width: 3000, height: 2000 }) });
    const from = folders();
    await read(from, root);
    const [pid] = from.readerPids;
    if (pid === undefined) throw new Error('a reader is at work');
    process.kill(pid, 'SIGSTOP');
    const { reading } = await begin(from, root);
    process.kill(pid, 'SIGKILL');
    expect((await reading)?.facts).toMatchObject({ width: 3000 });
    expect(from.readerPids).not.toContain(pid);
  });

  it('that read for a job yield to the encoder with all their threads, and those for a waiting person do not', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg({ width: 30, height: 20 }) });
    const from = folders();
    await read(from, root);
    await from.thumbnail(root, 'a.jpg');
    // On Linux each thread has its own priority; others decode the photos than the first one.
    const threadsOf = (pid: number) =>
      process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
    const [ofJob, ofPerson] = [from.readerPids, from.personPids].map((pids) => [
      ...new Set(pids.flatMap(threadsOf).map((id) => getPriority(id))),
    ]);
    expect(ofPerson).toEqual([getPriority()]);
    expect(ofJob).not.toEqual([]);
    expect(ofJob?.every((priority) => priority > getPriority())).toBe(true);
  });

  it.skipIf(process.platform === 'win32')(
    'that the system kills again and again fail the photo for lack of memory of the machine, which counts for nothing',
    async () => {
      const root = await folderOf({ 'a.jpg': await jpeg({ width: 3000, height: 2000 }) });
      const from = folders();
      await read(from, root);
      const killer = setInterval(() => from.readerPids.forEach((pid) => process.kill(pid, 'SIGKILL')), 5);
      onTestFinished(() => clearInterval(killer));
      const error: unknown = await read(from, root).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'system-limit' });
      expect(attemptsOf(toErrorData(error))).toBe(0);
      clearInterval(killer);
      expect((await read(from, root))?.facts).toMatchObject({ width: 3000 });
    },
  );

  it('that get no answer from a disk cost that folder, not the others', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg() });
    const local = await folderOf({ 'b.jpg': await jpeg() });
    const from = folders({ job: 15_000 });
    await read(from, root);
    for (const pid of from.readerPids) process.kill(pid, 'SIGSTOP');
    await expect(read(from, root)).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringContaining(root) as string,
    });
    expect((await read(from, local))?.facts.format).toBe('jpeg');
  });

  it('end with the pool, in any state', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg() });
    const from = folders();
    await read(from, root);
    const [pid] = from.readerPids;
    if (pid === undefined) throw new Error('a reader is at work');
    process.kill(pid, 'SIGSTOP');
    const { reading } = await begin(from, root);
    from.close();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => !existsSync(`/proc/${pid}/status`) || process.platform !== 'linux');
  });

  it('end a decoder that waits for ever, without using any processor time', async () => {
    const root = await folderOf({ 'a.jpg': await jpeg() });
    const hook = join(temporaryFolder(), 'waiting-decoder.mjs');
    const sharp = import.meta.resolve('sharp');
    writeFileSync(
      hook,
      `import sharp from ${JSON.stringify(sharp)};
       if (process.argv[1]?.includes('reader-process')) sharp.prototype.toBuffer = () => new Promise(() => undefined);`,
    );
    vi.stubEnv('NODE_OPTIONS', `--import=${pathToFileURL(hook).href}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(read(folders({ decoding: 1500 }), root)).rejects.toMatchObject({
      code: 'too-heavy',
      message: expect.stringContaining('a.jpg takes more time to decode') as string,
    });
    vi.unstubAllEnvs();
    expect((await read(folders({ decoding: 60_000 }), root))?.facts.format).toBe('jpeg');
  });

  it('refuse what needs more memory than all of them have', async () => {
    const root = await folderOf({ 'a.webp': heavyWebp });
    await expect(read(folders(), root)).rejects.toMatchObject({
      code: 'too-heavy',
      message: expect.stringContaining('a.webp takes more memory') as string,
    });
  });
});
