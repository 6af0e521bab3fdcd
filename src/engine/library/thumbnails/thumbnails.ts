// Copies of photos, kept by content, so that renamed or moved photos keep theirs and copies share one: small ones for the grid,
// and large ones for the viewer, of formats a browser does not show and of huge photos. They can always be made again, and
// share one bounded room.
import { access, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import { isTemporary, writeFileAtomic } from '../../runtime/atomic-write.ts';

const underWay = new Map<string, Promise<string>>();
const thumbnailName = /^([0-9a-f]{8,64})\.webp$/;
const fullName = /^([0-9a-f]{8,64})(?:(?:\.[0-9a-f]{8})?\.full\.jpg|\.tiles)$/;
/** Default limit of all copies, in bytes: 200,000 photos and some thousand large ones. */
export const usualCacheBytes = 8e9;
/** Bytes written between two listings of all files: listing takes longer than showing a photo should. */
const lookAfterBytes = 100 * 1024 ** 2;
/** Bytes written by this program since its last listing, by library. */
const writtenBytes = new Map<string, number>();
/** The time at which a small copy was last shown is updated once a day. */
const shownEveryMs = 24 * 60 * 60 * 1000;

/** `<libraryDir>/thumbnails/ab/abcdef….webp`; the two-letter folders keep directories small. */
export function thumbnailPath(libraryDir: string, contentHash: string): string {
  // The hash becomes part of a path, so only hexadecimal digits are accepted.
  if (!/^[0-9a-f]{8,64}$/.test(contentHash)) {
    throw new HashlensError('bad-argument', `"${contentHash}" is not a content hash; it must be hexadecimal digits.`);
  }
  return path.join(libraryDir, 'thumbnails', contentHash.slice(0, 2), `${contentHash}.webp`);
}

/** `<libraryDir>/thumbnails/ab/abcdef….full.jpg`, with the version's digits before `.full` */
const fullPath = (libraryDir: string, contentHash: string, version: string): string =>
  thumbnailPath(libraryDir, contentHash).replace(/\.webp$/, `${version === '' ? '' : `.${version}`}.full.jpg`);

/**
 * Path of the photo for the viewer, made now if there is none.
 * @param version eight hexadecimal digits for another version of the photo, which change with its file; `''` for the photo
 * @param make returns the JPEG; its errors are passed on
 * @throws HashlensError `io-error` when it cannot be written
 */
export function ensureFull(
  libraryDir: string,
  contentHash: string,
  version: string,
  make: () => Promise<Uint8Array>,
  mostBytes = usualCacheBytes,
): Promise<string> {
  return ensureLarge(libraryDir, fullPath(libraryDir, contentHash, version), make, mostBytes);
}

/** Path of the file with the photo's tiles. As `ensureFull`. */
export function ensureTiles(
  libraryDir: string,
  contentHash: string,
  make: () => Promise<Uint8Array>,
  mostBytes = usualCacheBytes,
): Promise<string> {
  const target = thumbnailPath(libraryDir, contentHash).replace(/\.webp$/, '.tiles');
  return ensureLarge(libraryDir, target, make, mostBytes);
}

function ensureLarge(
  libraryDir: string,
  target: string,
  make: () => Promise<Uint8Array>,
  mostBytes: number,
): Promise<string> {
  return shared(target, async () => {
    if ((await bytesOf(target)) === 0) {
      await writeCached(libraryDir, target, await make());
      await boundAfterWrites(libraryDir, mostBytes, Infinity);
    }
    // The file's time records when it was last shown.
    const now = new Date();
    await utimes(target, now, now).catch(() => undefined);
    return target;
  });
}

/**
 * Enforces the limit if much was written since the last listing, and leaves room for writes until the next one.
 * @param before bytes that earlier runs may have written since their last listing, before the first one of this run
 */
export async function boundAfterWrites(libraryDir: string, mostBytes: number, before = 0): Promise<void> {
  const looked = writtenBytes.has(`${libraryDir} looked`) ? 0 : before;
  if ((writtenBytes.get(libraryDir) ?? 0) + looked <= lookAfterBytes) return;
  writtenBytes.set(libraryDir, 0);
  writtenBytes.set(`${libraryDir} looked`, 0);
  await boundCache(libraryDir, Math.max(mostBytes / 2, mostBytes - lookAfterBytes));
}

interface CachedFile {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly isLarge: boolean;
}

async function cachedFiles(libraryDir: string): Promise<CachedFile[]> {
  const root = path.join(libraryDir, 'thumbnails');
  const files: CachedFile[] = [];
  for (const folder of await readdir(root).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    const names = await readdir(path.join(root, folder)).catch(() => []);
    const found = names.map(async (name) => {
      const isLarge = fullName.test(name);
      if (!isLarge && !thumbnailName.test(name)) return;
      const file = path.join(root, folder, name);
      const stats = await stat(file).catch(() => null);
      if (stats !== null) files.push({ file, size: stats.size, mtimeMs: stats.mtimeMs, isLarge });
    });
    await Promise.all(found);
  }
  return files;
}

/**
 * Removes the copies shown longest ago until the rest takes no more than `most` bytes: large copies first, then
 * small ones.
 */
export async function boundCache(libraryDir: string, most: number): Promise<void> {
  const files = await cachedFiles(libraryDir);
  let over = files.reduce((sum, { size }) => sum + size, 0) - most;
  files.sort((a, b) => Number(b.isLarge) - Number(a.isLarge) || a.mtimeMs - b.mtimeMs);
  for (const { file, size } of files) {
    if (over <= 0) return;
    over -= size;
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Size of the cache. */
export interface CacheSize {
  readonly small: { readonly files: number; readonly bytes: number };
  readonly large: { readonly files: number; readonly bytes: number };
}

export async function cacheSize(libraryDir: string): Promise<CacheSize> {
  const files = await cachedFiles(libraryDir);
  const of = (isLarge: boolean) => {
    const those = files.filter((file) => file.isLarge === isLarge);
    return { files: those.length, bytes: those.reduce((sum, { size }) => sum + size, 0) };
  };
  return { small: of(false), large: of(true) };
}

/** Removes all copies. @returns bytes of their files */
export async function clearCache(libraryDir: string): Promise<number> {
  let bytes = 0;
  for (const { file, size } of await cachedFiles(libraryDir)) {
    bytes += await rm(file, { force: true }).then(
      () => size,
      () => 0,
    );
  }
  return bytes;
}

/**
 * Path of the photo's thumbnail, made now if there is none. Callers at the same time share one promise.
 * @param make returns the WebP; its errors are passed on
 * @throws HashlensError `io-error` when the thumbnail cannot be written, which is unrelated to the photo
 */
export function ensureThumbnail(
  libraryDir: string,
  contentHash: string,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const target = thumbnailPath(libraryDir, contentHash);
  return shared(target, async () => {
    const found = await stat(target).catch(() => null);
    if (found === null || found.size === 0) await writeThumbnail(libraryDir, contentHash, await make());
    else if (Math.abs(Date.now() - found.mtimeMs) > shownEveryMs) {
      const now = new Date();
      await utimes(target, now, now).catch(() => undefined);
    }
    return target;
  });
}

/** One piece of work for all concurrent callers of the same file. */
function shared(target: string, work: () => Promise<string>): Promise<string> {
  const running = underWay.get(target);
  if (running !== undefined) return running;
  const made = work().finally(() => underWay.delete(target));
  underWay.set(target, made);
  return made;
}

/** A power cut may leave an empty file; it does not count, nor does anything that is not a file. */
const bytesOf = (file: string): Promise<number> =>
  stat(file).then(
    (stats) => (stats.isFile() ? stats.size : 0),
    () => 0,
  );

/** @throws HashlensError `io-error` */
export function writeThumbnail(libraryDir: string, contentHash: string, webp: Uint8Array): Promise<void> {
  return writeCached(libraryDir, thumbnailPath(libraryDir, contentHash), webp);
}

async function writeCached(libraryDir: string, target: string, bytes: Uint8Array): Promise<void> {
  try {
    // Creates the folders of thumbnails, but not those of a library that was deleted or moved meanwhile.
    await access(libraryDir);
    await writeFileAtomic(target, bytes, { flush: false });
    writtenBytes.set(libraryDir, (writtenBytes.get(libraryDir) ?? 0) + bytes.byteLength);
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
  const files: string[] = [];
  for (const contentHash of contentHashes) {
    const folder = path.dirname(thumbnailPath(libraryDir, contentHash));
    const names = await readdir(folder).catch(() => []);
    files.push(...names.filter((name) => name.startsWith(`${contentHash}.`)).map((name) => path.join(folder, name)));
  }
  for (const file of files) {
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
  /** Bytes of the removed files. */
  readonly bytes: number;
  /** Content hashes with a thumbnail. */
  readonly kept: ReadonlySet<string>;
}

/**
 * Removes thumbnails of photos that the library no longer has, and the remains of interrupted writes.
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
      const contentHash = thumbnailName.exec(name)?.[1];
      try {
        if (contentHash !== undefined && isWanted(contentHash)) kept.add(contentHash);
        else if (contentHash !== undefined) await remove(file);
        else if (fullName.test(name)) {
          if (!isWanted(fullName.exec(name)?.[1] ?? '')) await remove(file);
        }
        // File names of this release and of earlier ones.
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
