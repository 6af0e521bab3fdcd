// Whether one picture file was made by saving another again: it then has that one's rounding in it.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { itemAt, float32At, uint16At, uint8At } from '../../shared/at.ts';

/** Pixels of a side of a block that JPEG transforms as one. */
const side = 8;
/** Pixels of the part that is compared, from the middle. */
const part = 768;
/** Blocks that are compared at most. */
const mostBlocks = 400;

/** The blocks of a picture in their frequencies, and how coarsely its file rounds each. */
export interface CompressedPicture {
  readonly width: number;
  readonly height: number;
  /** `[64]` steps of the brightness, row by row; 1 where the file does not round frequencies of such blocks. */
  readonly steps: Uint16Array;
  readonly format: string;
  /** `[blocks, 64]` */
  readonly frequencies: Float32Array;
}

/** @throws Error where the file is no picture */
export async function compressedPicture(file: string): Promise<CompressedPicture> {
  const bytes = await readFile(file);
  // Upright or not, blocks stay where the file has them.
  const { width, height, format } = await sharp(bytes, { autoOrient: false }).metadata();
  const [left, top] = [start(width), start(height)];
  const window = { left, top, width: Math.min(part, width - left), height: Math.min(part, height - top) };
  const { data, info } = await sharp(bytes, { autoOrient: false })
    .extract(window)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const steps = (format === 'jpeg' ? brightnessSteps(bytes) : null) ?? new Uint16Array(side * side).fill(1);
  return { width, height, steps, format, frequencies: frequenciesOf(data, info.width, info.height, info.channels) };
}

/** Where the middle part begins, at the edge of a block. */
const start = (length: number): number => Math.max(0, Math.floor((length - part) / 2 / side) * side);

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
  const at = (i: number) => bytes[i] ?? 0;
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

function frequenciesOf(pixels: Uint8Array, width: number, height: number, channels: number): Float32Array {
  const [across, down] = [Math.floor(width / side), Math.floor(height / side)];
  const every = Math.max(1, Math.ceil((across * down) / mostBlocks));
  const blocks = Math.ceil((across * down) / every);
  const out = new Float32Array(blocks * side * side);
  const block = new Float32Array(side * side);
  const half = new Float32Array(side * side);
  for (let n = 0; n < blocks; n++) {
    const place = n * every;
    const left = (place % across) * side;
    const top = Math.floor(place / across) * side;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const p = ((top + y) * width + left + x) * channels;
        const red = uint8At(pixels, p);
        block[y * side + x] =
          (channels < 3 ? red : 0.299 * red + 0.587 * uint8At(pixels, p + 1) + 0.114 * uint8At(pixels, p + 2)) - 128;
      }
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

/** Of the numbers that are not rounded to zero, so many must agree for a block to be the other's. */
const alike = 0.8;
/** So many blocks: what was written over a picture covers the others. */
const mostAlike = 0.4;
/** A block with fewer numbers tells nothing. */
const fewestNumbers = 4;

/**
 * Share of the blocks in which rounding `source` as the file of `copy` does gives what is in `copy`. It is near one where the
 * copy was saved from the source, and falls where the source was rounded more coarsely than the copy: an original has more in
 * it than what was saved from it.
 */
export function explainedBlocks(copy: CompressedPicture, source: CompressedPicture): number {
  const blocks = copy.frequencies.length / (side * side);
  let known = 0;
  let explained = 0;
  for (let block = 0; block < blocks; block++) {
    let numbers = 0;
    let same = 0;
    // The mean of a block changes by a level here and there for other reasons.
    for (let i = 1; i < side * side; i++) {
      const at = block * side * side + i;
      const step = uint16At(copy.steps, i);
      const [a, b] = [
        Math.round(float32At(copy.frequencies, at) / step),
        Math.round(float32At(source.frequencies, at) / step),
      ];
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
 * Mean distance of a picture's frequencies from the multiples that the other file rounded them to, in steps: a quarter where
 * they have nothing to do with them, less where that rounding is still in the picture. Null where the other file rounds
 * too finely for that to be seen.
 */
export function distanceFromSteps({ frequencies }: CompressedPicture, { steps }: CompressedPicture): number | null {
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
const coarseness = ({ steps }: CompressedPicture): number =>
  [1, 2, 8, 9, 16].reduce((sum, i) => sum + uint16At(steps, i), 0) / 5;

/** Whether `copy` was saved from `source`, of the same size: re-encoded, perhaps with something written over it. */
export function isDerived(copy: CompressedPicture, source: CompressedPicture): boolean {
  if (copy.width !== source.width || copy.height !== source.height) return false;
  const [a, b] = [coarseness(copy), coarseness(source)];
  // Files that round alike tell nothing.
  if (Math.abs(a - b) < 0.01 * b) return false;
  if (a < b) return isFineDerived(copy, source);
  // WebP and AVIF round too, in a way that is not looked at here.
  if (!['jpeg', 'png', 'tiff'].includes(source.format)) return false;
  return !isFineDerived(source, copy) && explainedBlocks(copy, source) >= mostAlike;
}

/** Whether the finer of two files was saved from the coarser: it has that one's rounding in it. */
function isFineDerived(fine: CompressedPicture, rough: CompressedPicture): boolean {
  const explained = explainedBlocks(fine, rough);
  if (coarseness(fine) > similar * coarseness(rough)) {
    return explained >= mostAlike && explained > explainedBlocks(rough, fine) - clearly;
  }
  const distance = distanceFromSteps(fine, rough) ?? Infinity;
  return distance < surelyNear || explained >= 0.5 || (distance < near && explained >= 0.3);
}
