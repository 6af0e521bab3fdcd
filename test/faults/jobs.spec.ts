// Processes killed during work, as real processes: their jobs resume, and nothing waits for dead processes.
import { join } from 'node:path';
import { expect } from 'vitest';
import SQLite from 'better-sqlite3';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { albumWith, sampleAlbum } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, startHashlens, type Running } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

const on = (library: string, ...args: readonly string[]) => [...args, '--library', library];

/** All rows of the jobs table, as they are stored. */
function jobs(library: string): { id: number; kind: string; state: string; owner_pid: number | null }[] {
  const db = new SQLite(join(library, 'library.db'), { readonly: true });
  try {
    return db
      .prepare<[], { id: number; kind: string; state: string; owner_pid: number | null }>(
        'SELECT id, kind, state, owner_pid FROM jobs ORDER BY id',
      )
      .all();
  } catch {
    return [];
  } finally {
    db.close();
  }
}

const storedPhotos = (library: string): number => {
  const db = new SQLite(join(library, 'library.db'), { readonly: true });
  try {
    return db.prepare<[], number>('SELECT count(*) FROM photos').pluck().get() ?? 0;
  } finally {
    db.close();
  }
};

/** Kills a process in the middle of indexing, as a power cut would. */
async function killedWhileIndexing(library: string, running: Running): Promise<void> {
  await expect.poll(() => jobs(library)[0]?.state, { interval: 20 }).toBe('running');
  await expect.poll(() => storedPhotos(library), { interval: 20 }).toBeGreaterThan(0);
  running.signal('SIGKILL');
  await running.ended;
  expect(jobs(library)[0]?.state).toBe('running');
}

fault('a pid that is used again after a crash makes no later job wait', [], async () => {
  const library = temporaryFolder();
  await killedWhileIndexing(library, startHashlens(on(library, 'index', sampleAlbum)));
  // The process id now belongs to a living process: this one.
  const db = new SQLite(join(library, 'library.db'));
  db.prepare('UPDATE jobs SET owner_pid = ?').run(process.pid);
  db.close();
  const indexed = await runOn(library, ['index', sampleAlbum, '--json'], { timeoutMs: 120_000 });
  expect(indexed).toMatchObject({ status: 0, timedOut: false });
  // The same work was requested again: the interrupted job has done it.
  expect(jobs(library)).toMatchObject([{ id: 1, kind: 'index', state: 'done' }]);
});

fault('status and other commands leave an interrupted job alone, and serve goes on with it', [], async () => {
  const library = temporaryFolder();
  await killedWhileIndexing(library, startHashlens(on(library, 'index', sampleAlbum)));
  const before = jobs(library);
  for (const command of [
    ['status', '--json'],
    ['models', 'list'],
    ['search', 'text', 'dog'],
    ['jobs', 'list'],
  ]) {
    expect((await runOn(library, command)).status).toBe(0);
    expect(jobs(library)).toEqual(before);
  }
  const [listed] = jsonLines(await runOn(library, ['jobs', 'list', '--json'])) as [
    { state: string; message: string }[],
  ];
  expect(listed[0]).toMatchObject({ state: 'paused', message: expect.stringMatching(/Interrupted/) as string });
  const server = startHashlens(on(library, 'serve'));
  await expect.poll(() => jobs(library)[0]?.state, { timeout: 120_000, interval: 200 }).toBe('done');
  server.signal('SIGTERM');
  await server.ended;
});

fault('a change of encoder that a kill has cut short is finished when it is asked for again', [], async () => {
  const library = temporaryFolder();
  const encoder = join(temporaryFolder(), 'tiny');
  await makeTinyClip(encoder, { seed: 1 });
  for (const args of [
    ['index', albumWith('animals/red-panda.jpg')],
    ['encoders', 'add', encoder],
  ]) {
    expect((await runOn(library, args)).status).toBe(0);
  }
  // Earlier releases stored the choice before its job, and the kill came between the two.
  const store = openStore(library);
  store.settings.set('encoder', 'clip:tiny');
  store.close();
  const again = await runOn(library, ['encoders', 'use', 'clip:tiny']);
  expect({ status: again.status, stderr: again.stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^1 photos and \d+ captions and tags are to be encoded, .*\n$/) as string,
  });
  const after = openStore(library);
  expect(after.features.ids('photo', 'clip:tiny')).toHaveLength(1);
  after.close();
  expect(jobs(library).map(({ state }) => state)).toEqual(['done', 'done']);
});

fault(
  'a change of encoder that is killed in the middle leaves the old one serving, and goes on from there',
  [],
  async () => {
    const library = temporaryFolder();
    const encoder = join(temporaryFolder(), 'tiny');
    const album = join(temporaryFolder(), 'album');
    await makeTinyClip(encoder, { seed: 1 });
    await fillWithPhotos(album, 120);
    for (const args of [
      ['index', album],
      ['encoders', 'add', encoder],
    ]) {
      expect((await runOn(library, args)).status).toBe(0);
    }
    const encoded = () => {
      const store = openStore(library);
      const ids = store.features.ids('photo', 'clip:tiny');
      store.close();
      return ids.length;
    };
    const running = startHashlens(on(library, 'encoders', 'use', 'clip:tiny'));
    await expect.poll(encoded, { interval: 10 }).toBeGreaterThan(0);
    running.signal('SIGKILL');
    await running.ended;
    expect(encoded()).toBeLessThan(120);
    const [answer] = jsonLines(await runOn(library, ['search', 'text', 'dog', '--answer'])) as [object];
    expect(answer).toMatchObject({ model: 'rotation-starter-1', searched: 120 });
    expect((await runOn(library, ['encoders', 'use', 'clip:tiny'])).status).toBe(0);
    const [after] = jsonLines(await runOn(library, ['search', 'text', 'dog', '--answer'])) as [object];
    expect(after).toMatchObject({ model: 'rotation-clip-tiny', searched: 120 });
    // The same job has resumed.
    expect(jobs(library).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['index done', 'encode done']);
  },
  // A busy machine may look only after the last photo.
  { retry: 2 },
);
