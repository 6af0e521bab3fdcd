// Small copies of photos for the grid, made once a content: renamed or moved photos keep theirs.
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { HashlensError } from '../../../shared/errors.ts';
import { MAX_PIXELS, toPhotoError } from '../photo-errors.ts';

/** Pixels on the long side: two grid cells on a dense screen. */
export const THUMBNAIL_SIZE = 512;

const underWay = new Map<string, Promise<string>>();
let temporaryNames = 0;

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
 * Rejects with a HashlensError about the photo when it cannot be decoded.
 */
export function ensureThumbnail(libraryDir: string, contentHash: string, photoPath: string): Promise<string> {
  const target = thumbnailPath(libraryDir, contentHash);
  const running = underWay.get(target);
  if (running !== undefined) return running;
  const made = makeUnlessThere(target, photoPath).finally(() => underWay.delete(target));
  underWay.set(target, made);
  return made;
}

async function makeUnlessThere(target: string, photoPath: string): Promise<string> {
  // An empty file is what a power cut may leave; it counts as none.
  const size = await stat(target).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > 0) return target;
  await mkdir(path.dirname(target), { recursive: true });
  // Another process may be making the same one, so the temporary name is ours alone; the rename is atomic.
  const temporary = `${target}.${process.pid}-${temporaryNames++}.tmp`;
  try {
    await writeFile(temporary, await encode(photoPath));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return target;
}

async function encode(photoPath: string): Promise<Buffer> {
  try {
    // A photo cut short shows what there is of it: better than a grey cell.
    return await sharp(photoPath, { failOn: 'none', limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80, effort: 2 })
      .toBuffer();
  } catch (error) {
    throw toPhotoError(photoPath, error);
  }
}
