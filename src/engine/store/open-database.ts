// Opens the library's SQLite file, also where nothing can be written: on a read-only or a full disk.
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { hasLocks, isBusy, withoutLocks } from '../runtime/lock-file.ts';
import { ProcessLock } from '../runtime/process-lock.ts';
import { createLibraryFile, damaged, fileFault, isDamage } from './library-file.ts';
import { migrate } from './migrations.ts';

export interface OpenedDatabase {
  readonly db: Database;
  /** True if writes are refused: the library's disk is read-only, or was too full to open the library on it. */
  readonly readOnly: boolean;
  close(): void;
}

/** Longest wait for another process's transaction. */
const timeoutMs = 15_000;
const firstTimeoutMs = 500;
/** SQLite's and the file system's codes for a place that cannot be written. */
const notWritable = /^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_FULL|SQLITE_IOERR|EROFS|EACCES|EPERM|ENOSPC|EDQUOT)/;
/** Node reads at most 2 GiB into memory at once. */
const largestInMemory = 2 ** 31 - 1;

/** Bytes of a database's path, its log's ending included, that SQLite takes on systems other than Windows. */
const mostPathBytes = 512;

/** Reason why SQLite can only read a copy of the database, and the remedy, in words; null without one. */
export function whyReadOnly(file: string): string | null {
  if (isPathTooLong(file)) return 'its path is too long; move it to a place with a shorter one';
  return hasLocks(dirname(file)) ? null : withoutLocks;
}

function isPathTooLong(file: string): boolean {
  if (process.platform === 'win32') return false;
  const folder = existsSync(dirname(file)) ? realpathSync(dirname(file)) : dirname(file);
  return Buffer.byteLength(join(folder, `${basename(file)}-journal`)) > mostPathBytes;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/**
 * @param file path of the library's database; it and its folder are created if they do not exist
 * @throws HashlensError `library-damaged` for an empty file, one that is not a database, or damaged pages;
 * `unreadable` when it cannot be opened; `database-newer`
 */
export function openDatabase(file: string): OpenedDatabase {
  try {
    sweepCopies();
    const fault = fileFault(file);
    if (fault !== null) throw damaged(file, fault);
    if (!existsSync(file)) {
      if (isPathTooLong(file)) throw Object.assign(new Error('The path is too long'), { code: 'ENAMETOOLONG' });
      createLibraryFile(file);
    }
    const db = openWritable(file);
    return { db, readOnly: !isWritable(file), close: () => db.close() };
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    if (existsSync(file) && (notWritable.test(codeOf(error)) || whyReadOnly(file) !== null)) {
      try {
        return openReadOnlyCopy(file);
      } catch (copyError) {
        throw cannotOpen(file, copyError);
      }
    }
    throw cannotOpen(file, error);
  }
}

/** The reason why a library cannot be opened or created, and the remedy, in words. */
export function cannotOpen(file: string, cause: unknown): HashlensError {
  if (cause instanceof HashlensError) return cause;
  if (isDamage(cause)) return damaged(file, 'its pages are not as they were written', cause);
  const { code } = toErrorData(cause);
  return new HashlensError(
    code === 'internal' || code === 'io-error' ? 'unreadable' : code,
    `The library ${file} cannot be opened: ${reasonOf(codeOf(cause))}.`,
    { cause },
  );
}

/** The reason why a file or its folder cannot be used, and the remedy, in words. */
function reasonOf(code: string): string {
  if (/^(EACCES|EPERM)/.test(code))
    return 'you may not read or write it; check the permissions of its folder and its files';
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code)) return 'there is no room left on its disk; free some and try again';
  if (/^(EROFS|SQLITE_READONLY)/.test(code)) return 'its disk takes no writes; make it writable and try again';
  if (/^(ENOTDIR|EEXIST)/.test(code)) return 'a part of its path is a file and no folder; choose a folder';
  if (/^(ENOENT|ENODEV|ENXIO)/.test(code))
    return 'its folder is not there and cannot be made; choose another, or connect its disk';
  if (/^ENAMETOOLONG/.test(code))
    return `its path is too long (more than ${mostPathBytes} bytes); choose a shorter one`;
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'another program has kept it busy; close that one and try again';
  return "check the folder's permissions and its disk";
}

function openWritable(file: string): Database {
  const db = new SQLite(file, { fileMustExist: true });
  try {
    firstLook(db, file);
    writeAhead(db);
    // WAL with NORMAL loses no committed transaction when the program dies, and at most the last one in a power
    // cut.
    db.pragma('synchronous = NORMAL');
    setUp(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Refuses a file without tables, or with those of another program, and writes nothing to it. An empty file is
 * accepted: earlier versions left one when the disk became full while they created a library.
 * @throws HashlensError `library-damaged`, `unreadable`
 */
function refuseForeign(db: Database, file: string): void {
  const tables = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
  if (tables.length === 0) {
    const wasNeverFilled =
      db.pragma('page_count', { simple: true }) === 1 && db.pragma('user_version', { simple: true }) === 0;
    if (wasNeverFilled) return;
    throw damaged(file, 'it has no tables');
  }
  if (tables.includes('photos') && tables.includes('folders')) return;
  throw new HashlensError(
    'unreadable',
    `${file} is the database of another program, so it is not opened as a library; choose another folder, or move the file away.`,
  );
}

/** Waits for another process only if it may be the one that keeps the library busy. */
function firstLook(db: Database, file: string): void {
  db.pragma(`busy_timeout = ${firstTimeoutMs}`);
  try {
    refuseForeign(db, file);
    db.pragma(`busy_timeout = ${timeoutMs}`);
  } catch (error) {
    if (!isBusy(error) || !hasLocks(dirname(file))) throw error;
    db.pragma(`busy_timeout = ${timeoutMs}`);
    refuseForeign(db, file);
  }
}

function setUp(db: Database, file: string): void {
  db.pragma('foreign_keys = ON');
  // Overwrites deleted data: a removed caption must not stay readable in the file.
  db.pragma('secure_delete = ON');
  db.pragma('cache_size = -65536');
  migrate(db, file);
}

/**
 * Sets the journal mode. SQLite refuses this at once, without waiting, while another process does the same, for
 * example when two open a new library together.
 */
function writeAhead(db: Database): void {
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * SQLite opens a database with a write-ahead log only if it can create a file beside it. Otherwise a copy is read:
 * in the temporary folder, or in memory if that is full too.
 */
export function openReadOnlyCopy(file: string): OpenedDatabase {
  let folder: string | null = null;
  let db: Database | null = null;
  let inUse: ProcessLock | null = null;
  const remove = () => {
    db?.close();
    inUse?.release();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  try {
    folder = mkdtempSync(join(tmpdir(), copyPrefix));
    inUse = new ProcessLock(join(folder, inUseFile));
    inUse.acquire();
    const copy = join(folder, 'library.db');
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    db = openWritable(copy);
  } catch (error) {
    remove();
    folder = null;
    if (error instanceof HashlensError) throw error;
    db = openInMemory(file);
  }
  db.pragma('query_only = ON');
  return { db, readOnly: true, close: remove };
}

const copyPrefix = 'hashlens-read-only-';
/** A copy is in use while its process holds this lock. */
const inUseFile = 'in-use.lock';
/** A younger copy may not have its lock yet. */
const newMs = 60_000;

/** Removes copies whose process was killed. */
function sweepCopies(): void {
  let names: string[];
  try {
    names = readdirSync(tmpdir()).filter((name) => name.startsWith(copyPrefix));
  } catch {
    return;
  }
  for (const name of names) {
    const folder = join(tmpdir(), name);
    try {
      const { mtimeMs } = lstatSync(folder);
      if (Date.now() - mtimeMs < newMs || new ProcessLock(join(folder, inUseFile)).heldByOther()) continue;
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // It belongs to another person.
    }
  }
}

function openInMemory(file: string): Database {
  const log = `${file}-wal`;
  if ((existsSync(log) && statSync(log).size > 0) || statSync(file).size > largestInMemory) {
    throw new HashlensError(
      'disk-full',
      `The library ${file} cannot be opened, as there is no room for it on its disk or in the temporary folder; free some.`,
    );
  }
  const bytes = readFileSync(file);
  // Bytes 18 and 19 are 2 for a database with a write-ahead log, which one in memory cannot have, and 1 without.
  bytes[18] = 1;
  bytes[19] = 1;
  const db = new SQLite(bytes);
  try {
    setUp(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
