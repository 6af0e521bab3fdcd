// Frequencies of a picture's blocks, and the share of blocks that two pictures have in common.
import { float32At, itemAt, uint16At } from '../../shared/at.ts';
import { blockSide as side } from '../imaging/stored-pixels.ts';
import type { Plane } from './plane.ts';
import { tonedBy, type ToneCurve } from './tone-curve.ts';

/** Largest number of blocks to compare. */
const mostBlocks = 400;

/** Rows of the orthonormal DCT-II. */
const basis = Array.from({ length: side }, (_, u) =>
  Float32Array.from(
    { length: side },
    (_value, x) => (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side)),
  ),
);

/** Frequencies of pictures as they are, each of which is compared with all others of its group. */
const keptFrequencies = new WeakMap<Plane, Float32Array>();

/** `[blocks, 64]`: frequencies of some of the blocks, evenly spread. */
export function frequenciesOf(plane: Plane): Float32Array {
  const made = keptFrequencies.get(plane) ?? tonedFrequencies(plane, null);
  keptFrequencies.set(plane, made);
  return made;
}

/** The same after a change of brightness. */
export function tonedFrequencies({ values, width, height, base, dx, dy }: Plane, tone: ToneCurve | null): Float32Array {
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
      for (let x = 0; x < side; x++) {
        const value = uint16At(values, corner + x * dx + y * dy);
        block[y * side + x] = (tone === null ? value : tonedBy(tone, value)) / 128 - 128;
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

/** Share of the numbers not rounded to zero that must agree for two blocks to count as equal. */
const alike = 0.8;
/** Blocks with fewer numbers are left out. */
const fewestNumbers = 4;

/**
 * Share of the blocks in which rounding `source` by the steps of `copy` gives the numbers of `copy`. It is near 1
 * where the copy was saved from the source. It falls where the source was rounded more coarsely than the copy,
 * because an original has more detail than a file saved from it.
 * @param copy frequencies `[blocks, 64]` on the grid of its own file
 * @param source frequencies of the same blocks
 */
export function explainedBlocks(copy: Float32Array, source: Float32Array, steps: Uint16Array): number {
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
