// The engine's program, started like the window does: its messages, answers, restores and repairs.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EngineProcess } from '../../src/main/engine-process.ts';
import type { AppEvent } from '../../src/shared/contract/page.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { albumWith } from '../support/engine.ts';
import { runHere } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/engine-program.ts', import.meta.url));
const panda = 'animals/red-panda.jpg';

function start(library: string, ...more: readonly string[]) {
  const engine = new EngineProcess(
    { node: process.execPath, program, args: ['--library', library, ...more], env: process.env },
    { write: () => undefined },
  );
  const events: AppEvent[] = [];
  engine.onEvent((event) => events.push(event));
  onTestFinished(() => engine.shutdown());
  engine.start();
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.notice.message] : []));
  return { engine, events, notices };
}

/** A library with one photo. */
async function indexed(): Promise<string> {
  const library = join(temporaryFolder(), 'library');
  expect((await runHere(library, ['index', albumWith(panda)])).status).toBe(0);
  return library;
}
const oneIndexed = (events: readonly AppEvent[]) =>
  vi.waitFor(
    () => {
      const jobs = events.flatMap((event) => (event.type === 'job' && event.job.kind === 'index' ? [event.job] : []));
      expect(jobs.at(-1)).toMatchObject({ state: 'done', error: null });
    },
    { timeout: 250_000, interval: 20 },
  );

it('answers requests and sends events, and ends when it is told to', async () => {
  const { engine, events } = start(join(temporaryFolder(), 'library'));
  expect(await engine.request('library.status', {})).toMatchObject({ photos: 0 });
  await engine.request('folders.add', { path: albumWith(panda) });
  await oneIndexed(events);
  expect(await engine.request('library.status', {})).toMatchObject({ photos: 1 });
  await expect(engine.request('photos.get', { photoId: 77 })).rejects.toMatchObject({ code: 'not-found' });
  await engine.shutdown();
  expect(engine.ended).toBe(true);
});

it('says why it cannot open a library, and ends', async () => {
  const library = temporaryFolder();
  openStore(library).close();
  const db = new SQLite(join(library, 'library.db'));
  db.pragma('user_version = 9999');
  db.close();
  const { engine } = start(library);
  await vi.waitFor(() => expect(engine.health).toMatchObject({ state: 'stopped' }), { timeout: 250_000 });
  expect(engine.health).toMatchObject({ reason: expect.stringMatching(/newer Hashlens/) as string });
});

it('restores a library whose file is gone, says so, and indexes its photos again', async () => {
  const library = await indexed();
  expect((await runHere(library, ['backup'])).status).toBe(0);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(library, `library.db${suffix}`), { force: true });
  const { engine, events, notices } = start(library);
  await oneIndexed(events);
  expect(notices().join('\n')).toMatch(/was restored from the backup of/);
  expect(await engine.request('library.status', {})).toMatchObject({ photos: 1 });
});

it.each([
  ['a backup', true],
  ['nowhere, as there is no backup', false],
])('repairs a library when asked, and says that the rest came from %s', async (_, backup) => {
  const library = await indexed();
  if (backup) expect((await runHere(library, ['backup'])).status).toBe(0);
  else rmSync(join(library, 'backups'), { recursive: true, force: true });
  writeFileSync(join(library, 'library.db'), 'no database');
  const { engine, notices } = start(library, '--repair');
  await engine.request('library.status', {});
  await vi.waitFor(() => expect(notices()).toHaveLength(1), { timeout: 250_000 });
  expect(notices()[0]).toMatch(
    backup
      ? /^The library was repaired\. What could not be read came from a backup\. The damaged files are in .*set-aside-/
      : /^The library was repaired\. What could not be read came from nowhere, as there is no backup\./,
  );
  expect(await engine.request('library.status', {})).toMatchObject({ folders: backup ? [{ state: 'online' }] : [] });
});
