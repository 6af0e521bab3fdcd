// A library.db that is empty, damaged, truncated, replaced or without its log: nothing is overwritten, and a repair
// or a backup restores its content.
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Random } from '../../src/engine/numerics/random.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { differences, libraryContent, type LibraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, killedAfter, runOn, startHashlens, until } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

/** A library with all data that a person can lose, made once. */
let base: string;
let album: string;
let whole: LibraryContent;

beforeAll(async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-faults-'));
  album = join(folder, 'album');
  base = join(folder, 'library');
  const files = await fillWithPhotos(album, 36);
  const lines = files.map((file, i) => `${file.replace(/.*\//, '')},photo number ${i} with a dog near the beach`);
  writeFileSync(join(album, 'captions.csv'), `image,caption\n${lines.join('\n')}\n`);
  const { status, stderr } = await runOn(base, ['index', album]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const store = openStore(base);
  for (let i = 0; i < 40; i++) store.queryLog.save(`search ${i}`, `dog ${i} tag:beach`);
  store.close();
  expect((await runOn(base, ['backup'])).status).toBe(0);
  whole = libraryContent(base);
  expect(whole.faults).toEqual([]);
});
afterAll(() => rmSync(join(base, '..'), { recursive: true, force: true }));

function copyOfLibrary({ backups = true } = {}): string {
  const library = join(temporaryFolder(), 'library');
  cpSync(base, library, { recursive: true });
  if (!backups) rmSync(join(library, 'backups'), { recursive: true });
  return library;
}

const databaseOf = (library: string): string => join(library, 'library.db');
const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  'an empty file': (file) => writeFileSync(file, ''),
  'a text file': (file) => writeFileSync(file, 'hello, this is no database at all\n'.repeat(200)),
  'a file without its first page': (file) => overwrite(file, 0, Buffer.alloc(4096, 0x41)),
  'the first half of the file': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
};

describe.each(Object.keys(damages))('%s in the place of library.db', (name) => {
  fault('is refused by every command with what to do, and left as it is', [], async () => {
    const library = copyOfLibrary();
    damages[name]?.(databaseOf(library));
    const before = sum(databaseOf(library));
    for (const command of [['status'], ['index', album], ['serve']]) {
      const { status, stderr } = await runOn(library, command, { timeoutMs: 30_000 });
      expect({ command, status }).toEqual({ command, status: 1 });
      expect(stderr).toMatch(/is damaged.*hashlens repair/s);
    }
    const check = await runOn(library, ['check', '--json']);
    expect(check.status).toBe(1);
    expect(jsonLines(check)).toMatchObject([{ faults: [{ part: 'database' }] }]);
    expect(sum(databaseOf(library))).toBe(before);
  });

  fault('is set aside by a repair, which brings everything back', [], async () => {
    const library = copyOfLibrary();
    damages[name]?.(databaseOf(library));
    const before = sum(databaseOf(library));
    const repair = await runOn(library, ['repair', '--json']);
    expect({ status: repair.status, stderr: repair.stderr }).toEqual({ status: 0, stderr: '' });
    const [{ setAside }] = jsonLines(repair) as [{ setAside: string }];
    expect(sum(join(setAside, 'library.db'))).toBe(before);
    const now = libraryContent(library);
    expect([...now.faults, ...differences(now, whole)]).toEqual([]);
  });
});

describe('a damaged page', () => {
  fault('costs nothing that a repair, the backup and the photos do not bring back, at any position', [], async () => {
    const random = new Random(20261125);
    const library = copyOfLibrary();
    const pages = Math.floor(statSync(databaseOf(library)).size / 4096);
    let noticed = 0;
    for (let trial = 0; trial < 5; trial++) {
      rmSync(library, { recursive: true });
      cpSync(base, library, { recursive: true });
      for (let n = 0; n < 1 + (trial % 3); n++) {
        const bytes = Uint8Array.from({ length: 512 }, () => random.below(256));
        overwrite(databaseOf(library), (1 + random.below(pages - 1)) * 4096 + (trial % 3) * 1000, bytes);
      }
      const search = await runOn(library, ['search', 'text', 'dog', '-n', '3']);
      if (search.status !== 0) expect(search.stderr).toMatch(/damaged/);
      const check = await runOn(library, ['check', '--full']);
      if (check.status !== 0) noticed++;
      // Bytes of a number or a text can change without breaking a rule; such damage is invisible.
      const repair = await runOn(library, ['repair', ...(check.status === 0 ? ['--force'] : [])]);
      expect({ trial, status: repair.status, stderr: repair.stderr }).toEqual({ trial, status: 0, stderr: '' });
      const now = libraryContent(library);
      expect(now.faults).toEqual([]);
      const leaveOut = check.status === 0 ? ['features', 'codes'] : [];
      expect(differences(now, whole, leaveOut), `trial ${trial}`).toEqual([]);
    }
    expect(noticed).toBeGreaterThan(1);
  });

  fault('without any backup costs at most the rows in it', [], async () => {
    const library = copyOfLibrary({ backups: false });
    const random = new Random(7);
    const pages = Math.floor(statSync(databaseOf(library)).size / 4096);
    for (let n = 0; n < 3; n++) {
      const bytes = Uint8Array.from({ length: 4096 }, () => random.below(256));
      overwrite(databaseOf(library), (8 + random.below(pages - 8)) * 4096, bytes);
    }
    expect((await runOn(library, ['repair', '--force'])).status).toBe(0);
    const index = await runOn(library, ['index', album]);
    expect(index.status).toBe(0);
    const now = libraryContent(library);
    expect([...now.faults, ...differences(now, whole, ['saved searches'])]).toEqual([]);
  });
});

describe('the write-ahead log', () => {
  fault('lost after a kill costs only what the next index run does again', [], async () => {
    for (const ms of [1000, 1800, 2600]) {
      const library = join(temporaryFolder(), 'library');
      await killedAfter(ms, library, ['index', album]);
      rmSync(`${databaseOf(library)}-wal`, { force: true });
      rmSync(`${databaseOf(library)}-shm`, { force: true });
      const check = await runOn(library, ['check']);
      if (check.status !== 0) expect((await runOn(library, ['repair'])).status).toBe(0);
      const { status, stderr } = await runOn(library, ['index', album]);
      expect({ ms, status, stderr }).toEqual({ ms, status: 0, stderr: '' });
      const now = libraryContent(library);
      expect([...now.faults, ...differences(now, whole, ['saved searches'])]).toEqual([]);
    }
  });

  fault('full of other bytes is ignored', [], async () => {
    const library = copyOfLibrary();
    writeFileSync(`${databaseOf(library)}-wal`, Buffer.alloc(100_000, 0x5a));
    writeFileSync(`${databaseOf(library)}-shm`, Buffer.alloc(32_768, 0x5a));
    expect(await runOn(library, ['search', 'text', 'dog', '-n', '1'])).toMatchObject({ status: 0, stderr: '' });
    const now = libraryContent(library);
    expect([...now.faults, ...differences(now, whole)]).toEqual([]);
  });

  fault('without its database is not taken for that of a new one', [], async () => {
    const library = temporaryFolder();
    const store = openStore(library);
    store.queryLog.save('old', 'old');
    const log = readFileSync(join(library, 'library.db-wal'));
    store.close();
    expect(log.length).toBeGreaterThan(0);
    rmSync(databaseOf(library));
    writeFileSync(`${databaseOf(library)}-wal`, log);
    expect(await runOn(library, ['status', '--json'])).toMatchObject({ status: 0, stderr: '' });
    expect(libraryContent(library)).toMatchObject({ faults: [] });
    expect(libraryContent(library).parts['saved searches']?.size).toBe(0);
  });
});

fault('a library whose file is gone is restored from its backup, and the person is told', [], async () => {
  const library = copyOfLibrary();
  for (const suffix of ['', '-wal', '-shm']) rmSync(databaseOf(library) + suffix, { force: true });
  const { status, stderr } = await runOn(library, ['index', album]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/was restored from the backup of \d{4}-\d\d-\d\d/);
  const now = libraryContent(library);
  expect([...now.faults, ...differences(now, whole)]).toEqual([]);
});

fault(
  'a copy made while the library was written to is whole, or says that it is not and can be repaired',
  [],
  async () => {
    const library = join(temporaryFolder(), 'library');
    const copies = temporaryFolder();
    const index = startHashlens(['index', album, '--library', library]);
    await until(() => existsSync(databaseOf(library)) || index.child.exitCode !== null);
    const files = ['library.db', 'library.db-wal'].map((name) => join(library, name));
    const written = () => Math.max(...files.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
    for (let i = 0; i < 3; i++) {
      const before = written();
      await until(() => written() > before || index.child.exitCode !== null);
      const copy = join(copies, `copy-${i}`);
      mkdirSync(copy);
      for (const file of files) if (existsSync(file)) cpSync(file, join(copy, basename(file)));
    }
    expect((await index.ended).status).toBe(0);
    for (let i = 0; i < 3; i++) {
      const copy = join(copies, `copy-${i}`);
      if ((await runOn(copy, ['check', '--full'])).status !== 0) {
        expect((await runOn(copy, ['repair'])).status).toBe(0);
      }
      const { status, stderr } = await runOn(copy, ['index', album]);
      expect({ i, status, stderr }).toEqual({ i, status: 0, stderr: '' });
      // Thumbnails were not copied; they are made when shown.
      const now = libraryContent(copy);
      expect(now.faults.filter((what) => !what.startsWith('no thumbnail'))).toEqual([]);
      expect(differences(now, whole, ['saved searches', 'thumbnails'])).toEqual([]);
    }
  },
);
