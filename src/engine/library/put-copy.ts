// Copies photos to paths outside photo folders, whole or not at all, and never over another file.
import { createWriteStream } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HashlensError, toErrorData, type ErrorData } from '../../shared/errors.ts';
import { discard, moveIfFree, sweepTemporary, temporaryOf } from '../runtime/atomic-write.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { openInside } from './open-inside.ts';
import { toPhotoError } from './photo-errors.ts';

/**
 * `taken`: another file has the name. `made-before`: an earlier run of the same job made this copy. `refused`: the
 * target accepts no files, for a reason unrelated to the photo.
 */
export type PutCopy =
  { readonly state: 'written' | 'taken' | 'made-before' } | { readonly state: 'refused'; readonly error: ErrorData };

/** File systems of memory cards keep times in steps of two seconds. */
const timeStepMs = 2000;
const newsEveryMs = 500;

/**
 * Null for a free name.
 * @param mtimeMs of the photo, which its copy keeps
 * @param madeSince milliseconds since 1970 from which a file may be a copy made here
 */
export async function existingFileAt(
  target: string,
  mtimeMs: number,
  madeSince: number | null,
): Promise<'taken' | 'made-before' | null> {
  const there = await stat(target).catch(() => null);
  if (there === null) return null;
  const isOwn =
    madeSince !== null && there.ctimeMs >= madeSince - timeStepMs && Math.abs(there.mtimeMs - mtimeMs) <= timeStepMs;
  return isOwn ? 'made-before' : 'taken';
}

/** Age from which an unfinished file in the folder counts as abandoned. */
const leftOverMs = 10 * 60 * 1000;

/**
 * Makes a folder for copies, and removes unfinished copies of interrupted runs from it.
 * @returns an identifier that distinguishes it from another folder at the same path
 */
export async function prepareCopyFolder(folder: string): Promise<string> {
  await makeFolder(folder);
  await sweepTemporary(folder, leftOverMs);
  return placeOf(folder);
}

async function placeOf(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${dev}:${ino}`;
}

/**
 * @param place of the folder, as `prepareCopyFolder` gives it
 * @param mtimeMs time of change that the copy gets
 */
export function writeCopy(bytes: Uint8Array, target: string, place: string, mtimeMs: number): Promise<PutCopy> {
  return putBy(target, place, mtimeMs, (temporary) => writeFile(temporary, bytes, { flag: 'wx' }));
}

/**
 * Copies the file as it is.
 * @param place of the target's folder, as `prepareCopyFolder` gives it
 * @param onProgress called now and then while bytes are read
 * @throws HashlensError about the photo
 */
export async function copyOriginal(
  root: string,
  relative: string,
  target: string,
  place: string,
  onProgress: () => void,
): Promise<PutCopy> {
  const absolute = path.join(root, relative);
  await using file = await openInside(root, relative).catch((error: unknown) => {
    throw toPhotoError(absolute, error);
  });
  const { mtimeMs } = await file.stat();
  let unreadable: unknown = null;
  const put = await putBy(target, place, mtimeMs, async (temporary) => {
    const source = file.createReadStream({ autoClose: false, start: 0 });
    const copy = createWriteStream(temporary, { flags: 'wx' });
    let unwritable: unknown = null;
    copy.on('error', (error) => (unwritable = error));
    // A pipeline ends the one stream with the other's error.
    source.on('error', (error) => {
      if (error !== unwritable) unreadable = error;
    });
    let reportedAt = performance.now();
    source.on('data', () => {
      if (performance.now() - reportedAt < newsEveryMs) return;
      reportedAt = performance.now();
      onProgress();
    });
    await pipeline(source, copy);
  });
  if (unreadable !== null) throw toPhotoError(absolute, unreadable);
  return put;
}

async function putBy(
  target: string,
  place: string,
  mtimeMs: number,
  write: (temporary: string) => Promise<void>,
): Promise<PutCopy> {
  const temporary = temporaryOf(target);
  const mustBeThere = async (): Promise<void> => {
    if ((await placeOf(path.dirname(target))) === place) return;
    throw new HashlensError('offline', 'its disk was taken out, and another folder is in its place.');
  };
  try {
    await mustBeThere();
    await write(temporary);
    // Remove files written to another folder.
    await mustBeThere();
    // A copy is recognised by its time as soon as it has its name; some file systems keep no times.
    const dated = (file: string) => utimes(file, new Date(), new Date(mtimeMs)).catch(() => undefined);
    await dated(temporary);
    if (!(await moveIfFree(temporary, target))) return { state: 'taken' };
    await dated(target);
    return { state: 'written' };
  } catch (error) {
    await discard(temporary);
    return { state: 'refused', error: toErrorData(error) };
  }
}
