// A picture as stored in its file, upright or not: brightness, and how coarsely the file rounds its frequencies.
import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { uint8At } from '../../shared/at.ts';
import { jpegSegments } from './formats/jpeg-segments.ts';
import type { PhotoFormat } from './image-kind.ts';
import type { Picture } from './picture.ts';

/** Pixels per side of a block that JPEG transforms as one. */
export const blockSide = 8;
/** For larger pictures only the middle is compared, and only in the same position. */
const mostPixels = 12_000_000;
/** Pixels per side of that middle. */
const middle = 768;
/** Number of bytes read of a large JPEG: its tables come before its pixels. */
const headBytes = 4 * 1024 * 1024;

export interface StoredPixels {
  /** Size of the whole picture in pixels, as stored. */
  readonly width: number;
  readonly height: number;
  /** Format in the decoder's words. */
  readonly format: string;
  /** `[64]` steps of the brightness, row by row; 1 where the file does not round frequencies of such blocks. */
  readonly steps: Uint16Array;
  /** `[rows, columns]`: brightness, 128 for each of 256 levels, of the picture or, where it is large, of its middle. */
  readonly values: Uint16Array;
  readonly columns: number;
  readonly rows: number;
  /** Share of fully white pixels among these, from 0 to 1. */
  readonly clipped: number;
}

/** Formats that sharp reads directly; others are converted for it. */
const own: ReadonlySet<PhotoFormat> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif']);

/** @throws Error for a picture that cannot be decoded, or whose format needs a conversion */
export async function decodeStored(picture: Picture): Promise<StoredPixels> {
  if (!own.has(picture.format)) throw new Error(`${picture.format} is converted before it is decoded`);
  const [source] = await picture.sources(1);
  if (source === undefined) throw new Error('the photo has no picture');
  const { width, height, format } = await sharp(source, { autoOrient: false, limitInputPixels: false }).metadata();
  const all = width * height <= mostPixels;
  // Keep the stored orientation: the file's blocks are aligned to it.
  const window = all ? { left: 0, top: 0, width, height } : middleWindow({ width, height }, middle);
  const { data, info } = await sharp(source, { autoOrient: false, limitInputPixels: false })
    .extract(window)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rounded = format === 'jpeg' ? brightnessSteps(await headOf(source)) : null;
  const values = brightness(data, info.channels);
  return {
    ...{ width, height, format, values, columns: info.width, rows: info.height },
    steps: rounded ?? new Uint16Array(blockSide * blockSide).fill(1),
    clipped: values.filter((value) => value >= white).length / values.length,
  };
}

async function headOf(source: Buffer | string): Promise<Uint8Array> {
  if (typeof source !== 'string') return source;
  await using file = await open(source);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}

/** JPEG's white is at most a level below 255. */
const white = 128 * 254;

/** The middle of a picture, from the edge of a block. @param side its width and height where the picture has as much */
export function middleWindow({ width, height }: { readonly width: number; readonly height: number }, side: number) {
  const start = (length: number) => Math.max(0, Math.floor((length - side) / 2 / blockSide) * blockSide);
  return {
    left: start(width),
    top: start(height),
    width: Math.min(side, width),
    height: Math.min(side, height),
  };
}

function brightness(pixels: Uint8Array, channels: number): Uint16Array {
  const values = new Uint16Array(pixels.length / channels);
  for (let i = 0, p = 0; i < values.length; i++, p += channels) {
    const red = uint8At(pixels, p);
    const value = channels < 3 ? red : 0.299 * red + 0.587 * uint8At(pixels, p + 1) + 0.114 * uint8At(pixels, p + 2);
    values[i] = Math.round(128 * value);
  }
  return values;
}

/** Order in which a JPEG file lists the 64 frequencies (ITU T.81, figure A.6): place in the block by place in the file. */
const zigzag = (() => {
  const places = Array.from({ length: blockSide * blockSide }, (_, i) => ({
    x: i % blockSide,
    y: Math.floor(i / blockSide),
    i,
  }));
  places.sort((a, b) => {
    const [m, n] = [a.x + a.y, b.x + b.y];
    return m - n || (m % 2 === 0 ? b.y - a.y : a.y - b.y);
  });
  return places.map(({ i }) => i);
})();

/** The quantization table 0 of a JPEG file (ITU T.81, B.2.4.1), row by row; null where there is none. */
export function brightnessSteps(bytes: Uint8Array): Uint16Array | null {
  // A truncated file reads as zeros.
  const at = (i: number) => (i < bytes.length ? uint8At(bytes, i) : 0);
  const quantization = 0xdb;
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (marker !== quantization) continue;
    for (let table = from; table < to;) {
      const wide = at(table) >> 4 !== 0;
      const id = at(table) & 15;
      const size = wide ? 2 : 1;
      if (id === 0) {
        const steps = new Uint16Array(blockSide * blockSide);
        zigzag.forEach((place, k) => {
          const value = table + 1 + k * size;
          steps[place] = Math.max(1, wide ? at(value) * 256 + at(value + 1) : at(value));
        });
        return steps;
      }
      table += 1 + blockSide * blockSide * size;
    }
  }
  return null;
}
