// Takes files out of the bin of a Linux desktop again (freedesktop.org's Trash specification 1.0). Other systems have no
// interface for it.
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, readdir, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { plainTextOf } from './plain-text.ts';

export interface BinPlaces {
  /** Folder of the user's data, whose `Trash` is the bin of the home disk. */
  readonly dataHome: string;
  /** The user's number, in the names of bins of other disks. */
  readonly uid: number;
}

/** Null where the system's bin is another one. */
export function binPlaces(env: NodeJS.ProcessEnv): BinPlaces | null {
  const uid = process.getuid?.();
  if (process.platform !== 'linux' || uid === undefined) return null;
  const set = env['XDG_DATA_HOME'] ?? '';
  return { dataHome: path.isAbsolute(set) ? set : path.join(os.homedir(), '.local/share'), uid };
}

/** A deleted file: where it is now, and its entry. */
interface Deleted {
  readonly kept: string;
  readonly info: string;
  readonly date: string;
}

/** The newest deleted file of each of these paths that the bins have. */
export async function deletedFiles(files: readonly string[], places: BinPlaces): Promise<ReadonlyMap<string, Deleted>> {
  const wanted = new Set(files);
  const newest = new Map<string, Deleted>();
  for (const bin of binsFor(files, places)) {
    for await (const [file, deleted] of entriesOf(bin)) {
      if (wanted.has(file) && deleted.date >= (newest.get(file)?.date ?? '')) newest.set(file, deleted);
    }
  }
  return newest;
}

/**
 * Moves a deleted file back to its path.
 * @returns false if it is no longer in the bin, if something else is in its place, or if its folder is gone
 */
export async function takeOutOfBin({ kept, info }: Deleted, file: string): Promise<boolean> {
  try {
    await moveTo(kept, file);
  } catch {
    return false;
  }
  await rm(info, { force: true }).catch(() => undefined);
  return true;
}

interface Bin {
  readonly folder: string;
  /** Folder that paths in it are relative to. */
  readonly top: string;
  /** Owner of a bin where others could make one; null in the user's own data. */
  readonly owner: number | null;
}

function binsFor(files: readonly string[], { dataHome, uid }: BinPlaces): Bin[] {
  const home = path.join(dataHome, 'Trash');
  const bins: Bin[] = [{ folder: home, top: home, owner: null }];
  const tops = new Set<string>();
  for (const file of files) {
    for (let top = path.dirname(file); !tops.has(top); top = path.dirname(top)) tops.add(top);
  }
  for (const top of tops) {
    for (const name of [`.Trash/${uid}`, `.Trash-${uid}`]) bins.push({ folder: path.join(top, name), top, owner: uid });
  }
  return bins;
}

/** Deleted files by the path that they had. */
async function* entriesOf({ folder, top, owner }: Bin): AsyncGenerator<[file: string, Deleted]> {
  if (owner !== null) {
    const found = await lstat(folder).catch(() => null);
    if (found?.isDirectory() !== true || found.uid !== owner) return;
  }
  for (const name of await readdir(path.join(folder, 'info')).catch(() => [])) {
    if (!name.endsWith('.trashinfo')) continue;
    const info = path.join(folder, 'info', name);
    const text = await plainTextOf(info);
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    const kept = path.join(folder, 'files', name.slice(0, -'.trashinfo'.length));
    yield [path.resolve(top, decoded(value('Path'))), { kept, info, date: value('DeletionDate') }];
  }
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/** Never replaces a file, not even one that comes at the same moment. */
async function moveTo(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) throw error;
    // The bin is on another disk, or the disk has no second names.
    const found = await lstat(from);
    // A link would become a copy of what it leads to.
    if (!found.isFile()) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    // Some file systems keep no times.
    await utimes(to, found.atime, found.mtime).catch(() => undefined);
    await using copy = await open(to);
    await copy.sync();
  }
  await rm(from);
}
