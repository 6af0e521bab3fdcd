// The change of brightness from one picture to another one of the same pixels, as programs make it: a curve.
import { float32At, uint16At, uint32At } from '../../shared/at.ts';
import type { Plane } from './plane.ts';

const levels = 256;
/** Pixels to compare at most. */
const mostPixels = 200_000;
/** Pixels farther from the median of their level, in levels, are other content, such as text over a copy. */
const near = 8;
/** Half the width, in levels, of the window that smooths the curve. */
const smoothing = 6;

export interface ToneCurve {
  /** `[256]`: level in the second picture for each level of the first. */
  readonly levels: Float32Array;
  /** Mean change, in levels. */
  readonly change: number;
}

/** @param to the same size as `from` */
export function toneCurve(from: Plane, to: Plane): ToneCurve {
  const pairs = new Uint32Array(levels * levels);
  const step = Math.max(1, Math.ceil(Math.sqrt((from.width * from.height) / mostPixels)));
  for (let y = 0; y < from.height; y += step) {
    for (let x = 0; x < from.width; x += step) {
      const [a, b] = [levelAt(from, x, y), levelAt(to, x, y)];
      pairs[a * levels + b] = uint32At(pairs, a * levels + b) + 1;
    }
  }
  const counts = new Float32Array(levels);
  const means = new Float32Array(levels);
  for (let level = 0; level < levels; level++) {
    const { count, mean } = meanNearMedian(pairs.subarray(level * levels, (level + 1) * levels));
    counts[level] = count;
    means[level] = mean;
  }
  const curve = smoothed(means, counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const change = curve.reduce((sum, value, level) => sum + Math.abs(value - level) * float32At(counts, level), 0);
  return { levels: curve, change: change / Math.max(1, total) };
}

const levelAt = ({ values, base, dx, dy }: Plane, x: number, y: number): number =>
  Math.min(levels - 1, Math.round(uint16At(values, base + x * dx + y * dy) / 128));

function meanNearMedian(row: Uint32Array): { readonly count: number; readonly mean: number } {
  const half = row.reduce((sum, count) => sum + count, 0) / 2;
  if (half === 0) return { count: 0, mean: 0 };
  let median = 0;
  for (let sum = 0; median < levels; median++) {
    sum += uint32At(row, median);
    if (sum >= half) break;
  }
  let [count, sum] = [0, 0];
  for (let level = Math.max(0, median - near); level <= Math.min(levels - 1, median + near); level++) {
    count += uint32At(row, level);
    sum += level * uint32At(row, level);
  }
  return { count, mean: sum / count };
}

/** A line through the neighbours of each level, weighted by their pixels; levels without pixels take the lines of the others. */
function smoothed(means: Float32Array, counts: Float32Array): Float32Array {
  const out = new Float32Array(levels);
  for (let level = 0; level < levels; level++) {
    for (let width = smoothing; width <= levels; width *= 2) {
      const value = lineAt(means, counts, level, width);
      if (value === null) continue;
      out[level] = value;
      break;
    }
  }
  return out;
}

function lineAt(means: Float32Array, counts: Float32Array, level: number, width: number): number | null {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let other = Math.max(0, level - width); other <= Math.min(levels - 1, level + width); other++) {
    const weight = float32At(counts, other) * (1 - Math.abs(other - level) / (width + 1));
    const [dx, value] = [other - level, float32At(means, other)];
    w += weight;
    x += weight * dx;
    y += weight * value;
    xx += weight * dx * dx;
    xy += weight * dx * value;
  }
  if (w === 0) return null;
  const spread = w * xx - x * x;
  return spread > 1e-6 * w * w ? (y * xx - x * xy) / spread : y / w;
}

/** Brightness, 128 for each level, after the curve. */
export function tonedBy({ levels: curve }: ToneCurve, value: number): number {
  const at = Math.min(levels - 1, value / 128);
  const low = Math.min(levels - 2, Math.floor(at));
  const [first, second] = [float32At(curve, low), float32At(curve, low + 1)];
  return 128 * (first + (at - low) * (second - first));
}
