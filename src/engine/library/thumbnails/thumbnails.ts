// Small copies of photos for the grid, kept by content: renamed or moved photos keep theirs. They can always be made again.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import { isTemporary, writeFileAtomic } from '../../runtime/atomic-write.ts';

const underWay = new Map<string, Promise<string>>();
const NAME = /^([0-9a-f]{8,64})\.webp$/;

/** `<libraryDir>/thumbnails/ab/abcdef….webp`; the two-letter folders keep directories small. */
export function thumbnailPath(libraryDir: string, contentHash: string): string {
  // The hash becomes part of a path: nothing but hex may get through.
  if (!/^[0-9a-f]{8,64}$/.test(contentHash)) {
    throw new HashlensError('bad-argument', `"${contentHash}" is not a content hash; it must be hexadecimal digits.`);
  }
  return path.join(libraryDir, 'thumbnails', contentHash.slice(0, 2), `${contentHash}.webp`);
}

/**
 * Path of the photo's thumbnail, made now if there is none. Callers at the same time share one promise.
 * @param make gives the WebP; what it throws is thrown here
 * @throws HashlensError `io-error` when the thumbnail cannot be written, which says nothing about the photo
 */
export function ensureThumbnail(
  libraryDir: string,
  contentHash: string,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const target = thumbnailPath(libraryDir, contentHash);
  const running = underWay.get(target);
  if (running !== undefined) return running;
  const made = makeUnlessThere(libraryDir, contentHash, make).finally(() => underWay.delete(target));
  underWay.set(target, made);
  return made;
}

async function makeUnlessThere(
  libraryDir: string,
  contentHash: string,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const target = thumbnailPath(libraryDir, contentHash);
  // An empty file is what a power cut may leave; it counts as none.
  const size = await stat(target).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size === 0) await writeThumbnail(libraryDir, contentHash, await make());
  return target;
}

/** @throws HashlensError `io-error` */
export async function writeThumbnail(libraryDir: string, contentHash: string, webp: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(thumbnailPath(libraryDir, contentHash), webp, { flush: false });
  } catch (cause) {
    if (cause instanceof HashlensError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HashlensError(
      'io-error',
      `Thumbnails cannot be written to ${path.join(libraryDir, 'thumbnails')} (${reason}); they are made when there is room and permission.`,
      { cause },
    );
  }
}

/** Removes the thumbnails of these contents. @returns the bytes of their files */
export async function removeThumbnails(libraryDir: string, contentHashes: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const contentHash of contentHashes) {
    const file = thumbnailPath(libraryDir, contentHash);
    const stats = await stat(file).catch(() => null);
    if (stats === null) continue;
    try {
      await rm(file, { force: true });
      bytes += stats.size;
    } catch {
      // A cache that cannot be written now is swept by the next index job.
    }
  }
  return bytes;
}

export interface Sweep {
  readonly removed: number;
  /** Bytes of the files that were removed. */
  readonly bytes: number;
  /** Content hashes whose thumbnail is there. */
  readonly kept: ReadonlySet<string>;
}

/**
 * Removes thumbnails of photos the library no longer has, and what writes cut short have left.
 * @param isWanted whether a photo of the library has this content
 */
export async function sweepThumbnails(
  libraryDir: string,
  isWanted: (contentHash: string) => boolean,
  temporaryOlderThanMs = 60 * 60 * 1000,
): Promise<Sweep> {
  const root = path.join(libraryDir, 'thumbnails');
  const kept = new Set<string>();
  let [removed, bytes] = [0, 0];
  const remove = async (file: string): Promise<void> => {
    const { size } = await stat(file);
    await rm(file, { force: true });
    removed++;
    bytes += size;
  };
  for (const folder of await readdir(root).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await readdir(path.join(root, folder)).catch(() => [])) {
      const file = path.join(root, folder, name);
      const contentHash = NAME.exec(name)?.[1];
      try {
        if (contentHash !== undefined && isWanted(contentHash)) kept.add(contentHash);
        else if (contentHash !== undefined) await remove(file);
        // Names of this release and of those before it.
        else if (isTemporary(name) || /\.webp\.\d+-\d+\.tmp$/.test(name)) {
          const { mtimeMs } = await stat(file);
          if (Date.now() - Math.floor(mtimeMs) >= temporaryOlderThanMs) await remove(file);
        }
      } catch {
        // Another process has removed it, or the folder is read-only: it is swept another time.
      }
    }
  }
  return { removed, bytes, kept };
}
