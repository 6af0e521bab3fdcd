// The library's file before it is opened: creates a new one as a whole, and refuses an empty file and a file that is
// not a database.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { HashlensError } from '../../shared/errors.ts';
import { makeFolderSync } from '../runtime/make-folder.ts';
import { linkTarget, otherKindAt } from '../runtime/plain-file.ts';
import { migrate } from './migrations.ts';

export const libraryFileOf = (libraryDir: string): string => join(libraryDir, 'library.db');

/** The first 16 bytes of every SQLite file. */
const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** Reports a library's damage; the photos themselves are elsewhere and only ever read. */
export function damaged(file: string, what: string, cause?: unknown): HashlensError {
  return new HashlensError(
    'library-damaged',
    `The library ${file} is damaged: ${what}. It was left as it is, and your photos are not touched. ` +
      'It can be repaired, or restored from one of its backups.',
    { cause },
  );
}

/** SQLite's messages about a file with damaged pages. */
export const isDamage = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);

/** Whether anything is at the file's path, a broken link included. A path that cannot be read counts as taken. */
export function isTaken(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/**
 * Fault of the file by its first bytes; null if it may be opened or does not exist.
 * @throws the file system's error if it cannot be read; HashlensError `offline` for a broken link
 */
export function fileFault(file: string): string | null {
  const target = linkTarget(file);
  if (target !== null) {
    throw new HashlensError(
      'offline',
      `The library ${file} is a link to ${target}, which is not there; connect its disk, or remove the link.`,
    );
  }
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    const what = otherKindAt(file + suffix);
    if (what !== null) return `${basename(file)}${suffix} is ${what}`;
  }
  if (!existsSync(file)) return null;
  if (statSync(file).size === 0) return 'it is empty';
  const head = Buffer.alloc(magic.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return head.equals(magic) ? null : 'it is not a database';
}

let emptyBytes: Buffer | null = null;

/** The bytes of a library without photos. Its tables are created once per process, in memory. */
function emptyLibrary(): Buffer {
  if (emptyBytes !== null) return emptyBytes;
  const db = new SQLite(':memory:');
  try {
    migrate(db, ':memory:');
    emptyBytes = db.serialize();
    return emptyBytes;
  } finally {
    db.close();
  }
}

/**
 * Creates a new, empty library in one step: a reader finds the file with all of its tables. Does nothing if it
 * exists. A write-ahead log without its database would count as the new one's, so it is renamed.
 */
export function createLibraryFile(file: string): void {
  makeFolderSync(dirname(file));
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix) && !existsSync(file)) renameSync(file + suffix, `${file}${suffix}.${Date.now()}.old`);
  }
  const temporary = join(dirname(file), `.${basename(file)}-${randomUUID()}.tmp`);
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(descriptor, emptyLibrary());
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    putInPlace(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Gives the file its name. If the name is taken, another process was faster, and its library is used. */
function putInPlace(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // FAT and some network drives have no hard links.
    if (!existsSync(file)) renameSync(temporary, file);
  }
}
