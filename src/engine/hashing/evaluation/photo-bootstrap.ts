// Confidence intervals of means over captions, by a bootstrap over their photos.
import type { Interval } from '../../../shared/contract/evaluation.ts';
import { Random } from '../../numerics/random.ts';
import { float64At, itemAt } from '../../../shared/at.ts';

/** Bootstrap samples of the photos. */
const resamples = 1000;
const confidence = 0.95;

/** The result of a caption of this photo. */
interface OfPhoto {
  readonly photo: number;
}

/** Mean and percentile bootstrap interval; photos are drawn, each with all its captions. */
export function interval<T extends OfPhoto>(results: readonly T[], value: (result: T) => number): Interval {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const result of results) {
    const entry = sums.get(result.photo) ?? { sum: 0, count: 0 };
    entry.sum += value(result);
    entry.count++;
    sums.set(result.photo, entry);
  }
  const photos = [...sums.values()];
  const random = new Random(1);
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < photos.length; i++) {
      const photo = itemAt(photos, random.below(photos.length));
      sum += photo.sum;
      count += photo.count;
    }
    return sum / Math.max(1, count);
  }).sort();
  const tail = Math.round(((1 - confidence) / 2) * resamples);
  const mean = results.reduce((sum, result) => sum + value(result), 0) / Math.max(1, results.length);
  return { mean, low: float64At(means, tail), high: float64At(means, resamples - 1 - tail) };
}
