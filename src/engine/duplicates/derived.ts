// Whether one picture file was made by saving another again: it then has that one's rounding in it.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { float32At, itemAt, uint16At, uint8At } from '../../shared/at.ts';
import { asItIs, isAsItIs, type Orientation } from './alignment.ts';

/** Pixels of a side of a block that JPEG transforms as one. */
const side = 8;
/** Blocks that are compared at most. */
const mostBlocks = 400;
/** Larger pictures are compared as far as their middle goes, and only in the same position. */
const mostPixels = 12_000_000;
/** Pixels of a side of that middle. */
const middle = 768;

/** Brightness of a picture, and how coarsely its file rounds its frequencies. */
export interface CompressedPicture {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** `[64]` steps of the brightness, row by row; 1 where the file does not round frequencies of such blocks. */
  readonly steps: Uint16Array;
  /** Brightness, 128 for each of 256 levels, of the picture or, where it is large, of its middle. */
  readonly plane: Plane;
  /** Share of its pixels that are as white as can be, from 0 to 1. */
  readonly blown: number;
}

/** A picture in memory, as stored, or mirrored and turned: pixel (x, y) is `values[base + x * dx + y * dy]`. */
interface Plane {
  readonly values: Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly base: number;
  readonly dx: number;
  readonly dy: number;
}

/** @throws Error where the file is no picture */
export async function compressedPicture(file: string): Promise<CompressedPicture> {
  const bytes = await readFile(file);
  // Upright or not, blocks are where the file has them.
  const { width, height, format } = await sharp(bytes, { autoOrient: false }).metadata();
  const all = width * height <= mostPixels;
  const window = all
    ? { left: 0, top: 0, width, height }
    : { left: start(width), top: start(height), width: Math.min(middle, width), height: Math.min(middle, height) };
  const { data, info } = await sharp(bytes, { autoOrient: false })
    .extract(window)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const steps = (format === 'jpeg' ? brightnessSteps(bytes) : null) ?? new Uint16Array(side * side).fill(1);
  const values = brightness(data, info.channels);
  const plane = { values, width: info.width, height: info.height, base: 0, dx: 1, dy: info.width };
  return {
    width,
    height,
    format,
    steps,
    plane,
    blown: values.filter((value) => value >= white).length / values.length,
  };
}

/** A JPEG's white is at most a level below 255. */
const white = 128 * 254;

/** Start of the middle, at the edge of a block. */
const start = (length: number): number => Math.max(0, Math.floor((length - middle) / 2 / side) * side);

function brightness(pixels: Uint8Array, channels: number): Uint16Array {
  const values = new Uint16Array(pixels.length / channels);
  for (let i = 0, p = 0; i < values.length; i++, p += channels) {
    const red = uint8At(pixels, p);
    const value = channels < 3 ? red : 0.299 * red + 0.587 * uint8At(pixels, p + 1) + 0.114 * uint8At(pixels, p + 2);
    values[i] = Math.round(128 * value);
  }
  return values;
}

const mirrored = (plane: Plane): Plane => ({
  ...plane,
  base: plane.base + (plane.width - 1) * plane.dx,
  dx: -plane.dx,
});
/** Turns a quarter to the right. */
const turned = ({ values, width, height, base, dx, dy }: Plane): Plane => ({
  ...{ values, width: height, height: width },
  ...{ base: base + (height - 1) * dy, dx: -dy, dy: dx },
});

/** The picture as it looks turned by quarters, then mirrored. */
function seen(plane: Plane, { quarters, isMirrored }: Orientation): Plane {
  let view = plane;
  for (let quarter = 0; quarter < quarters; quarter++) view = turned(view);
  return isMirrored ? mirrored(view) : view;
}

/** Order in which a JPEG file lists the 64 frequencies (ITU T.81, figure A.6): place in the block by place in the file. */
const zigzag = (() => {
  const places = Array.from({ length: side * side }, (_, i) => ({ x: i % side, y: Math.floor(i / side), i }));
  places.sort((a, b) => {
    const [m, n] = [a.x + a.y, b.x + b.y];
    return m - n || (m % 2 === 0 ? b.y - a.y : a.y - b.y);
  });
  return places.map(({ i }) => i);
})();

/** The quantization table 0 of a JPEG file (ITU T.81, B.2.4.1), row by row; null where there is none. */
export function brightnessSteps(bytes: Uint8Array): Uint16Array | null {
  // A file that is cut short reads as zeros.
  const at = (i: number) => (i < bytes.length ? uint8At(bytes, i) : 0);
  for (let i = 2; i + 4 < bytes.length && at(i) === 0xff;) {
    const marker = at(i + 1);
    const length = at(i + 2) * 256 + at(i + 3);
    if (marker === 0xda) break;
    if (marker === 0xdb) {
      for (let table = i + 4; table < i + 2 + length;) {
        const wide = at(table) >> 4 !== 0;
        const id = at(table) & 15;
        const size = wide ? 2 : 1;
        if (id === 0) {
          const steps = new Uint16Array(side * side);
          zigzag.forEach((place, k) => {
            const value = table + 1 + k * size;
            steps[place] = Math.max(1, wide ? at(value) * 256 + at(value + 1) : at(value));
          });
          return steps;
        }
        table += 1 + side * side * size;
      }
    }
    i += 2 + length;
  }
  return null;
}

/** Rows of the orthonormal DCT-II. */
const basis = Array.from({ length: side }, (_, u) =>
  Float32Array.from(
    { length: side },
    (_value, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side)),
  ),
);

/** `[blocks, 64]`: frequencies of some of the blocks, evenly spread. */
function frequenciesOf({ values, width, height, base, dx, dy }: Plane): Float32Array {
  const [across, down] = [Math.floor(width / side), Math.floor(height / side)];
  const every = Math.max(1, Math.ceil((across * down) / mostBlocks));
  const blocks = Math.ceil((across * down) / every);
  const out = new Float32Array(blocks * side * side);
  const block = new Float32Array(side * side);
  const half = new Float32Array(side * side);
  for (let n = 0; n < blocks; n++) {
    const place = n * every;
    const corner = base + (place % across) * side * dx + Math.floor(place / across) * side * dy;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) block[y * side + x] = uint16At(values, corner + x * dx + y * dy) / 128 - 128;
    }
    transform(block, half, out.subarray(n * side * side, (n + 1) * side * side));
  }
  return out;
}

/** The two-dimensional DCT of a block. */
function transform(block: Float32Array, half: Float32Array, out: Float32Array): void {
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < side; u++) {
      const row = itemAt(basis, u);
      let sum = 0;
      for (let x = 0; x < side; x++) sum += float32At(row, x) * float32At(block, y * side + x);
      half[y * side + u] = sum;
    }
  }
  for (let v = 0; v < side; v++) {
    const column = itemAt(basis, v);
    for (let u = 0; u < side; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += float32At(column, y) * float32At(half, y * side + u);
      out[v * side + u] = sum;
    }
  }
}

/** How many of the numbers that are not rounded to zero must agree for two blocks to be the same. */
const alike = 0.8;
/** Blocks that must agree: what was written over a picture covers the others. */
const mostAlike = 0.4;
/** A block with fewer numbers is left out. */
const fewestNumbers = 4;

/**
 * Share of the blocks in which rounding `source` by the steps of `copy` gives what is in `copy`. It is near one where the
 * copy was saved from the source, and falls where the source was rounded more coarsely than the copy: an original has more in
 * it than what was saved from it.
 * @param copy frequencies `[blocks, 64]` on the grid of its own file
 * @param source of the same blocks
 */
function explainedBlocks(copy: Float32Array, source: Float32Array, steps: Uint16Array): number {
  let known = 0;
  let explained = 0;
  for (let block = 0; block < copy.length; block += side * side) {
    let numbers = 0;
    let same = 0;
    // The mean of a block changes by a level here and there for other reasons.
    for (let i = 1; i < side * side; i++) {
      const step = uint16At(steps, i);
      const a = Math.round(float32At(copy, block + i) / step);
      const b = Math.round(float32At(source, block + i) / step);
      if (a === 0 && b === 0) continue;
      numbers++;
      if (a === b) same++;
    }
    if (numbers < fewestNumbers) continue;
    known++;
    if (same >= alike * numbers) explained++;
  }
  return known === 0 ? 0 : explained / known;
}

/**
 * Mean distance of frequencies from the multiples of a file's steps, in steps: a quarter where they have nothing to do with
 * them, less where they were once rounded so. Null where the steps are too fine for that to be seen.
 */
function distanceFromSteps(frequencies: Float32Array, steps: Uint16Array): number | null {
  let numbers = 0;
  let sum = 0;
  for (let at = 0; at < frequencies.length; at++) {
    const step = uint16At(steps, at % (side * side));
    const value = Math.abs(float32At(frequencies, at) / step);
    // What is rounded to zero is near it anyway.
    if (at % (side * side) === 0 || step < 2 || value < 0.5) continue;
    numbers++;
    sum += Math.abs(value - Math.round(value));
  }
  return numbers < fewestSteps ? null : sum / numbers;
}

const fewestSteps = 200;
/**
 * Of pictures saved at qualities 85 to 97 from one saved at 75, all are below .20, and below .17 from 92 on; those that have
 * nothing to do with the other's steps are at .23 to .31.
 */
const surelyNear = 0.17;
const near = 0.21;
/** Files whose coarseness differs by less say it by what explains what. */
const similar = 0.75;
const clearly = 0.05;

/** Mean step of the low frequencies: how coarse a file is. */
const coarseness = (steps: Uint16Array): number => [1, 2, 8, 9, 16].reduce((sum, i) => sum + uint16At(steps, i), 0) / 5;

/** Position of one picture on the other. */
export interface Views {
  /** How the source is seen to look like the copy. */
  readonly sourceAsCopy: Orientation;
  /** And the other way round. */
  readonly copyAsSource: Orientation;
}

/**
 * Whether `copy` was saved from `source`, of the same size: re-encoded, perhaps mirrored, turned, or with something written
 * over it.
 */
export function isDerived(
  copy: CompressedPicture,
  source: CompressedPicture,
  { sourceAsCopy, copyAsSource }: Views = { sourceAsCopy: asItIs, copyAsSource: asItIs },
): boolean {
  const [turnedSource, turnedCopy] = [seen(source.plane, sourceAsCopy), seen(copy.plane, copyAsSource)];
  if (copy.width * copy.height !== source.width * source.height) return false;
  if (copy.plane.width !== turnedSource.width || copy.plane.height !== turnedSource.height) return false;
  // The middle of a large picture is not the middle of it mirrored, to the pixel.
  if (!isAsItIs(sourceAsCopy) && copy.width !== copy.plane.width) return false;
  const [a, b] = [coarseness(copy.steps), coarseness(source.steps)];
  const forth = () => explainedBlocks(frequenciesOf(copy.plane), frequenciesOf(turnedSource), copy.steps);
  const back = () => explainedBlocks(frequenciesOf(source.plane), frequenciesOf(turnedCopy), source.steps);
  // Two files with the same rounding in the same position prove nothing; once turned, the original's rounding fits its own grid only.
  if (Math.abs(a - b) < 0.01 * b) return !isAsItIs(sourceAsCopy) && forth() - back() > clearly;
  if (a < b) {
    return isFineDerived(forth, back, () => distanceFromSteps(frequenciesOf(turnedCopy), source.steps), a / b);
  }
  // WebP and AVIF round too, in a way that is not looked at here.
  if (!['jpeg', 'png', 'tiff'].includes(source.format)) return false;
  const reverse = () => distanceFromSteps(frequenciesOf(turnedSource), copy.steps);
  return !isFineDerived(back, forth, reverse, b / a) && forth() >= mostAlike;
}

/**
 * Whether the finer of two files was saved from the coarser: it has that one's rounding in it.
 * @param forth how well the coarser explains the finer
 * @param back how well the finer explains the coarser
 * @param distance of the finer from the steps of the coarser
 * @param ratio of their coarseness, below 1
 */
function isFineDerived(forth: () => number, back: () => number, distance: () => number | null, ratio: number): boolean {
  const explained = forth();
  if (ratio > similar) return explained >= mostAlike && explained > back() - clearly;
  const found = distance() ?? Infinity;
  return found < surelyNear || explained >= 0.5 || (found < near && explained >= 0.3);
}
