// The work of a reading process that needs decoders and parsers.
import { realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { toErrorData } from '../../../shared/errors.ts';
import {
  decodeFull,
  decodeInput,
  decodePhoto,
  decodeRgb,
  decodeThumbnail,
  NeedsMemory,
  refuseHeavy,
  type Decoded,
} from '../../imaging/decode-photo.ts';
import { decodeTiles } from '../../imaging/tiles.ts';
import { encodeCopy } from '../../imaging/encode-copy.ts';
import { openPicture, type Picture } from '../../imaging/picture.ts';
import { decodeStored } from '../../imaging/stored-pixels.ts';
import { kindBytes, kindOf } from '../../imaging/image-kind.ts';
import { writeSidecar } from '../metadata/sidecar-writer.ts';
import { readCaptionFile } from '../captions/caption-files.ts';
import { openInside } from '../open-inside.ts';
import { prepareCopyFolder, writeCopy, copyOriginal, existingFileAt } from '../put-copy.ts';
import { toPhotoError } from '../photo-errors.ts';
import { exposureOf, hashFile, pictureOf, readPhoto, TrashedPhoto, type OpenedPhoto } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';
import { thumbnailPath } from '../thumbnails/thumbnails.ts';
import { packPhotos } from './packed-photos.ts';
import type { ProbeKind, WorkContext, WorkHandlers, WorkKind } from './messages.ts';

sharp.cache(false);
sharp.concurrency(1);

export const photoHandlers: Pick<WorkHandlers, Exclude<WorkKind, ProbeKind>> = {
  async scan({ root, exclude, videos, changed }, { news }) {
    const scan = await scanFolder(root, {
      exclude,
      videos,
      changed: changed ?? undefined,
      onProgress: (files) => news({ kind: 'progress', files }),
    });
    const failures = scan.failures.map(({ path, error }) => ({ path, error: toErrorData(error) }));
    return { ...scan, photos: packPhotos(scan.photos), failures };
  },

  async photo({ root, photo, knownHash, wanted, libraryDir }, context) {
    let decoded: Decoded = { pixels: null, frames: [], thumbnail: null, damaged: false, foreignBytes: 0 };
    let stamp: OpenedPhoto['stamp'] | null = null;
    const facts = await readPhoto(root, photo, {
      videoFrames: context.videoFrames,
      onProgress: () => context.news({ kind: 'progress', files: 0 }),
      onRead: () => context.news({ kind: 'read' }),
      decode: async (opened) => {
        stamp = opened.stamp;
        if (opened.contentHash === knownHash) return;
        prepare(opened.picture, context);
        const there = libraryDir !== null && (await hasThumbnail(libraryDir, opened.contentHash));
        decoded = await decodePhoto(opened.picture, {
          input: wanted.input,
          thumbnail: wanted.thumbnail && !there,
        });
      },
    }).catch((error: unknown) => {
      if (error instanceof TrashedPhoto) return null;
      throw error;
    });
    if (facts === null) return null;
    if (stamp === null) throw new Error(`${photo.path} was read without being opened`);
    return { facts, stamp, ...decoded };
  },

  async captions({ root, file, photoPaths }, { news }) {
    news({ kind: 'read' });
    const { entries, notice, damage } = await readCaptionFile(root, file, photoPaths);
    return { captions: entries, notice, damage };
  },

  thumbnail: ({ root, path: relative }, context) => decodeFile(root, relative, context, decodeThumbnail),

  full: ({ root, path: relative }, context) => decodeFile(root, relative, context, decodeFull),

  tiles: ({ root, path: relative }, context) =>
    decodeFile(root, relative, context, (picture) => {
      // Encoding takes about as long as decoding does.
      context.allowSeconds(picture.moreSeconds + (picture.width * picture.height) / 1e7);
      return decodeTiles(picture);
    }),

  exposure: ({ root, path: relative }, { news, videoFrames }) =>
    withFile(root, relative, (file, absolute) => exposureOf(file, absolute, () => news({ kind: 'read' }), videoFrames)),

  rgb: ({ root, path: relative }, context) => decodeFile(root, relative, context, decodeRgb),

  stored: ({ root, path: relative }, context) => decodeFile(root, relative, context, decodeStored),

  async image({ source, input }, context) {
    if (!(source instanceof Uint8Array)) {
      return await decodeFile(source.root, source.path, context, (picture) => decodeInput(picture, input));
    }
    context.news({ kind: 'read' });
    const picture = await pictureInMemory(Buffer.from(source));
    prepare(picture, context);
    return decodeInput(picture, input);
  },

  place: ({ folder }) => prepareCopyFolder(folder),

  async copy({ root, path: relative, target, place, form, madeSince }, context) {
    const { mtimeMs } = await withFile(root, relative, (file) => file.stat());
    const there = await existingFileAt(target, mtimeMs, madeSince);
    if (there !== null) return { state: there };
    if (form.as === 'original') {
      return copyOriginal(root, relative, target, place, () => context.news({ kind: 'progress', files: 0 }));
    }
    const bytes = await decodeFile(root, relative, context, (picture) => {
      // Encoding takes about as long as decoding does.
      context.allowSeconds(picture.moreSeconds + (picture.width * picture.height) / 1e6);
      return encodeCopy(picture, form);
    });
    return writeCopy(bytes, target, place, mtimeMs);
  },

  sidecar: ({ root, path: photo, changes, keeps }) => writeSidecar(root, photo, changes, keeps),

  async compare({ root, files, hashes }) {
    const real = await realpath(root);
    let [sameName, sameSize, sameContent, compared] = [0, 0, 0, 0];
    for (const { path: relative, size, contentHash } of files) {
      const stats = await stat(path.join(real, relative)).catch(() => null);
      if (stats?.isFile() !== true) continue;
      sameName++;
      if (stats.size !== size) continue;
      sameSize++;
      if (compared >= hashes) continue;
      compared++;
      if ((await hashFile(real, relative).catch(() => null)) === contentHash) sameContent++;
    }
    return { sameName, sameSize, sameContent, compared };
  },
};

/** @throws Error like decoders for bytes without a picture */
function pictureInMemory(bytes: Buffer): Promise<Picture> {
  const kind = kindOf(bytes.subarray(0, kindBytes));
  if (kind.kind !== 'photo') throw new Error('Input buffer contains unsupported image format');
  const readAt = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  return openPicture(kind.format, {
    head: bytes,
    isWhole: true,
    size: bytes.length,
    path: '',
    readAt,
  });
}

/** @throws NeedsMemory */
function prepare(picture: Picture, { decoding, allowSeconds }: WorkContext): void {
  refuseHeavy(picture, decoding);
  allowSeconds(picture.moreSeconds);
}

/** @throws HashlensError about the photo; NeedsMemory */
function decodeFile<T>(
  root: string,
  relative: string,
  context: WorkContext,
  decode: (picture: Picture) => Promise<T>,
): Promise<T> {
  return withFile(root, relative, async (file, absolute) => {
    const picture = await pictureOf(file, absolute, context.videoFrames);
    context.news({ kind: 'read' });
    prepare(picture, context);
    return decode(picture);
  });
}

/** @throws HashlensError about the photo; NeedsMemory where `work` throws it */
async function withFile<T>(
  root: string,
  relative: string,
  work: (file: FileHandle, absolute: string) => Promise<T>,
): Promise<T> {
  const absolute = path.join(root, relative);
  try {
    await using file = await openInside(root, relative);
    return await work(file, absolute);
  } catch (error) {
    if (error instanceof NeedsMemory) throw error;
    throw toPhotoError(absolute, error);
  }
}

/** A power cut may leave an empty file; it does not count. */
const hasThumbnail = (libraryDir: string, contentHash: string): Promise<boolean> =>
  stat(thumbnailPath(libraryDir, contentHash)).then(
    (stats) => stats.isFile() && stats.size > 0,
    () => false,
  );
