// Decodes a photo once for all that is made of its pixels: the encoder's input and the thumbnail.
import sharp, { type Metadata } from 'sharp';
import { squarePixels, uprightOf, type PixelInput, type UprightPhoto } from './pixel-input.ts';

/** Pixels on the long side: two grid cells on a dense screen. */
export const THUMBNAIL_SIZE = 512;

/** Decoded pixels are kept for both uses up to this many bytes; a larger photo is decoded for each, in strips. */
const KEPT_BYTES = 96 * 1024 * 1024;

export interface Wanted {
  /** Null where no encoder waits for it. */
  readonly input: PixelInput | null;
  readonly thumbnail: boolean;
}

export interface Decoded {
  /** `[side, side, 3]` bytes. */
  readonly pixels: Uint8Array | null;
  /** WebP. */
  readonly thumbnail: Uint8Array | null;
}

/**
 * @param header what sharp's metadata() gave for the source
 * @throws the decoder's error
 */
export async function decodePhoto(source: string | Uint8Array, header: Metadata, wanted: Wanted): Promise<Decoded> {
  const photo = uprightOf(source, header.autoOrient);
  const both = wanted.input !== null && wanted.thumbnail;
  const shared = both ? await decodeOnce(photo, wanted.input) : photo;
  return {
    pixels: wanted.input === null ? null : await squarePixels(shared, wanted.input),
    thumbnail: wanted.thumbnail ? await thumbnailOf(shared) : null,
  };
}

/** The thumbnail of a photo that may be cut short: what there is of it is better than a grey cell. */
export function decodeThumbnail(source: string | Uint8Array, header: Metadata): Promise<Uint8Array> {
  const { width, height } = header.autoOrient;
  const open = () => sharp(source, { failOn: 'none', limitInputPixels: false, page: 0, pages: 1 }).autoOrient();
  return thumbnailOf({ width, height, open });
}

function thumbnailOf(photo: UprightPhoto): Promise<Uint8Array> {
  return photo
    .open()
    .resize(THUMBNAIL_SIZE, THUMBNAIL_SIZE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 2 })
    .toBuffer();
}

/**
 * The photo with its pixels decoded, halved as often as both uses still have twice the pixels they need. JPEG decoders
 * halve for nothing. Gives the photo as it was where the pixels would take too much memory.
 */
async function decodeOnce(photo: UprightPhoto, input: PixelInput): Promise<UprightPhoto> {
  const short = Math.min(photo.width, photo.height);
  let shrink = 1;
  while (!input.exact && shrink < 8 && short / (shrink * 2) >= 2 * Math.max(input.resizeTo, THUMBNAIL_SIZE / 2)) {
    shrink *= 2;
  }
  const width = Math.round(photo.width / shrink);
  const height = Math.round(photo.height / shrink);
  if (width * height * 3 > KEPT_BYTES) return photo;
  const pipeline = photo.open();
  if (shrink > 1) pipeline.resize(width, height, { fit: 'fill' });
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return { width: info.width, height: info.height, open: () => sharp(data, { raw, limitInputPixels: false }) };
}

/** Nothing was decoded, because it is expected to take more memory than is allowed. */
export class NeedsMemory extends Error {
  override readonly name = 'NeedsMemory';
}

/** @throws NeedsMemory */
export function refuseHeavy(header: Metadata, limit: number): void {
  if (decodingBytes(header) > limit) throw new NeedsMemory();
}

/**
 * Bytes the decoder is likely to take beyond the file itself, by what the header says. Formats that are decoded line by
 * line take next to nothing. Measured on 49 to 289 megapixels.
 */
export function decodingBytes(header: Metadata): number {
  const { width, height } = header;
  const pixels = width * height;
  const sampleBytes = header.depth === 'ushort' ? 2 : header.depth === 'float' || header.depth === 'uint' ? 4 : 1;
  const turned = header.orientation !== undefined && header.orientation > 1;
  // libvips turns a photo with all its pixels in memory.
  const turning = turned ? pixels * header.channels * sampleBytes : 0;
  const wholePictures: Readonly<Record<string, number>> = { webp: 5.5, gif: 5, heif: 19 };
  const progressive: Readonly<Record<string, number>> = {
    // All coefficients are kept, two bytes each.
    jpeg: 2 * (header.chromaSubsampling === '4:2:0' ? 1.5 : header.channels),
    png: header.channels * sampleBytes,
  };
  const perPixel = wholePictures[header.format] ?? (header.isProgressive ? (progressive[header.format] ?? 0) : 0);
  return pixels * perPixel + turning;
}
