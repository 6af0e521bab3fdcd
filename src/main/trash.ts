// Takes files out of the bin of a Linux desktop again (freedesktop.org's Trash specification 1.0). Other systems have no
// interface for it.
import { constants } from 'node:fs';
import { copyFile, link, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

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

/**
 * Moves the newest deleted file of this path back to it.
 * @returns false if the bin does not have it, if something else is in its place, or if its folder is gone
 */
export async function takeOutOfBin(file: string, places: BinPlaces): Promise<boolean> {
  const found = (await Promise.all(binsFor(file, places).map((bin) => deletedFrom(bin, file)))).flat();
  const [newest] = found.sort((a, b) => (a.date < b.date ? 1 : -1));
  if (newest === undefined) return false;
  try {
    await moveTo(newest.kept, file);
  } catch {
    return false;
  }
  await rm(newest.info, { force: true });
  return true;
}

interface Bin {
  readonly folder: string;
  /** Folder that paths in it are relative to. */
  readonly top: string;
}

function binsFor(file: string, { dataHome, uid }: BinPlaces): Bin[] {
  const bins: Bin[] = [{ folder: path.join(dataHome, 'Trash'), top: path.join(dataHome, 'Trash') }];
  for (let top = path.dirname(file); ; top = path.dirname(top)) {
    bins.push({ folder: path.join(top, '.Trash', String(uid)), top }, { folder: path.join(top, `.Trash-${uid}`), top });
    if (top === path.dirname(top)) return bins;
  }
}

async function deletedFrom({ folder, top }: Bin, file: string): Promise<Deleted[]> {
  const names = await readdir(path.join(folder, 'info')).catch(() => []);
  const found: Deleted[] = [];
  for (const name of names) {
    // The bin gives a file the name it had, with a number where it has another one of that name.
    if (!name.endsWith('.trashinfo')) continue;
    const info = path.join(folder, 'info', name);
    const text = await readFile(info, 'utf8').catch(() => '');
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    if (path.resolve(top, decoded(value('Path'))) !== file) continue;
    const kept = path.join(folder, 'files', name.slice(0, -'.trashinfo'.length));
    found.push({ kept, info, date: value('DeletionDate') });
  }
  return found;
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
    const { atime, mtime } = await stat(from);
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await utimes(to, atime, mtime);
  }
  await rm(from);
}
