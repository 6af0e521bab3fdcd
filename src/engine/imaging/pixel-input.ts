// Pixel input of an encoder's network, described as plain data, and its computation from a photo.
import sharp, { type Sharp } from 'sharp';
import { axisTaps, resample, type Resampling } from './resample.ts';
import { float32At, uint8At } from '../../shared/at.ts';

/** Source of one plane of the network's input: `value * scale + shift` of a channel's values in 0..255. */
export interface InputPlane {
  /** 0 red, 1 green, 2 blue. */
  readonly channel: 0 | 1 | 2;
  readonly scale: number;
  readonly shift: number;
}

/** Plain data, so that it can be sent to a process. */
export interface PixelInput {
  /** Side of the square the network takes. */
  readonly side: number;
  /** `shortest`: keep the proportions and crop the middle; `squash`: both sides to the same length. */
  readonly fit: 'shortest' | 'squash';
  /** Length of the shortest edge (or of both, for `squash`) before cropping. */
  readonly resizeTo: number;
  readonly resampling: Resampling;
  /** Whether the pixels must equal Pillow's: no shrinking by the decoder, and Pillow's arithmetic for enlarging. */
  readonly exact: boolean;
  readonly planes: readonly [InputPlane, InputPlane, InputPlane];
}

/** Larger photos are refused by their header. Below this, memory and time decide what can be decoded. */
export const maxPixels = 1_000_000_000;

/** A photo as viewed: upright, in sRGB, transparent parts white like paper, first page only. */
export interface UprightPhoto {
  readonly width: number;
  readonly height: number;
  /** A new pipeline over its pixels. */
  open(): Sharp;
}

/**
 * @param source an image file's path or bytes
 * @throws the decoder's error when the header cannot be read
 */
export async function openUpright(source: string | Uint8Array): Promise<UprightPhoto> {
  const { autoOrient } = await sharp(source, { failOn: 'error', limitInputPixels: maxPixels }).metadata();
  return uprightOf(source, autoOrient);
}

/**
 * @param size after EXIF orientation
 * @param failOn `none`: damaged or missing parts stay plain
 */
export function uprightOf(
  source: string | Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  failOn: 'error' | 'none' = 'error',
): UprightPhoto {
  return {
    width,
    height,
    open: () =>
      sharp(source, { failOn, limitInputPixels: maxPixels, page: 0, pages: 1 })
        .autoOrient()
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb'),
  };
}

const kernels = { nearest: 'nearest', lanczos: 'lanczos3', linear: 'linear', cubic: 'cubic' } as const;

/** `[side, side, 3]` bytes of a photo, resized and cut, red first. */
export async function squarePixels(photo: UprightPhoto, input: PixelInput): Promise<Uint8Array> {
  const { width, height } = photo;
  const { side, resizeTo, resampling, exact } = input;
  const shortest = Math.min(width, height);
  const keep = input.fit === 'shortest';
  const targetWidth = keep ? Math.floor((resizeTo * width) / shortest) : resizeTo;
  const targetHeight = keep ? Math.floor((resizeTo * height) / shortest) : resizeTo;
  const left = Math.floor((targetWidth - side) / 2);
  const top = Math.floor((targetHeight - side) / 2);

  if (exact && targetWidth > width && targetHeight > height) {
    // libvips shifts the centres of enlarged pixels by a third of a pixel against Pillow, which changes small
    // pictures visibly. Pillow's own arithmetic is fast enough for them.
    const xs = axisTaps(width, targetWidth, left, side, resampling);
    const ys = axisTaps(height, targetHeight, top, side, resampling);
    const window = { left: xs.sourceStart, top: ys.sourceStart, width: xs.sourceCount, height: ys.sourceCount };
    return resample(await photo.open().extract(window).raw().toBuffer(), xs, ys);
  }
  // Differences from Pillow: docs/measurements.md, Pixels of an encoder.
  const pixels = await photo
    .open()
    .resize({
      width: targetWidth,
      height: targetHeight,
      fit: 'fill',
      kernel: kernels[resampling],
      fastShrinkOnLoad: !exact,
    })
    .extract({ left, top, width: side, height: side })
    .raw({ depth: 'uchar' })
    .toBuffer();
  if (pixels.length !== side * side * 3) {
    throw new Error(`The photo was decoded to ${pixels.length} instead of ${side * side * 3} bytes.`);
  }
  return pixels;
}

/** Numbers of the network's input for one photo. */
export const planesLength = ({ side }: PixelInput): number => 3 * side * side;

/**
 * `[side, side, 3]` bytes -> `[3, side, side]` numbers, the network's input.
 * @param numbers array to write into
 * @throws RangeError where the number of bytes does not fit the input
 */
export function toPlanes(
  pixels: Uint8Array,
  input: PixelInput,
  numbers: Float32Array = new Float32Array(planesLength(input)),
): Float32Array {
  const { side, planes } = input;
  const area = side * side;
  if (pixels.length !== area * 3) throw new RangeError(`${pixels.length} bytes are not ${side} x ${side} pixels.`);
  planes.forEach(({ channel, scale, shift }, plane) => {
    // A channel has 256 values, a photo a hundred thousand pixels and more.
    const ofValue = Float32Array.from({ length: 256 }, (_, value) => value * scale + shift);
    let to = plane * area;
    for (let from: number = channel; from < pixels.length; from += 3) {
      numbers[to++] = float32At(ofValue, uint8At(pixels, from));
    }
  });
  return numbers;
}
