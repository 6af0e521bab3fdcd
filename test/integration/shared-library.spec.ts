// A shared library on PostgreSQL: published data, results of each role, and their agreement with the library's own. Runs
// against PGlite with pgvector, and against the system's PostgreSQL without it if that is installed.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src/engine/engine.ts';
import { serverName } from '../../src/engine/shared-library/server-url.ts';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import type { SharedAnswer } from '../../src/shared/contract/shared-library.ts';
import { resourcesDir, sampleAlbum, search } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, startHashlens } from '../support/program.ts';
import { postgresPrograms, startPglite, startPostgres, type TestServer } from '../support/postgres.ts';

const bin = postgresPrograms();
const servers = [
  { server: 'PGlite with pgvector', start: startPglite, isThere: true, vectors: true },
  {
    server: "the system's PostgreSQL (skipped where /usr/lib/postgresql has none)",
    start: () => startPostgres(bin ?? ''),
    isThere: bin !== null,
    vectors: false,
  },
];

interface Person {
  readonly engine: Engine;
  readonly libraryDir: string;
  readonly album: string;
}

let root: string;
const opened: Engine[] = [];

async function personWith(name: string, folders: readonly string[]): Promise<Person> {
  const album = join(root, name, 'album');
  mkdirSync(album, { recursive: true });
  for (const folder of folders) cpSync(join(sampleAlbum, folder), join(album, folder), { recursive: true });
  const libraryDir = join(root, name, 'library');
  const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
  opened.push(engine);
  for (const folder of folders) {
    const { job } = await engine.api['folders.add']({ path: join(album, folder) });
    await engine.finished(job.id);
  }
  return { engine, libraryDir, album };
}

const planOf = ({ engine }: Person, params: Params<'shared.plan'>) =>
  engine.api['shared.plan'](engineRequests['shared.plan'].params.parse(params));

async function publishAll(person: Person, url: string, more: Partial<Params<'shared.plan'>> = {}): Promise<Job> {
  const plan = await planOf(person, { url, ...more });
  const { name, thumbnails, folders } = plan;
  const chosen = { url, name, thumbnails, folderIds: folders.map(({ id }) => id) };
  return person.engine.finished((await person.engine.api['shared.publish'](chosen)).id);
}
const searchOn = ({ engine }: Person, params: Params<'shared.search'>): Promise<SharedAnswer> =>
  engine.api['shared.search'](engineRequests['shared.search'].params.parse(params));
const isPhoto = (name: string): boolean => /\.(jpe?g|png|webp|gif|avif|heic)$/i.test(name);
const isPanda = (name: string): boolean => name.startsWith('red-panda');
const names = ({ hits }: SharedAnswer): string[] => hits.map(({ path }) => basename(path));

beforeAll(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
});
afterAll(async () => {
  for (const engine of opened) await engine.close();
  rmSync(root, { recursive: true, force: true });
});

describe.each(servers)('on $server', ({ start, isThere, vectors }) => {
  let server: TestServer;
  let anna: Person;
  let ben: Person;
  let url: string;
  beforeAll(async () => {
    if (!isThere) return;
    server = await start();
    url = server.url;
    const kind = vectors ? 'vectors' : 'bits';
    anna = await personWith(`anna-${kind}`, ['animals', 'food-and-flowers']);
    ben = await personWith(`ben-${kind}`, ['animals', 'food-and-flowers', 'people-and-things', 'places']);
  });
  afterAll(async () => {
    if (isThere) await server.close();
  });
  const test = isThere ? it : it.skip;

  test('a plan names folders, model and server before anything is sent, and makes nothing', async () => {
    const plan = await planOf(anna, { url });
    expect(plan).toMatchObject({ isFirst: true, thumbnails: true, encoderId: 'starter-1', name: 'family' });
    expect(plan.folders.map(({ path, isNew }) => [basename(path), isNew])).toEqual([
      ['animals', true],
      ['food-and-flowers', true],
    ]);
    expect(await anna.engine.api['shared.names']({ url })).toEqual([]);
  });

  test('photos are published once, and nothing is sent again while nothing has changed', async () => {
    const { published, error } = await publishAll(anna, url);
    expect(error).toBe(null);
    const { photos } = await anna.engine.api['library.status']({});
    expect(published).toMatchObject({ photos, sent: photos, removed: 0, leftOut: 0 });
    expect((await publishAll(anna, url)).published).toMatchObject({ photos, sent: 0, removed: 0 });
    const [row] = await server.run('SELECT count(*)::int AS n FROM hashlens_family.codes');
    expect(row).toEqual({ n: photos });
  });

  test('a caption that was written is all that is sent again', async () => {
    const { hits } = await search(anna.engine, { text: 'panda', limit: 1 });
    const photoIds = hits.map(({ photoId }) => photoId);
    await anna.engine.api['edits.apply'](
      engineRequests['edits.apply'].params.parse({ photoIds, title: 'Quagga of the zoo' }),
    );
    expect((await publishAll(anna, url)).published).toMatchObject({ sent: 1 });
    expect(names(await searchOn(anna, { url, text: 'quagga', limit: 1 }))).toEqual(
      hits.map(({ path }) => basename(path)),
    );
  });

  test('cosines and distances of a search are those of the library itself, and the order is by them', async () => {
    for (const text of ['a dog', 'flowers in a field', 'cup of coffee']) {
      const own = await search(anna.engine, { text, limit: 100, mode: 'semantic' });
      const shared = await searchOn(anna, { url, text, limit: 100, mode: 'semantic' });
      const known = new Map(own.hits.map((hit) => [hit.path, hit]));
      expect(shared.hits.length).toBe(own.hits.length);
      for (const { folder, path, score, distance } of shared.hits) {
        const hit = known.get(join(anna.album, folder, path));
        expect(distance).toBe(hit?.distance);
        expect(score).toBeCloseTo(hit?.score ?? NaN, 6);
      }
      const scores = shared.hits.map(({ score }) => score ?? NaN);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
  });

  test('filters let through the photos that they let through in the library itself', async () => {
    const filters = [
      ...['word:kitten', 'word:ki*', 'word:window,fence', '-word:animal'],
      ...['tag:kitten', 'tag:an*', '-tag:animal', 'folder:animals', 'folder:flowers', 'type:jpeg', 'type:png'],
      ...['has:caption', '-has:caption', 'has:date', 'has:camera', 'has:rating', 'has:place', 'has:person', 'has:tag'],
      ...['after:2010', 'before:2015', 'date:2012', 'orientation:portrait', 'orientation:landscape'],
      ...[
        'width:>1000',
        'size:<200kb',
        'rating:>=3',
        'camera:canon',
        'place:rome',
        'person:anna',
        '"quagga"',
        '-"quagga"',
      ],
    ];
    for (const text of filters) {
      const own = await search(anna.engine, { text, limit: 100 });
      const shared = await searchOn(anna, { url, text, limit: 100 });
      expect([text, shared.filtered]).toEqual([text, own.filtered]);
      const paths = (hits: readonly { path: string }[]) => hits.map(({ path }) => basename(path)).sort();
      expect([text, paths(shared.hits)]).toEqual([text, paths(own.hits)]);
    }
  });

  test('photos whose texts have the words come first', async () => {
    const own = await search(anna.engine, { text: 'kitten', limit: 100, mode: 'text' });
    expect(own.hits.length).toBeGreaterThan(1);
    const shared = await searchOn(anna, { url, text: 'kitten', limit: own.hits.length });
    expect(shared.hits[0]?.textScore).toBeGreaterThan(0);
    expect(names(shared).sort()).toEqual(own.hits.map(({ path }) => basename(path)).sort());
  });

  test('a library with another hash model is refused, and taken once it uses the published one', async () => {
    const trained = await ben.engine.api['train.start'](
      engineRequests['train.start'].params.parse({ method: 'itq', bits: 16, seed: 3, activate: 'always' }),
    );
    expect((await ben.engine.finished(trained.id)).error).toBe(null);
    await expect(planOf(ben, { url })).rejects.toMatchObject({ code: 'model-differs' });
    const { modelId } = await ben.engine.api['shared.model']({ url, name: 'family' });
    const job = await ben.engine.api['models.activate']({ modelId });
    await ben.engine.finished(job.id);
    const { published } = await publishAll(ben, url);
    expect(published?.sent).toBe((await ben.engine.api['library.status']({})).photos);
    const state = await anna.engine.api['shared.show']({ url, name: 'family' });
    expect(state.libraries.map(({ photos }) => photos)).toEqual([
      (await anna.engine.api['library.status']({})).photos,
      published?.photos,
    ]);
  });

  test('a third machine without photos finds those of both libraries, with their thumbnails', async () => {
    const carla = await personWith(`carla-${vectors}`, []);
    const answer = await searchOn(carla, { url, text: 'panda', limit: 4 });
    expect(names(answer).filter((name) => name.startsWith('red-panda'))).toHaveLength(2);
    expect(new Set(answer.hits.slice(0, 2).map(({ id }) => id)).size).toBe(2);
    const { id } = answer.hits[0] ?? { id: 0 };
    const thumbnail = await carla.engine.api['shared.thumbnail']({ url, name: 'family', id });
    expect(
      Buffer.from(thumbnail?.image ?? [])
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
  });

  test('a connection of the window is kept without its password, and does what its number is asked for', async () => {
    const { api } = anna.engine;
    const add = { url: url.replace('@', ':battery-staple@'), name: 'family', password: null };
    const { connection, names: there } = await api['connections.add'](add);
    expect([connection, there]).toEqual([{ id: 1, server: serverName(url), name: 'family' }, ['family']]);
    const typed = { url, name: 'family', password: 'battery-staple' };
    expect((await api['connections.add'](typed)).connection).toEqual(connection);
    for (const file of readdirSync(anna.libraryDir).filter((name) => name.startsWith('library'))) {
      expect(readFileSync(join(anna.libraryDir, file)).includes('battery-staple')).toBe(false);
    }
    expect(await api['connections.list']({})).toEqual([connection]);
    const place = { connection: connection.id };
    expect(await api['connections.show'](place)).toEqual(await api['shared.show']({ url, name: 'family' }));
    const asked = engineRequests['connections.search'].params.parse({ ...place, text: 'panda', limit: 2 });
    const { hits } = await api['connections.search'](asked);
    expect(hits.map(({ path }) => basename(path))).toEqual(['red-panda.jpg', 'red-panda.jpg']);
    // One of them is in this library, and is known there.
    const own = hits.flatMap(({ id, photoId }) => (photoId === null ? [] : [{ id, photoId }]));
    expect(own).toHaveLength(1);
    for (const { id, photoId } of own) {
      const details = await api['photos.get']({ photoId });
      expect(basename(details.path)).toBe('red-panda.jpg');
      const facts = await api['connections.photo']({ ...place, id });
      expect(facts).toMatchObject({ size: details.size, captions: ['Quagga of the zoo'] });
      expect((await api['connections.thumbnail']({ ...place, id }))?.image.length).toBeGreaterThan(1000);
    }
    await expect(api['connections.photo']({ ...place, id: 999_999 })).rejects.toMatchObject({ code: 'not-found' });
    await api['connections.remove'](place);
    expect(await api['connections.list']({})).toEqual([]);
    await expect(api['connections.show'](place)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a photo that is gone from its folder is taken off the server by the next publication', async () => {
    const file = join(ben.album, 'animals', 'red-panda.jpg');
    const bytes = readFileSync(file);
    rmSync(file);
    await ben.engine.finished((await ben.engine.api['folders.index']({})).id);
    expect((await publishAll(ben, url)).published).toMatchObject({ sent: 0, removed: 1 });
    expect(names(await searchOn(anna, { url, text: 'panda', limit: 2 })).filter(isPanda)).toHaveLength(1);
    writeFileSync(file, bytes);
    await ben.engine.finished((await ben.engine.api['folders.index']({})).id);
    expect((await publishAll(ben, url)).published).toMatchObject({ sent: 1, removed: 0 });
    expect(names(await searchOn(anna, { url, text: 'panda', limit: 2 })).filter(isPanda)).toHaveLength(2);
  });

  test('what was published is found where the originals are away', async () => {
    const away = `${anna.album}-away`;
    renameSync(anna.album, away);
    const answer = await searchOn(anna, { url, text: 'panda', limit: 2 });
    const { id } = answer.hits[0] ?? { id: 0 };
    const thumbnail = await anna.engine.api['shared.thumbnail']({ url, name: 'family', id });
    renameSync(away, anna.album);
    expect(names(answer).filter(isPanda)).toHaveLength(2);
    expect(thumbnail).not.toBe(null);
  });

  test('an image finds itself first', async () => {
    const image = Uint8Array.from(readFileSync(join(anna.album, 'animals', 'red-panda.jpg')));
    const answer = await searchOn(ben, { url, terms: [{ kind: 'image', image, weight: 1 }], limit: 2 });
    expect(names(answer)).toEqual(['red-panda.jpg', 'red-panda.jpg']);
    expect(answer.hits[0]).toMatchObject({ distance: 0 });
  });

  if (vectors) {
    test('the index is measured, and an approximate search says what it finds', async () => {
      const job = await anna.engine.api['shared.index']({ url, name: 'family' });
      const { measured } = await anna.engine.finished(job.id);
      expect(measured).toMatchObject({ neighbours: 100 });
      expect(measured?.recall).toBeGreaterThan(0.9);
      const exact = await searchOn(anna, { url, text: 'a dog', limit: 5 });
      const answer = await searchOn(anna, { url, text: 'a dog', limit: 5, approximate: true });
      expect(answer.recall).toBe(measured?.recall);
      expect(names(answer)).toEqual(names(exact));
    });
  } else {
    test('a server without pgvector says that it has no index', async () => {
      await expect(anna.engine.api['shared.index']({ url, name: 'family' })).rejects.toMatchObject({
        code: 'unsupported-format',
      });
      const answer = await searchOn(anna, { url, text: 'a dog', limit: 5, approximate: true });
      expect(answer).toMatchObject({ recall: null });
      expect(answer.notice).toMatch(/exact/);
    });

    test('a role sees the folders that were shared with it, reads alone, and nothing once they were taken back', async () => {
      await server.run('CREATE ROLE reader LOGIN');
      const asReader = url.replace('admin@', 'reader@');
      const search = () => searchOn(anna, { url: asReader, text: 'has:caption', limit: 100 });
      await expect(search()).rejects.toMatchObject({ code: 'server-refused' });
      await anna.engine.api['shared.grant']({ url, name: 'family', role: 'reader', folders: ['animals'] });
      const seen = await search();
      expect(new Set(seen.hits.map(({ folder }) => folder))).toEqual(new Set(['animals']));
      const all = await searchOn(anna, { url, text: 'folder:animals has:caption', limit: 100 });
      const own = all.hits.filter(({ library }) => library === seen.hits[0]?.library);
      expect(seen.hits.length).toBeGreaterThan(0);
      expect(seen.hits.length).toBeLessThanOrEqual(own.length);
      await expect(publishAll(ben, asReader)).rejects.toMatchObject({ code: 'server-refused' });
      await anna.engine.api['shared.revoke']({ url, name: 'family', role: 'reader', folders: null });
      await expect(search()).rejects.toMatchObject({ code: 'server-refused' });
    });

    test('by the roles that are shipped several people publish side by side and see their own alone', async () => {
      const psql = (as: string, script: string): void => {
        const file = join(resourcesDir, 'shared-library', script);
        const names = ['-v', 'name=club', '-v', 'database=postgres'];
        execFileSync(join(bin ?? '', 'psql'), [url.replace('admin@', `${as}@`), '-q', ...names, '-f', file], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
      };
      const place = (as: string) => ({ url: url.replace('admin@', `${as}@`), name: 'club' });
      psql('admin', 'roles.sql');
      await server.run('CREATE ROLE first LOGIN IN ROLE club_publishers');
      await server.run('CREATE ROLE second LOGIN IN ROLE club_publishers');
      await server.run('CREATE ROLE guest LOGIN IN ROLE club_readers');
      expect((await publishAll(anna, place('first').url, { name: 'club' })).error).toBe(null);
      psql('first', 'roles-after.sql');
      const published = await publishAll(ben, place('second').url, { name: 'club' });
      expect(published.error).toBe(null);
      const owned = async (as: string) => {
        const { filtered } = await searchOn(anna, { ...place(as), text: 'width:>1', limit: 1 });
        return filtered;
      };
      const [annas, bens] = await Promise.all(
        [anna, ben].map(async ({ engine }) => (await engine.api['library.status']({})).photos),
      );
      expect(await owned('second')).toBe(bens);
      expect(await owned('guest')).toBe(0);
      await ben.engine.api['shared.grant']({ ...place('second'), role: 'club_readers', folders: ['places'] });
      expect(await owned('guest')).toBe(readdirSync(join(ben.album, 'places')).filter(isPhoto).length);
      // Nobody can share, change or withdraw another's rows; the role that created the tables sees all of
      // them.
      await anna.engine.api['shared.grant']({ ...place('second'), role: 'guest', folders: null }).catch(() => null);
      expect(await owned('guest')).toBe(readdirSync(join(ben.album, 'places')).filter(isPhoto).length);
      expect(await owned('first')).toBe((annas ?? 0) + (bens ?? 0));
    });

    test('a kill in the middle leaves whole pages, and the next run goes on from there', async () => {
      const args = ['publish', url, '--name', 'killed', '--yes', '--json'];
      const running = startHashlens([...args, '--library', anna.libraryDir]);
      // The connection fails when the tables exist, before or during the first page.
      let isThere = false;
      while (!isThere && running.child.exitCode === null) {
        const [row] = await server.run(`SELECT to_regclass('hashlens_killed.libraries') IS NOT NULL AS there`);
        isThere = row?.['there'] === true;
      }
      running.signal('SIGKILL');
      await running.ended;
      const [codes] = await server.run(
        `SELECT count(*)::int - (SELECT count(*)::int FROM hashlens_killed.photos) AS n FROM hashlens_killed.codes`,
      );
      expect(codes).toEqual({ n: 0 });
      const again = await runOn(anna.libraryDir, args);
      expect([again.status, again.stderr]).toEqual([0, '']);
      const { photos } = await anna.engine.api['library.status']({});
      expect(jsonLines(again)).toMatchObject([{ name: 'killed', photos }]);
      // A library without folders, as a kill between the two left it, is published like a new one.
      await server.run('DELETE FROM hashlens_killed.folders');
      expect(jsonLines(await runOn(anna.libraryDir, args))).toMatchObject([{ name: 'killed', photos, sent: photos }]);
    });

    test('a kill between two pages keeps the first, which is not sent again', async () => {
      const wide = await personWith('wide', []);
      await fillWithPhotos(wide.album, 240);
      const { job } = await wide.engine.api['folders.add']({ path: wide.album });
      await wide.engine.finished(job.id);
      const { photos } = await wide.engine.api['library.status']({});
      const args = ['publish', url, '--name', 'paged', '--yes', '--json'];
      const running = startHashlens([...args, '--library', wide.libraryDir]);
      const sent = async (): Promise<number> => {
        const [row] = await server.run('SELECT count(*)::int AS n FROM hashlens_paged.codes').catch(() => []);
        return Number(row?.['n'] ?? 0);
      };
      while ((await sent()) === 0 && running.child.exitCode === null) await new Promise((tick) => setTimeout(tick, 5));
      running.signal('SIGKILL');
      await running.ended;
      const kept = await sent();
      expect([200, photos]).toContain(kept);
      const [state] = await server.run('SELECT published_at FROM hashlens_paged.libraries');
      expect(kept === photos || state?.['published_at'] === null).toBe(true);
      expect(jsonLines(await runOn(wide.libraryDir, args))).toMatchObject([
        { photos, sent: photos - kept, removed: 0 },
      ]);
      expect(await sent()).toBe(photos);
    }, 600_000);

    test('a password is neither stored nor said', async () => {
      const secret = 'correct-horse';
      const wrong = url.replace('admin@', `nobody:${secret}@`);
      const result = await runOn(anna.libraryDir, ['publish', wrong, '--yes']);
      expect(result.status).toBe(1);
      expect(result.stdout + result.stderr).not.toContain(secret);
      await runOn(anna.libraryDir, ['publish', url.replace('admin@', `admin:${secret}@`), '--yes']);
      for (const file of readdirSync(anna.libraryDir).filter((name) => name.startsWith('library'))) {
        expect(readFileSync(join(anna.libraryDir, file)).includes(secret)).toBe(false);
      }
    });
  }

  test('a library that is withdrawn is found no longer', async () => {
    await ben.engine.api['shared.withdraw']({ url, name: 'family' });
    const answer = await searchOn(anna, { url, text: 'panda', limit: 4 });
    expect(names(answer).filter((name) => name.startsWith('red-panda'))).toHaveLength(1);
  });

  test('a name that nothing is published under is said to be unknown', async () => {
    await expect(searchOn(anna, { url, name: 'nobody', text: 'a dog' })).rejects.toMatchObject({ code: 'not-found' });
  });
});
