// A library opened where no file can be written beside it: from a copy, in memory, or refused with the reason.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';
import { createLibraryFile } from './library-file.ts';
import { schemaVersion } from './migrations.ts';
import { openDatabase, openReadOnlyCopy, whyReadOnly } from './open-database.ts';

/** A library with one folder; its file. */
function library(): string {
  const dir = temporaryFolder();
  const store = openStore(dir);
  store.folders.add('/photos', null);
  store.close();
  return join(dir, 'library.db');
}

/** Makes this the temporary folder until the test ends. */
function useTemporaryFolder(path: string): void {
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(name, path);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const folders = (db: SQLite.Database) => db.prepare<[], string>('SELECT path FROM folders ORDER BY id').pluck().all();

it('reads a copy in the temporary folder, writes nothing, and removes the copy when it is closed', () => {
  const file = library();
  const before = readFileSync(file);
  const temporary = temporaryFolder();
  useTemporaryFolder(temporary);
  const opened = openReadOnlyCopy(file);
  expect(opened.readOnly).toBe(true);
  expect(folders(opened.db)).toEqual(['/photos']);
  expect(() => opened.db.exec('DELETE FROM folders')).toThrow(/readonly/);
  expect(readdirSync(temporary)).toHaveLength(1);
  opened.close();
  expect(readdirSync(temporary)).toEqual([]);
  expect(readFileSync(file)).toEqual(before);
});

it('takes what the write-ahead log has into the copy', () => {
  const file = library();
  const writing = new SQLite(file);
  onTestFinished(() => void writing.close());
  writing.exec(`INSERT INTO folders (path, added_at) VALUES ('/more', 1)`);
  useTemporaryFolder(temporaryFolder());
  const opened = openReadOnlyCopy(file);
  expect(folders(opened.db)).toEqual(['/photos', '/more']);
  opened.close();
});

it('reads the library in memory where the temporary folder takes nothing either', () => {
  const file = library();
  useTemporaryFolder(join(temporaryFolder(), 'missing'));
  const opened = openReadOnlyCopy(file);
  expect(opened.readOnly).toBe(true);
  expect(folders(opened.db)).toEqual(['/photos']);
  expect(() => opened.db.exec('DELETE FROM folders')).toThrow(/readonly/);
  opened.close();
});

it('says that the disk is full where the library has a log, which a copy in memory would lack', () => {
  const file = library();
  writeFileSync(`${file}-wal`, 'x');
  useTemporaryFolder(join(temporaryFolder(), 'missing'));
  expect(() => openReadOnlyCopy(file)).toThrow(
    expect.objectContaining({ code: 'disk-full', message: expect.stringContaining(file) as string }) as Error,
  );
});

it('refuses a damaged library in memory, as it does on the disk', () => {
  const file = library();
  truncateSync(file, 4096);
  useTemporaryFolder(join(temporaryFolder(), 'missing'));
  expect(() => openReadOnlyCopy(file)).toThrow(/malformed/);
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'library-damaged' }) as Error);
});

it('removes copies that nobody uses whenever a library is opened, and leaves those in use and those just begun', () => {
  const temporary = temporaryFolder();
  const file = library();
  useTemporaryFolder(temporary);
  const inUse = openReadOnlyCopy(file);
  const [used = ''] = readdirSync(temporary);
  const [begun, left] = ['hashlens-read-only-begun', 'hashlens-read-only-left'];
  for (const name of [begun, left]) mkdirSync(join(temporary, name));
  const before = Date.now() / 1000 - 600;
  for (const name of [used, left]) utimesSync(join(temporary, name), before, before);
  openDatabase(file).close();
  expect(readdirSync(temporary).sort()).toEqual([used, begun].sort());
  inUse.close();
  expect(readdirSync(temporary)).toEqual([begun]);
});

it('does not take a library that is a link to a disk that is away for a missing one', () => {
  const dir = temporaryFolder();
  symlinkSync('/nowhere/library.db', join(dir, 'library.db'));
  expect(() => openDatabase(join(dir, 'library.db'))).toThrow(
    expect.objectContaining({
      code: 'offline',
      message: expect.stringContaining('is a link to /nowhere/library.db, which is not there') as string,
    }) as Error,
  );
  expect(readdirSync(dir)).toEqual(['library.db']);
});

it.each(['library.db-wal', 'library.db-shm', 'library.db-journal'])('refuses a folder in the place of %s', (name) => {
  const file = library();
  mkdirSync(join(file, '..', name));
  expect(() => openDatabase(file)).toThrow(
    expect.objectContaining({
      code: 'library-damaged',
      message: expect.stringContaining(`${name} is a folder`) as string,
    }) as Error,
  );
});

it('names the library when a folder is in the place of its file', () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'library.db'));
  expect(() => openDatabase(join(dir, 'library.db'))).toThrow(new RegExp(`The library ${dir}`));
  expect(existsSync(join(dir, 'library.db'))).toBe(true);
});

it('reads no file with other bytes behind its pages as another library', () => {
  const file = library();
  appendFileSync(file, Buffer.alloc(4096, 7));
  const opened = openDatabase(file);
  expect(folders(opened.db)).toEqual(['/photos']);
  opened.close();
});

it('fills a file that was made and never filled, and refuses one whose tables are gone', () => {
  const file = join(temporaryFolder(), 'library.db');
  const made = new SQLite(file);
  made.pragma('journal_mode = WAL');
  made.close();
  const opened = openDatabase(file);
  expect(folders(opened.db)).toEqual([]);
  opened.close();
  const emptied = library();
  const db = new SQLite(emptied);
  db.pragma('foreign_keys = OFF');
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  db.exec('DELETE FROM sqlite_schema');
  db.close();
  expect(() => openDatabase(emptied)).toThrow(/it has no tables/);
});

it('makes a library that is whole without a write-ahead log', () => {
  const file = join(temporaryFolder(), 'library.db');
  createLibraryFile(file);
  const copy = join(temporaryFolder(), 'library.db');
  copyFileSync(file, copy);
  const opened = openDatabase(copy);
  expect(opened.db.pragma('user_version', { simple: true })).toBe(schemaVersion);
  opened.close();
  expect(readdirSync(dirname(file))).toEqual(['library.db']);
});

it.skipIf(process.platform === 'win32')(
  'refuses a new library whose path SQLite cannot take, and reads one that was moved there',
  () => {
    const deep = join(temporaryFolder(), ...Array.from({ length: 3 }, () => 'x'.repeat(160)));
    mkdirSync(deep, { recursive: true });
    const file = join(deep, 'library.db');
    expect(() => openDatabase(file)).toThrow(/its path is too long \(more than 512 bytes\); choose a shorter one/);
    expect(readdirSync(deep)).toEqual([]);
    copyFileSync(library(), file);
    const opened = openDatabase(file);
    expect(opened.readOnly).toBe(true);
    opened.close();
    expect(whyReadOnly(file)).toMatch(/too long/);
  },
);
