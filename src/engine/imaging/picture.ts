// The picture in a file of any format: its size and blocks of metadata, read without decoding pixels, and the bytes
// for sharp to decode. HEIC, JPEG XL, RAW and videos are converted first.
import sharp, { type Metadata } from 'sharp';
import { completeHeif, openHeif } from './formats/heif.ts';
import { profileOfNclx } from './formats/nclx.ts';
import { decodeJxl, readJxlHeader } from './formats/jxl.ts';
import {
  cr3Tags,
  findPreviews,
  isRawTiff,
  tiffOrientation,
  withOrientation,
  xmpOfRaw,
  type ReadAt,
} from './formats/raw.ts';
import type { VideoFrames } from '../../shared/contract/host.ts';
import { readVideoHeader, videoFrames } from './formats/video.ts';
import { tiffBytes } from './formats/tiff-bytes.ts';
import { completePng, isCutGif, isCutRaw } from './formats/cut-files.ts';
import { completeTiff } from './formats/cut-tiff.ts';
import { completeInterlaced, isDamagedInterlaced } from './formats/interlaced-png.ts';
import { foreignBytes, foreignBytesOfLarge } from './formats/trailing-data.ts';
import { padWebp } from './formats/webp.ts';
import type { PhotoFormat } from './image-kind.ts';
import { maxPixels } from './pixel-input.ts';

/** Blocks of metadata as the decoder found them. */
export type MetadataBlocks = Pick<Metadata, 'exif' | 'iptc' | 'xmp' | 'icc' | 'tifftagPhotoshop' | 'comments'>;

export interface PictureFile {
  /** All bytes, or the first megabytes of a large file. */
  readonly head: Buffer;
  /** Whether `head` is the whole file. */
  readonly isWhole: boolean;
  readonly size: number;
  /** Path by which a decoder opens the file itself. */
  readonly path: string;
  readonly readAt: ReadAt;
  /** Frames of a video that were taken elsewhere; where absent, ffmpeg takes them. */
  readonly videoFrames?: VideoFrames | null;
}

export interface Picture {
  /** Format by `kindOf`, but `raw` for a TIFF with a sensor's data. */
  readonly format: PhotoFormat;
  /** Size as viewed, after orientation. */
  readonly width: number;
  readonly height: number;
  readonly blocks: MetadataBlocks;
  /** Whether the file is known to be truncated, although its decoder may not notice. */
  readonly isCutShort: boolean;
  /** Number of bytes behind the picture that belong to nothing known; 0 where they are not looked for. May read the whole file. */
  readonly foreignBytes: () => Promise<number>;
  /** Bytes that decoding is likely to take beyond the file itself. */
  readonly decodingBytes: number;
  /** Processor seconds that decoding may take in addition to the limit of every photo. */
  readonly moreSeconds: number;
  /** Input for sharp: a path, or bytes. For a video its frames, the poster first. */
  readonly sources: (frames: number) => Promise<readonly (Buffer | string)[]>;
}

/** A file of a known format without a picture. The message completes "holds ...". */
export class NoPicture extends Error {
  override readonly name = 'NoPicture';
}

/** Larger files are not read as a whole. */
const mostBytes = 400 * 1024 * 1024;
/** Number of bytes read of a RAW: its directories are at the beginning. */
const directoryBytes = 512 * 1024;

/** @throws the decoder's error; NoPicture */
export async function openPicture(format: PhotoFormat, file: PictureFile): Promise<Picture> {
  const converted = { heic: openHeic, jxl: openJxl, raw: openRaw, video: openVideo };
  if (format === 'tiff') return isRawTiff(file.head) ? openRaw(file) : openBySharp(format, file);
  return isConverted(format, converted) ? converted[format](file) : openBySharp(format, file);
}

/**
 * The blocks of metadata of a file, of a RAW without the search for its previews, which reads the whole file.
 * @throws the decoder's error; NoPicture
 */
export async function metadataOf(
  format: PhotoFormat,
  file: PictureFile,
): Promise<{ readonly format: PhotoFormat; readonly blocks: MetadataBlocks }> {
  if (format !== 'raw' && !(format === 'tiff' && isRawTiff(file.head))) return openPicture(format, file);
  const { head, isWhole, size, readAt } = file;
  const tags = tagsOfRaw(head);
  const xmp = await xmpOfRaw(head, size, isWhole ? fromBytes(head) : readAt);
  return {
    format: 'raw',
    blocks: {
      ...(tags === null || isTiffMagic(head) ? {} : { exif: asTiff(tags) }),
      ...(xmp === null ? {} : { xmp }),
    },
  };
}

const isConverted = <T extends object>(format: PhotoFormat, converted: T): format is PhotoFormat & keyof T =>
  format in converted;

/** Functions that complete a truncated file of a format, and return the same bytes for a whole one. */
const completing: ReadonlyMap<PhotoFormat, (bytes: Buffer) => Buffer> = new Map([
  ['webp', padWebp],
  ['tiff', completeTiff],
  ['png', completePng],
]);

/** Functions that notice a cut which the decoder of the first picture does not. */
const noticesCut: ReadonlyMap<PhotoFormat, (bytes: Buffer) => boolean> = new Map([['gif', isCutGif]]);

async function openBySharp(format: PhotoFormat, file: PictureFile): Promise<Picture> {
  const complete = file.isWhole ? completing.get(format) : undefined;
  const bytes = complete?.(file.head) ?? file.head;
  const source = file.isWhole ? bytes : file.path;
  const header = await headerOf(source);
  if (format === 'png' && file.isWhole && isDamagedInterlaced(file.head)) return interlacedPart(file.head, header);
  const profile = format === 'avif' && header.icc === undefined ? profileOfNclx(file.head) : null;
  return {
    format,
    ...header.autoOrient,
    blocks: header,
    isCutShort: bytes !== file.head || (file.isWhole && noticesCut.get(format)?.(bytes) === true),
    foreignBytes: () => foreignBytesOf(format, file, bytes),
    decodingBytes: decodingBytes(header) + (profile === null ? 0 : header.width * header.height * 6),
    moreSeconds: 0,
    sources: async () => [profile === null ? source : await withProfile(source, profile)],
  };
}

const none = (): Promise<number> => Promise.resolve(0);

async function foreignBytesOf(format: PhotoFormat, file: PictureFile, bytes: Buffer): Promise<number> {
  if (file.isWhole) return foreignBytes(format, bytes);
  return format === 'jpeg' ? foreignBytesOfLarge(file.head, file.size, file.readAt) : 0;
}

/** The available passes of an interlaced PNG. */
function interlacedPart(bytes: Buffer, header: Metadata): Picture {
  const { width, height } = header;
  return {
    format: 'png',
    ...header.autoOrient,
    blocks: header,
    isCutShort: true,
    foreignBytes: none,
    // The pixels again for the passes and for the completed picture.
    decodingBytes: 3 * decodingBytes(header),
    moreSeconds: (width * height) / 4e6,
    sources: async () => [await completeInterlaced(bytes)],
  };
}

/**
 * The header of a file whose first bytes are those of a supported format.
 * @throws the decoder's error
 */
async function headerOf(source: Buffer | string): Promise<Metadata> {
  try {
    return await sharp(source, { failOn: 'none', limitInputPixels: maxPixels }).metadata();
  } catch (cause) {
    // No decoder recognises such a file: the directory of a truncated TIFF is missing.
    const isDamaged = cause instanceof Error && /contains unsupported image format$/i.test(cause.message);
    throw isDamaged ? new Error('the header is damaged', { cause }) : cause;
  }
}

/** The pixels with their colour profile, because libvips reads it from ICC profiles alone. */
async function withProfile(source: Buffer | string, icc: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(source, { limitInputPixels: maxPixels, page: 0, pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3) throw new Error(`the photo has ${channels} channels`);
  return tiffBytes({ width, height, channels, icc, orientation: 1 }, (room) => void data.copy(room));
}

async function wholeFile({ head, isWhole, size, readAt }: PictureFile): Promise<Buffer> {
  if (isWhole) return head;
  if (size > mostBytes) throw new Error('pixel limit: the file is too large to be decoded in memory');
  return readAt(0, size);
}

async function openHeic(file: PictureFile): Promise<Picture> {
  const whole = await wholeFile(file);
  const bytes = completeHeif(whole);
  const heif = await openHeif(bytes);
  heif.close();
  const { width, height, isTurned, exif, xmp, icc } = heif;
  requireSize(width, height);
  const orientation = isTurned || exif === null ? 1 : tiffOrientation(exif);
  const swapsSides = orientation > 4;
  return {
    format: 'heic',
    width: swapsSides ? height : width,
    height: swapsSides ? width : height,
    blocks: {
      ...(exif === null ? {} : { exif }),
      ...(xmp === null ? {} : { xmp }),
      ...(icc === null ? {} : { icc }),
    },
    isCutShort: bytes !== whole,
    foreignBytes: none,
    // Bytes for the file, its planes, the pixels as RGB in both memories, and once more where they are turned.
    decodingBytes: bytes.length + width * height * (orientation > 1 ? 14 : 11),
    moreSeconds: (width * height) / 4e6,
    async sources() {
      const opened = await openHeif(bytes);
      try {
        return [opened.decode(orientation)];
      } finally {
        opened.close();
      }
    },
  };
}

async function openJxl(file: PictureFile): Promise<Picture> {
  const bytes = await wholeFile(file);
  const { width, height, exif, xmp } = readJxlHeader(bytes);
  requireSize(width, height);
  return {
    format: 'jxl',
    width,
    height,
    blocks: { ...(exif === null ? {} : { exif }), ...(xmp === null ? {} : { xmp }) },
    isCutShort: false,
    foreignBytes: none,
    // An estimate for libjxl (docs/measurements.md, Reading photos).
    decodingBytes: width * height * 50,
    moreSeconds: (width * height) / 1.5e6,
    sources: async () => [await decodeJxl(bytes)],
  };
}

/** @throws Error like libvips' */
function requireSize(width: number, height: number): void {
  if (width * height > maxPixels) throw new Error('Input image exceeds pixel limit');
}

async function openRaw(file: PictureFile): Promise<Picture> {
  const { head, isWhole, size, readAt } = file;
  const readPart = isWhole ? fromBytes(head) : readAt;
  const previews = await findPreviews(size, readPart);
  const tags = tagsOfRaw(head);
  const words = await xmpOfRaw(head, size, readPart);
  for (const [i, { offset }] of previews.entries()) {
    const end = Math.min(
      size,
      previews.reduce((next, p) => (p.offset > offset ? Math.min(next, p.offset) : next), size),
    );
    const plain = isWhole ? head.subarray(offset, end) : await readAt(offset, Math.min(end - offset, mostBytes));
    try {
      const own = await sharp(plain, { failOn: 'none', limitInputPixels: maxPixels }).metadata();
      const turned = own.orientation === undefined && tags !== null;
      const jpeg = turned ? withOrientation(plain, tiffOrientation(tags)) : plain;
      const header = turned ? await sharp(jpeg, { failOn: 'none', limitInputPixels: maxPixels }).metadata() : own;
      const exif = tags === null ? own.exif : isTiffMagic(head) ? undefined : asTiff(tags);
      const xmp = words ?? own.xmp;
      return {
        format: 'raw',
        ...header.autoOrient,
        blocks: {
          ...(exif === undefined ? {} : { exif }),
          ...(own.iptc === undefined ? {} : { iptc: own.iptc }),
          ...(xmp === undefined ? {} : { xmp }),
          ...(own.icc === undefined ? {} : { icc: own.icc }),
        },
        isCutShort: isCutRaw(head, size),
        foreignBytes: none,
        decodingBytes: decodingBytes(header),
        moreSeconds: 0,
        sources: () => Promise.resolve([jpeg]),
      };
    } catch (error) {
      if (i === previews.length - 1) throw error;
    }
  }
  throw new NoPicture('a camera RAW image without a preview');
}

const fromBytes =
  (bytes: Buffer): ReadAt =>
  (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length));

/** The TIFF structure with a camera's name and the orientation; null for formats with another one. */
function tagsOfRaw(head: Buffer): Buffer | null {
  const order = head.toString('latin1', 0, 2);
  if (order === 'II' || order === 'MM') return head.toString('latin1', 6, 10) === 'HEAP' ? null : head;
  return cr3Tags(head);
}

/** Whether the file can be read as a TIFF unchanged. Olympus and Panasonic write another number than 42. */
const isTiffMagic = (head: Buffer): boolean => head[2] === 42 || head[3] === 42;

function asTiff(tags: Buffer): Buffer {
  const copy = Buffer.from(tags.subarray(0, directoryBytes));
  if (copy.toString('latin1', 0, 2) === 'II') copy.writeUInt16LE(42, 2);
  else copy.writeUInt16BE(42, 2);
  return copy;
}

async function openVideo({ path, videoFrames: taken = null }: PictureFile): Promise<Picture> {
  const header = taken ?? (await readVideoHeader(path));
  return {
    format: 'video',
    width: header.width,
    height: header.height,
    blocks: {},
    isCutShort: false,
    foreignBytes: none,
    decodingBytes: 0,
    moreSeconds: 10,
    sources: async (count) =>
      taken === null ? videoFrames(path, header, count) : taken.frames.slice(0, count).map((jpeg) => Buffer.from(jpeg)),
  };
}

/**
 * Bytes that decoding is likely to take beyond the file itself, by the header. Formats decoded line by line take
 * next to nothing (docs/measurements.md, Reading photos).
 */
export function decodingBytes(header: Metadata): number {
  const { width, height } = header;
  const pixels = width * height;
  const sampleBytes = header.depth === 'ushort' ? 2 : header.depth === 'float' || header.depth === 'uint' ? 4 : 1;
  const turned = header.orientation !== undefined && header.orientation > 1;
  // libvips needs all pixels in memory to turn a photo.
  const turning = turned ? pixels * header.channels * sampleBytes : 0;
  const wholePictures = new Map([
    ['webp', 5.5],
    ['gif', 5],
    ['heif', 19],
  ]);
  const progressive = new Map([
    // All coefficients are kept, two bytes each.
    ['jpeg', 2 * (header.chromaSubsampling === '4:2:0' ? 1.5 : header.channels)],
    ['png', header.channels * sampleBytes],
  ]);
  const byLine = header.isProgressive ? (progressive.get(header.format) ?? 0) : 0;
  const perPixel = wholePictures.get(header.format) ?? byLine;
  return pixels * perPixel + turning;
}
