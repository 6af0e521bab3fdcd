// Writes files and folders atomically: a reader finds the old content or the new, whole. Writes to a temporary
// sibling, flushes it to the disk, then renames it. A kill leaves at most a temporary sibling, which
// `sweepTemporary` removes.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Node writes at most 2 GiB at a time. */
const piece = 1 << 30;

const temporaryName = /^\.(?<file>[^/\\]+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** A name beside `path` for an unfinished file, which `moveIntoPlace` renames. */
export const temporaryOf = (path: string): string => join(dirname(path), `.${basename(path)}-${randomUUID()}.tmp`);

/** Name of the file that an unfinished one was to become. */
const fileOf = (temporary: string): string | undefined => temporaryName.exec(temporary)?.groups?.['file'];

/** Whether a name is that of an unfinished file or folder of these functions. */
export const isTemporary = (name: string): boolean => temporaryName.test(name);

export interface WriteOptions {
  /** Permissions of a new file or folder; only its owner may read and write by default. */
  readonly mode?: number;
  /** False for data that can be made again: a power cut may then leave an empty file. */
  readonly flush?: boolean;
}

/**
 * Replaces the file with `content`. Creates its folder.
 * @throws the file system's error; the file is then unchanged, and nothing else is left
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { mode = 0o600, flush = true }: WriteOptions = {},
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const temporary = temporaryOf(path);
  await makeFolder(dirname(path));
  try {
    await writeNew(temporary, bytes, mode, flush);
    await rename(temporary, path);
  } catch (error) {
    await discard(temporary);
    throw error;
  }
  if (flush) await flushFolder(dirname(path));
}

/**
 * Creates the folder `path`, which must be absent or empty, with the files that `fill` writes into its argument.
 * @throws errors of `fill`, or the file system's; the folder is then absent
 */
export async function writeFolderAtomic(
  path: string,
  fill: (folder: string) => Promise<void>,
  { mode = 0o700 }: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryOf(path);
  await makeFolder(dirname(path));
  await mkdir(temporary, { mode });
  try {
    await fill(temporary);
    await flushFiles(temporary);
    await rename(temporary, path);
  } catch (error) {
    await discard(temporary);
    throw error;
  }
  await flushFolder(dirname(path));
}

/** Flushes a whole file and gives it the name `path`, where it replaces another. Both are in the same folder. */
export async function moveIntoPlace(temporary: string, path: string): Promise<void> {
  await flushFile(temporary);
  await rename(temporary, path);
  await flushFolder(dirname(path));
}

/**
 * Flushes a whole file and gives it the name `path`, unless that name is taken. Both are in the same folder.
 * @returns false where the name is taken; the file is then removed
 */
export async function moveIfFree(temporary: string, path: string): Promise<boolean> {
  try {
    await flushFile(temporary);
    // File systems of memory cards have no links.
    await link(temporary, path).catch((error: unknown) => {
      if (isTaken(error)) throw error;
      return copyFile(temporary, path, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await discard(temporary);
  }
  await flushFolder(dirname(path));
  return true;
}

/** Removes what a failed write has left. A disconnected drive refuses that too; the error of the write is the one to report. */
export async function discard(temporary: string): Promise<void> {
  await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/**
 * Removes the remains of interrupted writes in a folder. One younger than `olderThanMs` may still be written by
 * another process and stays. A missing folder has nothing to sweep.
 * @param own name of a file that only the caller writes; what is left of it goes at any age
 * @returns number of removed entries
 */
export async function sweepTemporary(folder: string, olderThanMs = 24 * 60 * 60 * 1000, own?: string): Promise<number> {
  let removed = 0;
  for (const name of (await readdir(folder).catch(() => [])).filter(isTemporary)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if ((own === undefined || fileOf(name) !== own) && Date.now() - found.mtimeMs < olderThanMs) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

async function writeNew(path: string, bytes: Uint8Array, mode: number, flush: boolean): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length;) {
      at += (await file.write(bytes, at, Math.min(piece, bytes.length - at), at)).bytesWritten;
    }
    if (flush) await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flushFiles(path);
    else if (entry.isFile()) await flushFile(path);
  }
  await flushFolder(folder);
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Makes a rename last through a power cut. Windows cannot flush a folder and does not need it. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch(() => null);
  // Some network file systems refuse it; the rename itself has succeeded.
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
