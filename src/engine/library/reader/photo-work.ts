// The work of a reading process that needs decoders and parsers.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { toErrorData } from '../../../shared/errors.ts';
import { decodePhoto, decodeThumbnail, NeedsMemory, refuseHeavy, type Decoded } from '../../imaging/decode-photo.ts';
import { MAX_PIXELS, openUpright, squarePixels } from '../../imaging/pixel-input.ts';
import { readCaptionFile } from '../captions/caption-files.ts';
import { openInside } from '../open-inside.ts';
import { toPhotoError } from '../photo-errors.ts';
import { hashFile, readPhoto, sourceOf, type OpenedPhoto } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';
import { thumbnailPath } from '../thumbnails/thumbnails.ts';
import type { FromReader, Handlers, ProbeKind, WorkKind } from './messages.ts';

sharp.cache(false);
sharp.concurrency(1);

const send = (message: FromReader): void => void process.send?.(message);

export const photoHandlers: Pick<Handlers, Exclude<WorkKind, ProbeKind>> = {
  async scan({ root, exclude }, seq) {
    const scan = await scanFolder(root, { exclude, onProgress: (files) => send({ kind: 'progress', seq, files }) });
    return { ...scan, failures: scan.failures.map(({ path, error }) => ({ path, error: toErrorData(error) })) };
  },

  async photo({ root, photo, knownHash, wanted, libraryDir }, seq, limits) {
    let decoded: Decoded = { pixels: null, thumbnail: null };
    let stamp: OpenedPhoto['stamp'] | null = null;
    const facts = await readPhoto(root, photo, {
      onRead: () => send({ kind: 'read', seq }),
      decode: async (opened) => {
        stamp = opened.stamp;
        if (opened.contentHash === knownHash) return;
        refuseHeavy(opened.header, limits.decoding);
        const there = libraryDir !== null && (await hasThumbnail(libraryDir, opened.contentHash));
        decoded = await decodePhoto(opened.source, opened.header, {
          input: wanted.input,
          thumbnail: wanted.thumbnail && !there,
        });
      },
    });
    if (stamp === null) throw new Error(`${photo.path} was read without being opened`);
    return { facts, stamp, ...decoded };
  },

  async captions({ root, file, photoPaths }, seq) {
    send({ kind: 'read', seq });
    const { entries, notice } = await readCaptionFile(root, file, photoPaths);
    return { captions: entries, notice };
  },

  async thumbnail({ root, path: relative }, seq, limits) {
    const absolute = path.join(root, relative);
    try {
      await using file = await openInside(root, relative);
      const source = await sourceOf(file, absolute);
      send({ kind: 'read', seq });
      const header = await sharp(source, { failOn: 'none', limitInputPixels: MAX_PIXELS }).metadata();
      refuseHeavy(header, limits.decoding);
      return await decodeThumbnail(source, header);
    } catch (error) {
      if (error instanceof NeedsMemory) throw error;
      throw toPhotoError(absolute, error);
    }
  },

  async image({ source, input }, seq, limits) {
    const decode = async (from: string | Uint8Array) => {
      send({ kind: 'read', seq });
      const header = await sharp(from, { failOn: 'error', limitInputPixels: MAX_PIXELS }).metadata();
      refuseHeavy(header, limits.decoding);
      return squarePixels(await openUpright(from), input);
    };
    if (source instanceof Uint8Array) return await decode(source);
    const absolute = path.join(source.root, source.path);
    try {
      await using file = await openInside(source.root, source.path);
      return await decode(await sourceOf(file, absolute));
    } catch (error) {
      if (error instanceof NeedsMemory) throw error;
      throw toPhotoError(absolute, error);
    }
  },

  async compare({ root, files, hashes }) {
    const real = await realpath(root);
    let [sameSize, sameContent, compared] = [0, 0, 0];
    for (const { path: relative, size, contentHash } of files) {
      const stats = await stat(path.join(real, relative)).catch(() => null);
      if (stats === null || !stats.isFile() || stats.size !== size) continue;
      sameSize++;
      if (compared >= hashes) continue;
      compared++;
      if ((await hashFile(real, relative).catch(() => null)) === contentHash) sameContent++;
    }
    return { sameSize, sameContent, compared };
  },
};

/** An empty file is what a power cut may leave; it counts as none. */
const hasThumbnail = (libraryDir: string, contentHash: string): Promise<boolean> =>
  stat(thumbnailPath(libraryDir, contentHash)).then(
    (stats) => stats.size > 0,
    () => false,
  );
