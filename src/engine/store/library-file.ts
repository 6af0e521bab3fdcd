// The library's file before it is opened: a new one is made whole, and one that is empty or no database is refused.
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
import { linkTarget, strangerAt } from '../runtime/plain-file.ts';
import { migrate } from './migrations.ts';

export const libraryFileOf = (libraryDir: string): string => join(libraryDir, 'library.db');

/** The first 16 bytes of every SQLite file. */
const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** Names a library's damage; the photos themselves are elsewhere and only ever read. */
export function damaged(file: string, what: string, cause?: unknown): HashlensError {
  return new HashlensError(
    'library-damaged',
    `The library ${file} is damaged: ${what}. It was left as it is, and your photos are not touched. ` +
      'It can be repaired, or restored from one of its backups.',
    { cause },
  );
}

/** SQLite's own words for a file whose pages are not as they should be. */
export const isDamage = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);

/** Whether anything is in the file's place, a link that leads nowhere included. What cannot be looked at counts as taken. */
export function isTaken(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/**
 * What is wrong with the file as far as its first bytes tell; null when it may be opened or is not there.
 * @throws the file system's error where it cannot be read; HashlensError `offline` where it is a link that leads nowhere
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
    const what = strangerAt(file + suffix);
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
  return head.equals(magic) ? null : 'it is no database';
}

let emptyBytes: Buffer | null = null;

/** The bytes of a library without photos. Its tables are made once in a process, in memory. */
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
 * Makes a new, empty library in one step: a reader finds the file with all of its tables. Does nothing where it exists.
 * A write-ahead log without its database would be taken for the new one's; it is kept under another name.
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

/** Gives the file its name. Where the name is taken, another process was faster, and its library is used. */
function putInPlace(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // FAT and some network drives know no hard links.
    if (!existsSync(file)) renameSync(temporary, file);
  }
}
