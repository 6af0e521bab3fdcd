// Confidence intervals of means over captions, by a bootstrap over their photos.
import type { Interval } from '../../../shared/contract/evaluation.ts';
import { Random } from '../../numerics/random.ts';
import { float64At, int32At } from '../../../shared/at.ts';

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
  const photos = sums.size;
  const sumOf = Float64Array.from(sums.values(), ({ sum }) => sum);
  const countOf = Float64Array.from(sums.values(), ({ count }) => count);
  const random = new Random(1);
  const drawn = new Int32Array(photos);
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    let sum = 0;
    let count = 0;
    random.fillBelow(photos, drawn);
    for (let i = 0; i < photos; i++) {
      const photo = int32At(drawn, i);
      sum += float64At(sumOf, photo);
      count += float64At(countOf, photo);
    }
    means[sample] = sum / Math.max(1, count);
  }
  means.sort();
  const tail = Math.round(((1 - confidence) / 2) * resamples);
  const mean = results.reduce((sum, result) => sum + value(result), 0) / Math.max(1, results.length);
  return { mean, low: float64At(means, tail), high: float64At(means, resamples - 1 - tail) };
}
