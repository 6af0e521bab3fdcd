// Reads all data of one photo file: content hash, size, date, camera, rating, place, captions and tags.
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { createXXHash128, xxhash128 } from 'hash-wasm';
import type { PhotoExposure } from '../../shared/contract/photos.ts';
import type { VideoFrames } from '../../shared/contract/host.ts';
import { HashlensError } from '../../shared/errors.ts';
import { NeedsMemory } from '../imaging/decode-photo.ts';
import { metadataOf, openPicture, type Picture, type PictureFile } from '../imaging/picture.ts';
import { describePhoto, withVersion, type PhotoWords } from './metadata/describe.ts';
import { readEmbedded } from './metadata/embedded.ts';
import { readExposure } from './metadata/exposure.ts';
import { kindBytes, kindOf, type PhotoFormat } from '../imaging/image-kind.ts';
import { openInside } from './open-inside.ts';
import { isPhotoName } from './scan/file-kinds.ts';
import { emptyFile, notAnImage, toPhotoError, unsupported } from './photo-errors.ts';
import type { FoundPhoto } from './scan/scan.ts';
import { readSidecars, type Sidecars } from './metadata/sidecars.ts';

export { toPhotoError } from './photo-errors.ts';

export interface PhotoFacts extends PhotoWords {
  /** xxHash-128 of all bytes, hex. */
  readonly contentHash: string;
  /** Size as viewed, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Format by content, whatever the extension. */
  readonly format: PhotoFormat;
}

/**
 * Files up to this size are read once, into memory; larger ones are streamed for the hash and opened by the decoder.
 */
const inMemoryBytes = 64 * 1024 * 1024;
/** Bytes read of a larger file: JPEG and GIF keep their metadata there. */
const headBytes = 8 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
/** Bytes read of another version of a photo, and the number of versions read: cameras write metadata first. */
const versionBytes = 512 * 1024;
const mostVersions = 4;
const noSidecars: Sidecars = { xmp: [], lines: [], takeout: [], picasa: [], apple: [], faults: [] };

/** An open photo, with the input for its decoder. */
export interface OpenedPhoto {
  readonly picture: Picture;
  readonly contentHash: string;
  /** The content read, which may be newer than the listing. */
  readonly stamp: { readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number };
}

export interface ReadSteps {
  /** Called now and then while a large file is read. */
  readonly onProgress?: () => void;
  /** Called when all bytes have been read: later work does not wait for a disk. */
  readonly onRead?: () => void;
  /** Works with the photo while it is open; a change of the file meanwhile invalidates the reading. */
  readonly decode?: (photo: OpenedPhoto) => Promise<void>;
  /** Frames of a video that were taken elsewhere; null where ffmpeg takes them. */
  readonly videoFrames?: VideoFrames | null;
}

/** A photo that was deleted in Google Photos or Apple Photos before the export. */
export class TrashedPhoto extends Error {}

/**
 * Reads the whole file once and decodes its header, no pixels. Damaged metadata and sidecars are left out; the photo
 * is still read.
 * @throws TrashedPhoto, before the file is read
 * @throws HashlensError that names the file: `unreadable`, `not-an-image`, `unsupported-format`, or `io-error` when the
 *   machine failed or the file changed while it was read; NeedsMemory when `decode` throws it
 */
export async function readPhoto(root: string, photo: FoundPhoto, steps: ReadSteps = {}): Promise<PhotoFacts> {
  const absolute = path.join(root, photo.path);
  try {
    await using file = await openInside(root, photo.path, { link: photo.link });
    const stats = await file.stat();
    const { size } = stats;
    if (size === 0) throw emptyFile(absolute);
    const { videoFrames = null } = steps;
    requireFramesOf(stats, videoFrames, absolute);
    const sidecars = await readSidecars(root, photo.path, photo.sidecars);
    if (isTrashed(sidecars)) throw new TrashedPhoto();
    const bytes = size <= inMemoryBytes ? await readBytes(file, 0, size) : null;
    const head = bytes ?? (await readBytes(file, 0, headBytes));
    const kind = photoFormat(head, absolute);
    const contentHash = bytes === null ? await hashOf(file, steps.onProgress) : await xxhash128(bytes);
    const versions = await wordsOfVersions(root, photo.versions, steps.onProgress);
    steps.onRead?.();
    const picture = await openPicture(kind, pictureFile(file, absolute, head, size, videoFrames));
    const { format, width, height, blocks } = picture;
    const embedded = readEmbedded({ descriptor: file.fd, size, format, head, blocks });
    const { mtimeMs, ctimeMs } = stats;
    await steps.decode?.({ picture, contentHash, stamp: { size, mtimeMs, ctimeMs } });
    if (!isSame(stats, await file.stat())) throw changed(absolute);
    return {
      contentHash,
      width,
      height,
      format,
      ...versions.reduce(withVersion, describePhoto(embedded, sidecars, path.posix.basename(photo.path))),
    };
  } catch (error) {
    throw error instanceof NeedsMemory || error instanceof TrashedPhoto ? error : toPhotoError(absolute, error);
  }
}

/** The words in other versions of a photo. A version that cannot be read has none; the photo matters more. */
async function wordsOfVersions(
  root: string,
  versions: readonly string[],
  onProgress: (() => void) | undefined,
): Promise<PhotoWords[]> {
  const found: PhotoWords[] = [];
  for (const version of versions.filter((name) => isPhotoName(name)).slice(0, mostVersions)) {
    try {
      await using file = await openInside(root, version);
      const { size } = await file.stat();
      const head = await readBytes(file, 0, Math.min(size, versionBytes));
      const kind = kindOf(head.subarray(0, kindBytes));
      if (kind.kind !== 'photo' || kind.format === 'video') continue;
      const blocks = await metadataOf(kind.format, pictureFile(file, path.join(root, version), head, size, null));
      const embedded = readEmbedded({ descriptor: file.fd, size, head, ...blocks });
      found.push(describePhoto(embedded, noSidecars, path.posix.basename(version)));
    } catch {
      // Damaged, or gone.
    }
    onProgress?.();
  }
  return found;
}

/** Parts of Apple's export have photos of the same name. */
const isTrashed = ({ takeout, apple }: Sidecars): boolean =>
  takeout.some((fields) => fields.isTrashed) || (apple.length > 0 && apple.every((fields) => fields.isTrashed));

const isSame = (a: Stats, b: Stats): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

/** @throws HashlensError `io-error` if the file is no longer the one whose frames were taken */
function requireFramesOf(stats: Stats, frames: VideoFrames | null, absolute: string): void {
  if (frames === null) return;
  if (frames.size !== stats.size || Math.abs(frames.mtimeMs - stats.mtimeMs) >= 1) throw changed(absolute);
}

function changed(absolute: string): HashlensError {
  return new HashlensError('io-error', `${path.basename(absolute)} changed while it was read; scan its folder again.`);
}

/** Path by which a decoder in any process opens the file; on Linux it refers to the open file, not to its path. */
const decoderPath = (file: FileHandle, absolute: string): string =>
  process.platform === 'linux' ? `/proc/${process.pid}/fd/${file.fd}` : absolute;

function pictureFile(
  file: FileHandle,
  absolute: string,
  head: Buffer,
  size: number,
  videoFrames: VideoFrames | null,
): PictureFile {
  const readAt = (offset: number, length: number) => readBytes(file, offset, length);
  return { head, isWhole: head.length >= size, size, path: decoderPath(file, absolute), readAt, videoFrames };
}

/**
 * The picture of an open photo.
 * @throws HashlensError about the type of the file; the decoder's error
 */
export async function pictureOf(
  file: FileHandle,
  absolute: string,
  videoFrames: VideoFrames | null = null,
): Promise<Picture> {
  return (await openPhoto(file, absolute, inMemoryBytes, videoFrames)).picture;
}

/**
 * Exposure and colours of an open photo, by its header.
 * @throws HashlensError about the type of the file; the decoder's error
 */
export async function exposureOf(
  file: FileHandle,
  absolute: string,
  onRead: () => void,
  videoFrames: VideoFrames | null = null,
): Promise<PhotoExposure> {
  const { picture, size, head } = await openPhoto(file, absolute, headBytes, videoFrames);
  onRead();
  const { format, blocks } = picture;
  return readExposure({ descriptor: file.fd, size, format, head, blocks }, blocks.icc ?? null);
}

/** @param mostWhole size in bytes up to which the file is read as a whole; of a larger file only the first megabytes are read */
async function openPhoto(
  file: FileHandle,
  absolute: string,
  mostWhole: number,
  videoFrames: VideoFrames | null,
): Promise<{ picture: Picture; size: number; head: Buffer }> {
  const stats = await file.stat();
  const { size } = stats;
  if (size === 0) throw emptyFile(absolute);
  requireFramesOf(stats, videoFrames, absolute);
  const head = await readBytes(file, 0, size <= mostWhole ? size : headBytes);
  const picture = await openPicture(photoFormat(head, absolute), pictureFile(file, absolute, head, size, videoFrames));
  return { picture, size, head };
}

/** @throws HashlensError `unsupported-format` or `not-an-image` */
function photoFormat(head: Buffer, absolute: string): PhotoFormat {
  const kind = kindOf(head.subarray(0, kindBytes));
  if (kind.kind === 'unsupported') throw unsupported(absolute, kind.what);
  if (kind.kind === 'not-an-image') throw notAnImage(absolute, kind.what);
  return kind.format;
}

async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** xxHash-128 of a file inside `root`, hex. */
export async function hashFile(root: string, relative: string): Promise<string> {
  await using file = await openInside(root, relative);
  return await hashOf(file);
}

/** One hasher per file, because several large files may be read at once. */
async function hashOf(file: FileHandle, onProgress?: () => void): Promise<string> {
  const hasher = await createXXHash128();
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, at);
    if (bytesRead === 0) return hasher.digest('hex');
    hasher.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
    if (at % (64 * chunkBytes) === 0) onProgress?.();
  }
}
