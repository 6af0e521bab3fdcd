// Detects that one picture file was saved from another: the copy keeps traces of the original's rounding.
import { float32At, itemAt, uint16At } from '../../shared/at.ts';
import { blockSide as side, type StoredPixels } from '../imaging/stored-pixels.ts';
import { identity, isIdentity, type Orientation } from './alignment.ts';

/** Largest number of blocks to compare. */
const mostBlocks = 400;

/** Brightness of a picture, and the rounding steps of its file's frequencies. */
export interface CompressedPicture extends Pick<StoredPixels, 'width' | 'height' | 'format' | 'steps' | 'clipped'> {
  /** Brightness of the picture or, where it is large, of its middle. */
  readonly plane: Plane;
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

/** The picture of a file's pixels as they are stored. */
export function compressedPicture({ columns, rows, values, ...rest }: StoredPixels): CompressedPicture {
  const plane = { values, width: columns, height: rows, base: 0, dx: 1, dy: columns };
  return { ...rest, plane };
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

/** The picture after quarter turns to the right, then mirroring left to right. */
function oriented(plane: Plane, { quarters, isMirrored }: Orientation): Plane {
  let view = plane;
  for (let quarter = 0; quarter < quarters; quarter++) view = turned(view);
  return isMirrored ? mirrored(view) : view;
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

/** Share of the numbers not rounded to zero that must agree for two blocks to count as equal. */
const alike = 0.8;
/** Share of blocks that must agree. Text or a watermark over a picture covers the others. */
const mostAlike = 0.4;
/** Blocks with fewer numbers are left out. */
const fewestNumbers = 4;

/**
 * Share of the blocks in which rounding `source` by the steps of `copy` gives the numbers of `copy`. It is near 1
 * where the copy was saved from the source. It falls where the source was rounded more coarsely than the copy,
 * because an original has more detail than a file saved from it.
 * @param copy frequencies `[blocks, 64]` on the grid of its own file
 * @param source frequencies of the same blocks
 */
function explainedBlocks(copy: Float32Array, source: Float32Array, steps: Uint16Array): number {
  let known = 0;
  let explained = 0;
  for (let block = 0; block < copy.length; block += side * side) {
    let numbers = 0;
    let same = 0;
    // Other causes change the mean of a block by a level here and there.
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
 * Mean distance of frequencies from the multiples of a file's steps, in steps: a quarter for unrelated numbers, less
 * where the numbers were once rounded by these steps. Null where the steps are too fine to tell.
 */
function distanceFromSteps(frequencies: Float32Array, steps: Uint16Array): number | null {
  let numbers = 0;
  let sum = 0;
  for (let at = 0; at < frequencies.length; at++) {
    const step = uint16At(steps, at % (side * side));
    const value = Math.abs(float32At(frequencies, at) / step);
    // Every number rounded to zero is near a multiple anyway.
    if (at % (side * side) === 0 || step < 2 || value < 0.5) continue;
    numbers++;
    sum += Math.abs(value - Math.round(value));
  }
  return numbers < fewestSteps ? null : sum / numbers;
}

const fewestSteps = 200;
/**
 * Pictures saved at qualities 85 to 97 from one saved at 75 are all below .20, and below .17 from 92 on. Pictures
 * with unrelated steps are at .23 to .31.
 */
const surelyNear = 0.17;
const near = 0.21;
/** Ratio of coarseness above which steps are too similar to compare; explained blocks then decide. */
const similar = 0.75;
const clearly = 0.05;

/** Mean step of the low frequencies: a measure of a file's coarseness. */
const coarseness = (steps: Uint16Array): number => [1, 2, 8, 9, 16].reduce((sum, i) => sum + uint16At(steps, i), 0) / 5;

/** Relative orientation of two pictures. */
export interface Views {
  /** Turns and mirroring that make the source look like the copy. */
  readonly sourceAsCopy: Orientation;
  /** Turns and mirroring that make the copy look like the source. */
  readonly copyAsSource: Orientation;
}

/**
 * Whether `copy` was saved from `source`, of the same size: re-encoded, and perhaps mirrored, turned, or written
 * over.
 */
export function isDerived(
  copy: CompressedPicture,
  source: CompressedPicture,
  { sourceAsCopy, copyAsSource }: Views = { sourceAsCopy: identity, copyAsSource: identity },
): boolean {
  const [turnedSource, turnedCopy] = [oriented(source.plane, sourceAsCopy), oriented(copy.plane, copyAsSource)];
  if (copy.width * copy.height !== source.width * source.height) return false;
  if (copy.plane.width !== turnedSource.width || copy.plane.height !== turnedSource.height) return false;
  // Mirroring a large picture moves its middle by some pixels.
  if (!isIdentity(sourceAsCopy) && copy.width !== copy.plane.width) return false;
  const [a, b] = [coarseness(copy.steps), coarseness(source.steps)];
  const forth = () => explainedBlocks(frequenciesOf(copy.plane), frequenciesOf(turnedSource), copy.steps);
  const back = () => explainedBlocks(frequenciesOf(source.plane), frequenciesOf(turnedCopy), source.steps);
  // Equal rounding in the same position proves nothing. After a turn, the original's rounding fits its own grid
  // only.
  if (Math.abs(a - b) < 0.01 * b) return !isIdentity(sourceAsCopy) && forth() - back() > clearly;
  if (a < b) {
    return isFineDerived(forth, back, () => distanceFromSteps(frequenciesOf(turnedCopy), source.steps), a / b);
  }
  // WebP and AVIF round in another way, which this function does not read.
  if (!['jpeg', 'png', 'tiff'].includes(source.format)) return false;
  const reverse = () => distanceFromSteps(frequenciesOf(turnedSource), copy.steps);
  return !isFineDerived(back, forth, reverse, b / a) && forth() >= mostAlike;
}

/**
 * Whether the finer of two files was saved from the coarser and keeps traces of its rounding.
 * @param forth how well the coarser explains the finer
 * @param back how well the finer explains the coarser
 * @param distance of the finer from the steps of the coarser
 * @param ratio coarseness of the finer by that of the coarser, below 1
 */
function isFineDerived(forth: () => number, back: () => number, distance: () => number | null, ratio: number): boolean {
  const explained = forth();
  if (ratio > similar) return explained >= mostAlike && explained > back() - clearly;
  const found = distance() ?? Infinity;
  return found < surelyNear || explained >= 0.5 || (found < near && explained >= 0.3);
}
