// Watched folders: changes are indexed, each photo once, with its words.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { FolderWatch } from '../../src/engine/library/watch/folder-watch.ts';
import { albumWith, resourcesDir, sampleAlbum } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const kitten = join(sampleAlbum, 'animals/kitten-with-wool.jpg');
const panda = 'animals/red-panda.jpg';
const polling = { timeout: 60_000, interval: 200 };

async function watchedAlbum() {
  const folder = albumWith(panda);
  const engine = openEngine({
    libraryDir: join(folder, 'library'),
    resourcesDir,
    interactive: true,
    watchFolders: true,
    emit: () => undefined,
  });
  onTestFinished(() => engine.close());
  const { job } = await engine.api['folders.add']({ path: folder });
  await engine.finished(job.id);
  const photos = async () => {
    const list = await engine.api['photos.recent']({ limit: 100, offset: 0 });
    return new Map(list.map(({ path, photoId }) => [path.slice(folder.length + 1), photoId]));
  };
  /** Waits until exactly these photos are in the library. */
  const become = async (...names: string[]) => {
    await vi.waitFor(async () => expect([...(await photos()).keys()].sort()).toEqual(names.sort()), polling);
    return photos();
  };
  return { engine, folder, photos, become };
}

it('takes in a new photo, a renamed one, a swap of names, a deletion and a return', async () => {
  const { engine, folder, become } = await watchedAlbum();
  copyFileSync(kitten, join(folder, 'kitten.jpg'));
  writeFileSync(join(folder, 'kitten.txt'), 'A kitten with wool');
  const first = await become('kitten.jpg', 'red-panda.jpg');
  const captions = async (photoId: number) =>
    (await engine.api['photos.get']({ photoId: photoId as never })).captions.map(({ text }) => text);
  expect(await captions(first.get('kitten.jpg') ?? 0)).toEqual(['A kitten with wool']);

  renameSync(join(folder, 'red-panda.jpg'), join(folder, 'Red-Panda.jpg'));
  const renamed = await become('Red-Panda.jpg', 'kitten.jpg');
  expect(renamed.get('Red-Panda.jpg')).toBe(first.get('red-panda.jpg'));

  renameSync(join(folder, 'kitten.jpg'), join(folder, 'x.jpg'));
  renameSync(join(folder, 'Red-Panda.jpg'), join(folder, 'kitten.jpg'));
  renameSync(join(folder, 'x.jpg'), join(folder, 'Red-Panda.jpg'));
  const sizeOf = async (name: string) => {
    const photoId = (await become('Red-Panda.jpg', 'kitten.jpg')).get(name);
    return photoId === undefined ? 0 : (await engine.api['photos.get']({ photoId })).size;
  };
  await vi.waitFor(async () => expect(await sizeOf('Red-Panda.jpg')).toBe(readFileSync(kitten).length), polling);
  expect(await sizeOf('kitten.jpg')).toBe(readFileSync(join(sampleAlbum, panda)).length);

  const away = join(temporaryFolder(), 'away.jpg');
  renameSync(join(folder, 'Red-Panda.jpg'), away);
  await become('kitten.jpg');
  mkdirSync(join(folder, 'back'));
  renameSync(away, join(folder, 'back/1.jpg'));
  const back = await become('back/1.jpg', 'kitten.jpg');
  copyFileSync(join(folder, 'back/1.jpg'), join(folder, 'copy.jpg'));
  const copied = await become('back/1.jpg', 'copy.jpg', 'kitten.jpg');
  expect(copied.get('back/1.jpg')).toBe(back.get('back/1.jpg'));
}, 240_000);

/** Watches a folder, without its library. Reports are the bytes of a.jpg at each; the first ends when it is let go. */
function watched(restMs: number) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'library'));
  const reports: number[] = [];
  const first = Promise.withResolvers<void>();
  const watch = new FolderWatch({
    ignore: [join(folder, 'library')],
    times: { restMs, mostMs: 60_000 },
    onUnwatched: (_, reason) => expect.unreachable(reason),
    onChange: async (changes) => {
      expect([...changes]).toEqual([[folder, [{ path: '', deep: false }]]]);
      reports.push(readFileSync(join(folder, 'a.jpg')).length);
      if (reports.length === 1) await first.promise;
    },
  });
  onTestFinished(() => watch.close());
  watch.watch([folder]);
  return { folder, reports, letGo: () => first.resolve() };
}

/** A watched folder whose photo was written in pieces, like a large file being copied, and reported once. */
async function reportedOnceAtRest() {
  // On a crowded machine, pieces and their reports may be further apart than a short rest.
  for (let restMs = 400; ; restMs *= 4) {
    const watching = watched(restMs);
    const { folder, reports } = watching;
    // Repeated until watching has begun.
    while (reports.length === 0) {
      for (let piece = 1; piece <= 10; piece++) {
        writeFileSync(join(folder, 'a.jpg'), Buffer.alloc(piece));
        await sleep(100);
      }
      await vi.waitFor(() => expect(reports).not.toEqual([]), { timeout: 4 * restMs }).catch(() => undefined);
    }
    if (reports[0] === 10) return watching;
    watching.letGo();
    expect(restMs, 'a photo was reported while it was written').toBeLessThan(6_000);
  }
}

it('waits for a folder to come to rest, tells changes that come meanwhile, and nothing of ignored folders', async () => {
  const { folder, reports, letGo } = await reportedOnceAtRest();
  writeFileSync(join(folder, 'b.jpg'), 'x');
  await sleep(1_500);
  expect(reports).toHaveLength(1);
  letGo();
  await vi.waitFor(() => expect(reports).toHaveLength(2), polling);
  writeFileSync(join(folder, 'library/c.webp'), 'x');
  await sleep(1_500);
  expect(reports).toHaveLength(2);
  rmSync(join(folder, 'b.jpg'));
  await vi.waitFor(() => expect(reports).toHaveLength(3), polling);
}, 240_000);

/** Paths of reported folders, `*` for all; watching of the folder has begun. */
async function reportsOf(folder: string) {
  const reports = new Set<string>();
  const watch = new FolderWatch({
    ignore: [],
    times: { restMs: 200 },
    onUnwatched: () => undefined,
    onChange: (changes) => {
      for (const inside of changes.get(folder) ?? [{ path: '*' }]) reports.add(inside.path);
      return Promise.resolve();
    },
  });
  onTestFinished(() => watch.close());
  watch.watch([folder]);
  /** Writes files until the folder with them is reported: the moment at which watching begins is not told. */
  const reportsFilesIn = async (inside: string) => {
    reports.clear();
    let written = 0;
    await vi.waitFor(() => {
      writeFileSync(join(folder, inside, `${written++}.jpg`), 'x');
      expect([...reports]).toContain(inside);
    }, polling);
  };
  await reportsFilesIn('');
  return { reports, reportsFilesIn };
}

it('reports later files in the inner folders of a folder that was moved in', async () => {
  const folder = temporaryFolder();
  const trip = join(temporaryFolder(), 'trip');
  mkdirSync(join(trip, 'day1/evening'), { recursive: true });
  const { reports, reportsFilesIn } = await reportsOf(folder);
  renameSync(trip, join(folder, 'trip'));
  await reportsFilesIn('trip/day1/evening');
  expect([...reports]).toContain('trip/day1/evening');
}, 120_000);

it('reports changes in a folder that was away and is back', async () => {
  const folder = join(temporaryFolder(), 'photos');
  mkdirSync(folder);
  const { reports, reportsFilesIn } = await reportsOf(folder);
  renameSync(folder, `${folder}-away`);
  await vi.waitFor(() => expect([...reports]).toContain('*'), polling);
  renameSync(`${folder}-away`, folder);
  await reportsFilesIn('');
  expect([...reports]).toContain('');
}, 120_000);
