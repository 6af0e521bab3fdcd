// Confidence interval of a share of captions, where captions of one photo are found or missed together.
import type { Interval } from '../../../shared/contract/evaluation.ts';

/** Quantile of the normal distribution for 95%. */
const z = 1.96;

interface Found {
  readonly photo: number;
  /** Chance that the caption finds its photo, 0..1. */
  readonly found: number;
}

/**
 * Mean and Wilson score interval (Wilson 1927), which holds for few captions and for shares near 0 and 1, where a bootstrap is too
 * narrow. Captions count by the effective sample size: their number divided by the design effect (Kish 1965), which is between
 * 1 and the number of captions of a photo.
 * @param results at least one
 */
export function shareInterval(results: readonly Found[]): Interval {
  if (results.length === 0) throw new RangeError('an interval needs results');
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { photo, found } of results) {
    const { sum, count } = sums.get(photo) ?? { sum: 0, count: 0 };
    sums.set(photo, { sum: sum + found, count: count + 1 });
  }
  const [captions, photos] = [results.length, sums.size];
  const mean = results.reduce((sum, { found }) => sum + found, 0) / captions;
  let squares = 0;
  for (const { sum, count } of sums.values()) squares += (sum - mean * count) ** 2;
  const between = (squares * photos) / Math.max(1, photos - 1) / captions ** 2;
  const independent = (mean * (1 - mean)) / captions;
  const each = captions / photos;
  const effect = independent > 0 ? Math.min(each, Math.max(1, between / independent)) : each;
  const n = captions / effect;
  const centre = (mean + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((mean * (1 - mean)) / n + (z / (2 * n)) ** 2);
  return { mean, low: Math.max(0, Math.min(mean, centre - half)), high: Math.min(1, Math.max(mean, centre + half)) };
}
