// Opens files of a photo folder. Nothing outside the folder is read, even where a file was replaced by a link meanwhile.
import type { Stats } from 'node:fs';
import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { openFlags } from './open-flags.ts';
import { isBelow } from '../runtime/below.ts';
import { systemCode } from './photo-errors.ts';

/**
 * Opens a regular file inside `root` for reading. A link is followed only where its target is inside too, and never when
 * `link` is false.
 * @param relative `/` between names
 * @throws the file system's error; HashlensError `io-error` when it is not a regular file or is outside
 */
export async function openInside(root: string, relative: string, { link = true } = {}): Promise<FileHandle> {
  const absolute = path.join(root, relative);
  let file: FileHandle;
  try {
    file = await open(absolute, openFlags);
  } catch (error) {
    // Linux and macOS return ELOOP, BSD EMLINK.
    const isLink = systemCode(error) === 'ELOOP' || systemCode(error) === 'EMLINK';
    if (!isLink) throw error;
    if (!link) throw refused(relative, 'was replaced by a link');
    file = await open(await realpath(absolute), openFlags);
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw refused(relative, 'is not a regular file');
    const [place, realRoot] = await Promise.all([placeOf(file, absolute, stats), realpath(root)]);
    if (!isBelow(place, realRoot)) throw refused(relative, 'leads out of its folder');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Path of the open file. Linux gives it; elsewhere the path is resolved again and must still be the same file. */
async function placeOf(file: FileHandle, absolute: string, { ino, nlink }: Stats): Promise<string> {
  if (process.platform === 'linux') {
    const known = await readlink(`/proc/self/fd/${file.fd}`).catch(() => '');
    // Linux appends this to the path of a removed file; a file may also have such a name.
    if (nlink === 0 && known.endsWith(' (deleted)'))
      throw refused(path.basename(absolute), 'was removed while it was opened');
    if (path.isAbsolute(known)) return known;
  }
  const real = await realpath(absolute);
  return (await stat(real)).ino === ino ? real : '';
}

function refused(relative: string, why: string): HashlensError {
  return new HashlensError('io-error', `${path.basename(relative)} ${why}, so it was not read; scan its folder again.`);
}
