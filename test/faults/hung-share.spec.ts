// A network share that hangs, as a real file system that never answers: independent work continues, and work that
// needs the share ends in time with its name.
import { basename, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, onTestFinished } from 'vitest';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, startServer } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { networkShare, type Share } from './support/machine.ts';
import { fault } from './support/needs.ts';

interface Setting {
  readonly library: string;
  readonly local: string;
  readonly nas: Share;
  /** A photo on the share without features, so that a search by it needs its file. */
  readonly unencoded: number;
  readonly run: (...args: readonly string[]) => ReturnType<typeof runOn>;
}

async function libraryOnShare(): Promise<Setting> {
  const [real, local, library] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await fillWithPhotos(join(real, 'in'), 4);
  await fillWithPhotos(local, 8);
  const nas = await networkShare(real);
  const run = (...args: readonly string[]) => runOn(library, args, { timeoutMs: 60_000 });
  for (const folder of [local, nas.path]) {
    const { status, stderr } = await run('index', folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  const db = new SQLite(join(library, 'library.db'));
  const unencoded = db
    .prepare<[string], number>(
      'SELECT p.id FROM photos p JOIN folders f ON f.id = p.folder_id WHERE f.path = ? ORDER BY p.id LIMIT 1',
    )
    .pluck()
    .get(nas.path);
  if (unencoded === undefined) throw new Error('no photo on the share');
  db.prepare('DELETE FROM photo_features WHERE photo_id = ?').run(unencoded);
  db.close();
  return { library, local, nas, unencoded, run };
}

/** All requests of a person while the share hangs. */
async function askWhileHanging({ local, nas, unencoded, run }: Setting): Promise<void> {
  const answers = ['search text dog -n 1', 'status', 'jobs list', `index ${local}`, 'search text kitten -n 1'];
  for (const command of answers) {
    const { status, timedOut, stderr } = await run(...command.split(' '));
    expect({ command, status, timedOut, stderr }).toEqual({ command, status: 0, timedOut: false, stderr: '' });
  }
  const [status] = jsonLines(await run('status', '--json')) as [{ offlineFolders: number; missing: number }];
  expect(status).toMatchObject({ offlineFolders: 1, missing: 0 });
  const refused = [
    ['search', 'image', join(nas.path, 'in', 'photo-001.jpg')],
    ['search', 'mixed', 'dog', '--image', join(nas.path, 'in', 'photo-001.jpg')],
    ['search', 'mixed', `+photo:${unencoded}`],
    ['index', nas.path],
  ];
  for (const args of refused) {
    const { status, timedOut, stderr } = await run(...args);
    expect({ args, status, timedOut }).toEqual({ args, status: 1, timedOut: false });
    expect(stderr).toMatch(/does not answer|is not there/);
    expect(stderr).toContain(basename(nas.path));
  }
}

describe('a share that hangs', () => {
  fault(
    'leaves local photos and search to a server, which ends when it is asked to',
    ['root', 'bindfs'],
    async () => {
      const setting = await libraryOnShare();
      const { library, nas, run } = setting;
      const server = await startServer(library);
      onTestFinished(() => server.signal('SIGKILL'));
      nas.hang();
      await askWhileHanging(setting);
      nas.resume();
      const back = await run('index', nas.path, '--json');
      expect(jsonLines(back)).toMatchObject([{ unchanged: 4, failed: 0 }]);
      expect((await run('search', 'mixed', `+photo:${setting.unencoded}`)).status).toBe(0);
      nas.hang();
      await run('status');
      server.signal('SIGTERM');
      expect(await server.ended).toMatchObject({ status: 0, timedOut: false });
    },
    { timeout: 400_000 },
  );

  fault(
    'leaves local photos and search to single commands',
    ['root', 'bindfs'],
    async () => {
      const setting = await libraryOnShare();
      setting.nas.hang();
      await askWhileHanging(setting);
    },
    { timeout: 400_000 },
  );
});
