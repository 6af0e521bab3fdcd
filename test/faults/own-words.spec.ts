// The person's own data in the application (words, albums, judgements, saved searches): confirmed data survive a
// kill, a full disk and a concurrent program, and refused data leave nothing.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { toErrorData } from '../../src/shared/errors.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';
import { libraryContent } from '../support/library-content.ts';
import { killedAfter, runOn, startServer } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { client } from './support/client.ts';
import { smallDisk } from './support/machine.ts';
import { fault } from './support/needs.ts';

const photos = ['animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg'];
const edit = (fields: object) => engineRequests['edits.apply'].params.parse(fields);

async function photoIds(engine: TestEngine): Promise<PhotoId[]> {
  return (await engine.api['photos.recent']({ limit: 10, offset: 0 })).map(({ photoId }) => photoId);
}

/** Texts written by the person, one for each kind. */
async function written(engine: TestEngine): Promise<string[]> {
  const found: string[] = [];
  for (const photoId of await photoIds(engine)) {
    const { captions } = await engine.api['photos.get']({ photoId });
    for (const { text, source } of captions) if (source === 'own') found.push(`${photoId} ${text}`);
  }
  for (const { name, photos: count } of await engine.api['albums.list']({})) found.push(`${name} of ${count}`);
  for (const { query, photoId } of (await engine.api['judgements.list']({ limit: 1000, offset: 0 })).entries) {
    found.push(`${query} ${photoId}`);
  }
  for (const { name } of await engine.api['search.saved']({})) found.push(name);
  return found.sort();
}

fault(
  'a full disk refuses words, albums and judgements whole, and keeps all it has said to keep',
  ['root', 'tmpfs'],
  async () => {
    const disk = smallDisk(32);
    const library = join(disk.path, 'library');
    const engine = testEngine(library);
    await engine.index(albumWith(...photos));
    const ids = await photoIds(engine);
    const [first] = ids;
    if (first === undefined) throw new Error('photos were indexed');
    const fillers = [disk.fill('filler-1'), disk.fill('filler-2')];
    const kept: string[] = [];
    const refused = new Map<string, string>();
    const long = 'x'.repeat(1500);
    const acts: readonly (readonly [string, (n: number) => Promise<string[]>])[] = [
      [
        'words',
        async (n) => {
          await engine.api['edits.apply'](edit({ photoIds: ids, addCaptions: [`w${n} ${long}`] }));
          return ids.map((id) => `${id} w${n} ${long}`);
        },
      ],
      [
        'judgement',
        async (n) => {
          await engine.api['judgements.give']({
            states: [{ query: `v${n} ${long}`, photoIds: [first], judgement: 'match' }],
          });
          return [`v${n} ${long} ${first}`];
        },
      ],
      [
        'album',
        async (n) => {
          const album = await engine.api['albums.create']({ name: `a${n}` });
          const { album: full } = await engine.api['albums.add']({ albumId: album.id, photoIds: ids });
          return [`a${n} of ${full.photos}`];
        },
      ],
    ];
    for (let n = 0; n < 400 && refused.size < acts.length; n++) {
      for (const [what, act] of acts) {
        await act(n).then(
          (texts) => kept.push(...texts),
          (error: unknown) => refused.set(what, toErrorData(error).code),
        );
      }
    }
    expect([...refused.values()]).toEqual(['disk-full', 'disk-full', 'disk-full']);
    // An album may have been created before its photos found no room.
    const now = (await written(engine)).filter((text) => !/^a\d+ of 0$/.test(text));
    expect(now).toEqual([...kept].sort());
    const elsewhere = join(disk.path, 'elsewhere');
    mkdirSync(elsewhere);
    const backup = await runOn(library, ['backup', elsewhere]);
    expect(backup.status).toBe(1);
    expect(backup.stderr).toMatch(/full|room/);
    expect(readdirSync(elsewhere)).toEqual([]);
    for (const filler of fillers) rmSync(filler);
    await acts[0]?.[1](1000);
    await engine.close();
    expect(libraryContent(library).faults).toEqual([]);
    const later = await runOn(library, ['backup', elsewhere]);
    expect(later.status).toBe(0);
  },
);

/** A photo on a small disk of its own, with a first caption in its sidecar; the library is elsewhere. */
async function describedOnSmallDisk() {
  const disk = smallDisk(8);
  const album = join(disk.path, 'album');
  mkdirSync(album);
  copyFileSync(join(albumWith(...photos), 'red-panda.jpg'), join(album, 'red-panda.jpg'));
  const library = join(temporaryFolder(), 'library');
  expect((await runOn(library, ['index', album])).status).toBe(0);
  expect((await runOn(library, ['metadata', 'writing', 'on'])).status).toBe(0);
  const photo = join(album, 'red-panda.jpg');
  const write = (caption: string) => runOn(library, ['metadata', 'write', photo, '--caption', caption]);
  expect((await write('A panda')).status).toBe(0);
  return { disk, album, photo, write };
}

fault(
  'photos on a disk that cannot be written, or that goes away, keep their sidecars, and the disk is named',
  ['root', 'tmpfs'],
  async () => {
    const { disk, album, photo, write } = await describedOnSmallDisk();
    const before = readFileSync(`${photo}.xmp`, 'utf8');
    disk.readOnly(true);
    const refused = await write('Another panda');
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`The sidecar of ${photo} was not written`) as string,
    });
    expect(refused.stderr).toMatch(/its folder may not be written to/);
    expect(readFileSync(`${photo}.xmp`, 'utf8')).toBe(before);
    disk.readOnly(false);
    renameSync(album, `${album}-away`);
    const away = await write('A third panda');
    expect(away).toMatchObject({ status: 1, stderr: expect.stringContaining(album) as string });
    renameSync(`${album}-away`, album);
    expect(readFileSync(`${photo}.xmp`, 'utf8')).toBe(before);
    expect((await write('A fourth panda')).status).toBe(0);
    expect(readFileSync(`${photo}.xmp`, 'utf8')).toContain('A fourth panda');
    expect(readdirSync(album).sort()).toEqual(['red-panda.jpg', 'red-panda.jpg.xmp']);
  },
);

fault('a full disk of photos leaves sidecars whole', ['root', 'tmpfs'], async () => {
  const { disk, album, write } = await describedOnSmallDisk();
  const sidecar = join(album, readdirSync(album).find((name) => name.endsWith('.xmp')) ?? '');
  const before = readFileSync(sidecar, 'utf8');
  const filler = disk.fill();
  disk.fill('filler-2');
  const refused = await write(`Another panda ${'y'.repeat(1900)}`);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/full|room/);
  expect(readFileSync(sidecar, 'utf8')).toBe(before);
  rmSync(filler);
  expect((await write('A third panda')).status).toBe(0);
  expect(readFileSync(sidecar, 'utf8')).toContain('A third panda');
  expect(readdirSync(album).filter((name) => !/^red-panda\.jpg|^filler-2$/.test(name))).toEqual([]);
});

fault('a server killed while words are written has kept each that it answered', [], async () => {
  const library = join(temporaryFolder(), 'library');
  expect((await runOn(library, ['index', albumWith(...photos)])).status).toBe(0);
  const kept: string[] = [];
  for (let round = 0; round < 4; round++) {
    const server = await startServer(library);
    const ask = client(library);
    const recent = (await ask('photos.recent', { limit: 10, offset: 0 })).value as { photoId: PhotoId }[];
    const ids = recent.map(({ photoId }) => photoId);
    const timer = setTimeout(() => server.signal('SIGKILL'), 150 + 170 * round);
    try {
      for (let n = 0; ; n++) {
        const mark = `${round}.${n}`;
        await ask('edits.apply', edit({ photoIds: ids, addCaptions: [`word ${mark}`], rating: n % 6 }));
        kept.push(...ids.map((id) => `${id} word ${mark}`));
        const album = (await ask('albums.create', { name: `album ${mark}` })).value as { id: number };
        await ask('albums.add', { albumId: album.id, photoIds: ids });
        kept.push(`album ${mark} of ${ids.length}`);
        await ask('judgements.give', {
          states: [{ query: `sleepy ${round} ${n}`, photoIds: ids, judgement: 'no-match' }],
        });
        kept.push(...ids.map((id) => `sleepy ${round} ${n} ${id}`));
      }
    } catch {
      // The server has ended.
    }
    clearTimeout(timer);
    await server.ended;
  }
  expect(kept.length).toBeGreaterThan(20);
  expect(libraryContent(library).faults).toEqual([]);
  const engine = testEngine(library);
  const now = new Set(await written(engine));
  expect(kept.filter((text) => !now.has(text))).toEqual([]);
});

fault('a server and another program that write about the same photos keep what both have written', [], async () => {
  const library = join(temporaryFolder(), 'library');
  expect((await runOn(library, ['index', albumWith(...photos)])).status).toBe(0);
  const server = await startServer(library);
  const [ask, engine] = [client(library), testEngine(library)];
  const ids = await photoIds(engine);
  const [album] = [await engine.api['albums.create']({ name: 'Both' })];
  const numbers = Array.from({ length: 25 }, (_, n) => n);
  await Promise.all([
    (async () => {
      for (const n of numbers) {
        const { ok } = await ask(
          'edits.apply',
          edit({ photoIds: ids, addCaptions: [`served ${n}`], addTags: [`s${n}`] }),
        );
        expect(ok).toBe(true);
        await ask('albums.removePhotos', { albumId: album.id, photoIds: ids.slice(0, 1) });
      }
    })(),
    (async () => {
      for (const n of numbers) {
        await engine.api['edits.apply'](edit({ photoIds: ids, addCaptions: [`own ${n}`], addTags: [`o${n}`] }));
        await engine.api['albums.add']({ albumId: album.id, photoIds: ids });
      }
    })(),
  ]);
  const wanted = ids.flatMap((id) => numbers.flatMap((n) => [`${id} served ${n}`, `${id} own ${n}`]));
  const now = new Set(await written(engine));
  expect(wanted.filter((text) => !now.has(text))).toEqual([]);
  server.signal('SIGTERM');
  await server.ended;
  await engine.close();
  expect(libraryContent(library).faults).toEqual([]);
});

fault('a backup or an import that is killed leaves nothing half written where it was to be', [], async () => {
  const library = join(temporaryFolder(), 'library');
  expect((await runOn(library, ['index', albumWith(...photos)])).status).toBe(0);
  const [exported, target] = [join(temporaryFolder(), 'exported'), join(temporaryFolder(), 'backups')];
  mkdirSync(target);
  expect((await runOn(library, ['models', 'export', 'rotation-starter-1', exported])).status).toBe(0);
  for (const [n, after] of [500, 650, 800, 950].entries()) {
    await killedAfter(after, library, n % 2 === 0 ? ['backup', target] : ['models', 'import', exported]);
  }
  expect((await runOn(library, ['backup', target])).status).toBe(0);
  expect((await runOn(library, ['status'])).status).toBe(0);
  expect(libraryContent(library).faults).toEqual([]);
  for (const name of readdirSync(target).filter((entry) => entry.endsWith('.db'))) {
    expect(existsSync(join(target, `${name}.json`))).toBe(true);
  }
});
