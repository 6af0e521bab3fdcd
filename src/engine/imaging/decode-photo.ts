// Decodes a photo once for all uses of its pixels: the encoder's input and the thumbnail.
import sharp from 'sharp';
import { uint8At } from '../../shared/at.ts';
import type { Picture } from './picture.ts';
import { squarePixels, uprightOf, type PixelInput, type UprightPhoto } from './pixel-input.ts';

/** Pixels on the long side: two grid cells on a dense screen. */
export const thumbnailSize = 512;

/** Decoded pixels are kept for both uses up to this many bytes; a larger photo is decoded for each, in strips. */
const keptBytes = 96 * 1024 * 1024;

export interface Wanted {
  /** Null where no encoder needs it. */
  readonly input: PixelInput | null;
  readonly thumbnail: boolean;
}

export interface Decoded {
  /** `[side, side, 3]` bytes. */
  readonly pixels: Uint8Array | null;
  /** The same for further frames of a video. */
  readonly frames: readonly Uint8Array[];
  /** WebP. */
  readonly thumbnail: Uint8Array | null;
  /** Whether the file is damaged or truncated and these are its readable pixels. */
  readonly damaged: boolean;
  /** Number of bytes behind the picture that belong to nothing known. */
  readonly foreignBytes: number;
}

/** Number of frames of a video to encode. */
const encodedFrames = 4;

/**
 * @throws the decoder's error where nothing of the picture can be decoded
 */
export async function decodePhoto(picture: Picture, wanted: Wanted): Promise<Decoded> {
  const foreignBytes = await picture.foreignBytes();
  if (wanted.input === null && !wanted.thumbnail) {
    return { pixels: null, frames: [], thumbnail: null, damaged: false, foreignBytes };
  }
  const [source, ...more] = await picture.sources(wanted.input === null ? 1 : encodedFrames);
  if (source === undefined) throw new Error('the photo has no picture');
  const { input } = wanted;
  const frames = input === null ? [] : more.map(async (frame) => squarePixels(await frameOf(frame), input));
  const decoded = await tolerating(picture, source, (photo) => decodeWith(photo, wanted));
  const damaged = decoded.damaged || picture.isCutShort;
  return { ...decoded.result, frames: await Promise.all(frames), damaged, foreignBytes };
}

async function frameOf(source: string | Uint8Array): Promise<UprightPhoto> {
  return uprightOf(source, (await sharp(source).metadata()).autoOrient);
}

/**
 * Decodes strictly. If that fails, uses the part that a lenient decoder gives.
 * @throws the strict decoder's error if a viewer shows nothing, too
 */
async function tolerating<T>(
  picture: Picture,
  source: string | Uint8Array,
  work: (photo: UprightPhoto) => Promise<T>,
): Promise<{ result: T; damaged: boolean }> {
  try {
    return { result: await work(uprightOf(source, picture)), damaged: false };
  } catch (error) {
    const photo = uprightOf(source, picture, 'none');
    if (!(await hasPicture(photo).catch(() => false))) throw error;
    try {
      return { result: await work(photo), damaged: true };
    } catch {
      throw error;
    }
  }
}

/** Share of a picture that must differ from its most frequent colour. Decoders fill missing parts with one colour. */
const leastShare = 0.01;
/** Steps of a channel that count as different. */
const leastDifference = 6;
const sampleSide = 64;

async function hasPicture(photo: UprightPhoto): Promise<boolean> {
  const shrunk = photo.open().resize(sampleSide, sampleSide, { fit: 'fill', kernel: 'nearest' }).removeAlpha();
  const { data, info } = await shrunk.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const pixels = Array.from({ length: info.width * info.height }, (_, i) =>
    data.subarray(i * info.channels, (i + 1) * info.channels),
  );
  const counts = new Map<string, number>();
  for (const pixel of pixels) counts.set(pixel.toString('hex'), (counts.get(pixel.toString('hex')) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [''];
  const fill = Buffer.from(first, 'hex');
  const different = pixels.filter((pixel) =>
    pixel.some((value, channel) => Math.abs(value - uint8At(fill, channel)) >= leastDifference),
  );
  return different.length >= leastShare * pixels.length;
}

async function decodeWith(photo: UprightPhoto, wanted: Wanted): Promise<Pick<Decoded, 'pixels' | 'thumbnail'>> {
  // Same result with or without a thumbnail, so that a photo always has the same row.
  const shared = wanted.input === null ? photo : await decodeOnce(photo, wanted.input);
  return {
    pixels: wanted.input === null ? null : await squarePixels(shared, wanted.input),
    thumbnail: wanted.thumbnail ? await thumbnailOf(shared) : null,
  };
}

/** `[side, side, 3]` bytes of a picture. @throws the decoder's error */
export async function decodeInput(picture: Picture, input: PixelInput): Promise<Uint8Array> {
  const { pixels } = await decodePhoto(picture, { input, thumbnail: false });
  if (pixels === null) throw new Error('the photo has no picture');
  return pixels;
}

/** The thumbnail of a photo that may be truncated: a partial picture is better than a grey cell. */
export async function decodeThumbnail(picture: Picture): Promise<Uint8Array> {
  return thumbnailOf(uprightOf(await posterOf(picture), picture, 'none'));
}

/** Largest side of a JPEG. */
const jpegSide = 65_535;
/** Most pixels of the viewer's copy of a photo. A browser takes a second and 4 bytes per pixel for this many. */
export const viewerPixels = 64_000_000;

/** The photo as a JPEG in sRGB for the viewer: in full size up to `viewerPixels`. */
export async function decodeFull(picture: Picture): Promise<Uint8Array> {
  const { width, height } = picture;
  const photo = uprightOf(await posterOf(picture), picture, 'none').open();
  const scale = Math.min(1, Math.sqrt(viewerPixels / (width * height)), jpegSide / Math.max(width, height));
  const side = Math.floor(scale * Math.max(width, height));
  if (scale < 1) photo.resize(side, side, { fit: 'inside' });
  return photo.jpeg({ quality: 90 }).toBuffer();
}

/** `[height, width, 3]` bytes. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Enough pixels for the small print on a sheet of paper. */
const legiblePixels = 4_000_000;

/** The upright photo, shrunk if it has more pixels than reading its text needs. */
export async function decodeRgb(picture: Picture): Promise<RgbPixels> {
  const photo = uprightOf(await posterOf(picture), picture, 'none');
  const scale = Math.min(1, Math.sqrt(legiblePixels / (photo.width * photo.height)));
  const size = (length: number) => Math.max(1, Math.round(length * scale));
  const pipeline = photo.open();
  if (scale < 1) pipeline.resize(size(photo.width), size(photo.height), { fit: 'fill' });
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
  throw new Error(`the photo has ${info.channels} channels`);
}

export async function posterOf(picture: Picture): Promise<string | Uint8Array> {
  const [source] = await picture.sources(1);
  if (source === undefined) throw new Error('the photo has no picture');
  return source;
}

function thumbnailOf(photo: UprightPhoto): Promise<Uint8Array> {
  return photo
    .open()
    .resize(thumbnailSize, thumbnailSize, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 0 })
    .toBuffer();
}

/** Pixels along a side of a shrunk photo, for each pixel that its uses need. */
const spare = 1.6;
/** Least shrinking that makes sharp decode fewer pixels of a JPEG; less of it takes longer than it saves. */
const leastShrink = 3;

/**
 * The photo with its pixels decoded, shrunk as far as both uses still have more pixels than they need: JPEG decoders
 * shrink while they decode. Returns the photo unchanged if the pixels would take too much memory.
 */
async function decodeOnce(photo: UprightPhoto, input: PixelInput): Promise<UprightPhoto> {
  const needed = spare * Math.max(input.resizeTo, thumbnailSize / 2);
  const most = input.exact ? 1 : Math.min(photo.width, photo.height) / needed;
  const shrink = most < leastShrink ? 1 : most;
  const width = Math.round(photo.width / shrink);
  const height = Math.round(photo.height / shrink);
  if (width * height * 3 > keptBytes) return photo;
  const pipeline = photo.open();
  if (shrink > 1) pipeline.resize(width, height, { fit: 'fill' });
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return { width: info.width, height: info.height, open: () => sharp(data, { raw, limitInputPixels: false }) };
}

/** Thrown before decoding, which is expected to take more memory than allowed. */
export class NeedsMemory extends Error {
  override readonly name = 'NeedsMemory';
}

/** @throws NeedsMemory */
export function refuseHeavy(picture: Picture, limit: number): void {
  if (picture.decodingBytes > limit) throw new NeedsMemory();
}
