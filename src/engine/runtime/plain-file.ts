// Reads the library's own files, which are regular files. Anything else in their place is named and never waited
// for: a pipe has no end until another program writes to it, and some devices have none at all.
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  type Stats,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { HashlensError } from '../../shared/errors.ts';

const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
};

/**
 * Names a file at `path` that is not regular, such as `a pipe`; null for a regular file and for a missing one. Links
 * are followed, and a broken link is named.
 */
export function otherKindAt(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) return found.isFile() ? null : kindOf(found);
  const link = linkTarget(path);
  return link === null ? null : `a link to ${link}, which is not there`;
}

/** Target of a broken link; null for everything else. */
export function linkTarget(path: string): string | null {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return null;
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : null;
}

/** @throws HashlensError `unreadable` for anything but a regular file at `path` */
export function requireRegularFile(path: string): void {
  const what = otherKindAt(path);
  if (what !== null) throw notRegular(path, what);
}

const notRegular = (path: string, what: string): HashlensError =>
  new HashlensError('unreadable', `${path} is ${what}, where a file of the library belongs; remove it and try again.`);

/** Windows has no such flag. Without it, opening a pipe blocks until another program writes to it. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file for reading.
 * @throws HashlensError `unreadable` for anything else; the file system's error
 */
export async function openPlainFile(path: string): Promise<FileHandle> {
  const file = await open(path, flags);
  const stats = await file.stat();
  if (stats.isFile()) return file;
  await file.close();
  throw notRegular(path, kindOf(stats));
}

/**
 * The bytes of a regular file.
 * @throws HashlensError `unreadable` for anything else; the file system's error
 */
export async function readPlainFile(path: string): Promise<Buffer> {
  await using file = await openPlainFile(path);
  return await file.readFile();
}

/** Reads a regular file like `readPlainFile`, as UTF-8. */
export async function readPlainText(path: string): Promise<string> {
  return (await readPlainFile(path)).toString('utf8');
}

/**
 * Reads a regular file of the person at once, as UTF-8.
 * @throws Error that says what is in its place; the file system's error
 */
export function readPlainTextNow(path: string): string {
  const file = openSync(path, flags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`it is ${kindOf(stats)}`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of a file in hex. Reads the file in pieces. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const file = await openPlainFile(path);
  for await (const piece of file.createReadStream({ highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(piece as Uint8Array);
  }
  return hash.digest('hex');
}
