// The file of a lock between processes: an SQLite database without any content, whose locks the operating system releases
// when their process ends. They work on Linux, macOS and Windows, and on network drives that support locks.
import { rmSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';
import { HashlensError, toErrorData, type ErrorCode } from '../../shared/errors.ts';
import { requireRegularFile } from './plain-file.ts';

/** Whether the error means that another process has the lock. */
export const isBusy = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

/** SQLite's words for a file system that refuses a lock. */
const refusedLock = /^SQLITE_IOERR_(LOCK|RDLOCK|UNLOCK|CHECKRESERVEDLOCK)/;
const looks = 10;
const lookEveryMs = 30;

/**
 * Whether the file system of a folder has locks for files; some network drives have none, and SQLite then says that a file is
 * busy. True where that cannot be tried.
 */
export function hasLocks(folder: string): boolean {
  const file = join(folder, '.lock-trial.tmp');
  // Another process may try at the same time.
  for (let look = 0; look < looks; look++) {
    let db: Database | null = null;
    try {
      db = new SQLite(file, { timeout: 0 });
      db.exec('BEGIN EXCLUSIVE');
      return true;
    } catch (error) {
      if (error instanceof SQLite.SqliteError && refusedLock.test(error.code)) return false;
      if (!isBusy(error)) return true;
    } finally {
      db?.close();
      rmSync(file, { force: true });
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookEveryMs);
  }
  return false;
}

/** Folders whose file system has given a lock, each with the number of its disk: another one may be mounted there. */
const lockable = new Map<string, number>();

/** Calls `hasLocks` and keeps positive answers for each folder, because a process checks the lock twice a second. */
function canLock(folder: string): boolean {
  const dev = statSync(folder, { throwIfNoEntry: false })?.dev;
  if (dev !== undefined && lockable.get(folder) === dev) return true;
  const has = hasLocks(folder);
  if (has && dev !== undefined) lockable.set(folder, dev);
  return has;
}

/** End of a sentence about a library on such a file system. */
export const withoutLocks =
  'its disk has no locks for files, as some network drives have none; put the library on another disk';

/**
 * Opens the file of a lock and runs `begin` on it, which takes the lock. Any content of the file is removed: a lock
 * has none, and a database with a log would admit several processes.
 * @param timeoutMs how long to wait for a process that has the lock
 * @returns null where another process has the lock
 * @throws HashlensError `unreadable`, `read-only`, `disk-full` or `io-error`, naming the file
 */
export function acquireLock(file: string, timeoutMs: number, begin: (db: Database) => void): Database | null {
  // SQLite would read these files before it takes the lock.
  for (const suffix of ['', '-journal', '-wal']) requireRegularFile(file + suffix);
  let db: Database | null = null;
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) truncateSync(file);
    db = new SQLite(file, { timeout: timeoutMs });
    begin(db);
    return db;
  } catch (error) {
    db?.close();
    if (isBusy(error) && canLock(dirname(file))) return null;
    throw unusable(file, error);
  }
}

const remedies: Partial<Readonly<Record<ErrorCode, string>>> = {
  'disk-full': 'there is no room left on its disk; free some and try again',
  'read-only': 'it may not be written to; check its permissions and its disk',
};

function unusable(file: string, cause: unknown): HashlensError {
  const { code } = toErrorData(cause);
  const remedy = hasLocks(dirname(file)) ? remedies[code] : withoutLocks;
  return new HashlensError(
    remedies[code] === undefined ? 'io-error' : code,
    `The lock ${file} cannot be used: ${remedy ?? 'check its permissions, its folder and its disk'}.`,
    { cause },
  );
}
