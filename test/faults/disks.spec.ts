// Drives that are pulled out in the middle of writing to them, file systems without locks, and models that are exchanged
// while they are in use: earlier files stay whole, the reason is named, and the same command completes the work.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isTemporary } from '../../src/engine/runtime/atomic-write.ts';
import { libraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, startHashlens, until, type ProgramResult } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { drive, hasOpen, withoutFileLocks } from './support/machine.ts';
import { fault } from './support/needs.ts';

const needs = ['root', 'bindfs'] as const;
const hows = ['dead', 'unmounted'] as const;
/** Bytes a second of a slow drive. */
const slow = 500_000;

/** A library of some photos on the machine itself. */
async function libraryOf(count: number): Promise<{ library: string; album: string }> {
  const home = temporaryFolder();
  const [album, library] = [join(home, 'album'), join(home, 'library')];
  await fillWithPhotos(album, count);
  expect((await runOn(library, ['index', album])).status).toBe(0);
  return { library, album };
}

/** Runs a command, and pulls the drive out once `isAtWork` holds, which must be before the command has ended. */
async function interrupted(
  library: string,
  args: readonly string[],
  isAtWork: (pid: number) => boolean,
  pull: () => void,
): Promise<ProgramResult> {
  const running = startHashlens([...args, '--library', library], { timeoutMs: 120_000 });
  await until(() => isAtWork(running.pid) || running.child.exitCode !== null);
  const endedEarly = running.child.exitCode !== null;
  pull();
  const outcome = await running.ended;
  expect({ endedEarly, ...outcome }).toMatchObject({ endedEarly: false });
  return outcome;
}

fault(
  'a drive that is pulled out while copies are put on it is named, nothing is put elsewhere, and the same command completes it',
  needs,
  async () => {
    const { library, album } = await libraryOf(60);
    const sources = readdirSync(album).sort();
    for (const how of hows) {
      const disk = temporaryFolder();
      const { path, pull, plugIn } = await drive(disk);
      const place = join(path, 'copies');
      const copies = join(disk, 'copies');
      const there = () => (existsSync(copies) ? readdirSync(copies).filter((name) => !isTemporary(name)) : []);
      const all = ['export', place, ...sources.map((name) => join(album, name))];
      await plugIn({ write: slow });
      const outcome = await interrupted(
        library,
        all,
        () => there().length > 3,
        () => pull(how),
      );
      expect({ how, ...outcome }).toMatchObject({ how, timedOut: false, status: 1 });
      expect(outcome.stderr).toContain(place);
      // The mount point belongs to another disk.
      if (how === 'unmounted') expect(readdirSync(path)).toEqual([]);
      await plugIn();
      const next = await runOn(library, all);
      expect({ how, status: next.status, stderr: next.stderr }).toEqual({ how, status: 0, stderr: '' });
      expect(there().sort()).toEqual(sources);
      for (const name of sources) {
        expect(readFileSync(join(copies, name)).equals(readFileSync(join(album, name)))).toBe(true);
      }
    }
  },
);

fault(
  'a drive that is pulled out while sidecars are written keeps each whole, is named, and the same command completes them',
  needs,
  async () => {
    for (const how of hows) {
      const disk = temporaryFolder();
      await fillWithPhotos(disk, 40);
      const photos = readdirSync(disk).sort();
      const library = join(temporaryFolder(), 'library');
      const { path, pull, plugIn } = await drive(disk);
      expect((await runOn(library, ['index', path])).status).toBe(0);
      expect((await runOn(library, ['metadata', 'writing', 'on'])).status).toBe(0);
      const write = (caption: string) => ['metadata', 'write', path, '--caption', caption];
      expect((await runOn(library, write('before'))).status).toBe(0);
      const textOf = (name: string) => readFileSync(join(disk, `${name}.xmp`), 'utf8');
      const written = () => photos.filter((name) => textOf(name).includes('after')).length;
      await plugIn({ write: slow / 50 });
      const outcome = await interrupted(
        library,
        write('after'),
        () => written() > 2,
        () => pull(how),
      );
      expect({ how, ...outcome }).toMatchObject({ how, timedOut: false, status: 1 });
      expect(outcome.stderr).toContain(path);
      for (const name of photos) expect(textOf(name)).toMatch(/(before|after)[^]*<\/x:xmpmeta>/);
      if (how === 'unmounted') expect(readdirSync(path)).toEqual([]);
      await plugIn();
      const next = await runOn(library, write('after'));
      expect({ how, status: next.status, stderr: next.stderr }).toEqual({ how, status: 0, stderr: '' });
      expect(written()).toBe(photos.length);
      expect(
        readdirSync(disk)
          .filter((name) => !isTemporary(name))
          .sort(),
      ).toEqual([...photos, ...photos.map((name) => `${name}.xmp`)].sort());
    }
  },
);

fault('a drive that is pulled out while a backup is written or read leaves the library as it is', needs, async () => {
  const { library, album } = await libraryOf(6);
  const captions = Array.from({ length: 40 }, (_, n) => ['--caption', `words ${n} ${'x'.repeat(1500)}`]).flat();
  expect((await runOn(library, ['edit', join(album, readdirSync(album)[0] ?? ''), ...captions])).status).toBe(0);
  const before = libraryContent(library);
  for (const how of hows) {
    const disk = temporaryFolder();
    const { path, pull, plugIn } = await drive(disk);
    const place = join(path, 'kept');
    mkdirSync(join(disk, 'kept'));
    await plugIn({ write: slow / 10 });
    const isWriting = () => readdirSync(join(disk, 'kept')).length > 0;
    const outcome = await interrupted(library, ['backup', place], isWriting, () => pull(how));
    expect({ how, ...outcome }).toMatchObject({ how, timedOut: false, status: 1 });
    expect(outcome.stderr).toContain(place);
    if (how === 'unmounted') expect(readdirSync(path)).toEqual([]);
    expect(libraryContent(library)).toEqual(before);
    await plugIn();
    expect((await runOn(library, ['backup', place])).status).toBe(0);
    const files = readdirSync(join(disk, 'kept'));
    expect(files.filter((name) => !isTemporary(name) && !/^backup-\d+-[\d-]+\.db(\.json)?$/.test(name))).toEqual([]);
    const backup = join(
      place,
      files
        .filter((name) => name.endsWith('.db'))
        .sort()
        .at(-1) ?? '',
    );
    await plugIn({ read: slow / 10 });
    const isReading = (pid: number) => hasOpen(pid, backup);
    const restoring = await interrupted(library, ['restore', backup, '--no-index'], isReading, () => pull(how));
    expect({ how, ...restoring }).toMatchObject({ how, timedOut: false, status: 1 });
    expect(restoring.stderr).toContain(backup);
    expect(libraryContent(library)).toEqual(before);
  }
});

fault('a library on a disk without locks can be searched, and says why it takes no writes', ['strace'], async () => {
  const { library, album } = await libraryOf(3);
  const fresh = join(temporaryFolder(), 'library');
  const names = ['library.db', 'library.db-shm', 'library.db-wal', 'jobs.lock', 'open.lock', '.lock-trial.tmp'];
  for (const error of ['ENOLCK', 'EINVAL']) {
    const options = {
      through: withoutFileLocks(
        error,
        [library, fresh].flatMap((at) => names.map((name) => join(at, name))),
      ),
    };
    const found = await runOn(library, ['search', 'text', 'dog', '-n', '1', '--json'], options);
    expect({ error, status: found.status, hits: jsonLines(found).length }).toEqual({
      error,
      status: 0,
      hits: 1,
    });
    for (const at of [library, fresh]) {
      const refused = await runOn(at, ['index', album], options);
      expect({ error, ...refused }).toMatchObject({
        error,
        status: 1,
        stderr: expect.stringMatching(/disk has no locks for files.*put the library on another disk/) as string,
      });
    }
  }
  expect((await runOn(library, ['index', album])).status).toBe(0);
  expect(libraryContent(library).faults).toEqual([]);
});
