// Paired bootstrap over queries: whether one method is better than another.
import { Random } from '../numerics/random.ts';
import { float64At } from '../../shared/at.ts';

export interface Difference {
  /** Mean of the first less mean of the second. */
  readonly mean: number;
  /** Ends of the 95% interval. */
  readonly low: number;
  readonly high: number;
}

const draws = 2000;

/**
 * The difference of two measures of the same queries and its interval: queries are drawn with replacement, both measures of a
 * query together (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, percentile intervals).
 */
export function pairedBootstrap(first: Float64Array, second: Float64Array, seed = 1): Difference {
  const n = first.length;
  const differences = first.map((x, i) => x - float64At(second, i));
  const mean = differences.reduce((sum, x) => sum + x, 0) / Math.max(1, n);
  const random = new Random(seed);
  const drawn = new Int32Array(n);
  const means = Float64Array.from({ length: draws }, () => {
    random.fillBelow(n, drawn);
    let sum = 0;
    for (const query of drawn) sum += float64At(differences, query);
    return sum / Math.max(1, n);
  }).sort();
  return {
    mean,
    low: float64At(means, Math.floor(0.025 * draws)),
    high: float64At(means, Math.ceil(0.975 * draws) - 1),
  };
}
