// Similarity features of a hit: its score compared with the query's scores in general, and evidence from photos with
// similar scores.
import type { KnownPhotos } from './known-photos.ts';
import { numberAt } from '../../../shared/at.ts';

/** Distribution of a query's scores with a random sample of the library. */
export interface Background {
  /** Number of sampled photos. */
  readonly size: number;
  readonly median: number;
  /** Median absolute deviation, scaled to be a standard deviation where the scores are normally distributed. */
  readonly spread: number;
  /** Score that a tenth of the photos reach. */
  readonly tailStart: number;
  /** Mean excess of these photos over `tailStart`. */
  readonly tailScale: number;
  /** The best score of the sample. */
  readonly top: number;
}

const tailShare = 0.1;
/** Below this a spread is rounding; a query that scores everything alike cannot order photos. */
const leastSpread = 1e-4;

/**
 * Robust statistics, because photos that fit the query are in the sample too and must not hide themselves.
 * @param sample scores of the query with photos drawn at random, at least one; those of a few hundred are enough
 */
export function backgroundOf(sample: Float32Array): Background {
  if (sample.length === 0) throw new RangeError('a background needs scores');
  const sorted = sample.toSorted();
  const median = quantile(sorted, 0.5);
  const deviations = sorted.map((score) => Math.abs(score - median)).sort();
  const tailStart = quantile(sorted, 1 - tailShare);
  const tail = sorted.filter((score) => score > tailStart);
  const excess = tail.reduce((sum, score) => sum + score - tailStart, 0) / Math.max(1, tail.length);
  return {
    size: sample.length,
    median,
    spread: Math.max(leastSpread, 1.4826 * quantile(deviations, 0.5)),
    tailStart,
    tailScale: Math.max(leastSpread, excess),
    top: numberAt(sorted, sorted.length - 1),
  };
}

function quantile(sorted: Float32Array, share: number): number {
  return numberAt(sorted, Math.min(sorted.length - 1, Math.floor(share * sorted.length)));
}

export const similarityFeatureNames = [
  'score',
  'z',
  'rarity',
  'gap',
  'topZ',
  'topScore',
  'prevalence',
  'near',
  'around',
  'length',
] as const;

/**
 * Features of the estimate, `[hits, features]`, row-major:
 * - `score`: as it is; queries with a high one are about something the encoder knows well
 * - `z`: standard deviations above the background
 * - `rarity`: -log10 of the share of photos that score as high, by an exponential fit of the background's tail
 *   (Pickands 1975: excesses over a high threshold are near a generalised Pareto; 50 points are enough for one parameter only)
 * - `gap`: above the best of the sample, in standard deviations
 * - `topZ`, `topScore`: of the best of the sample, which does not depend on how many photos the library has; a query
 *   whose best is ordinary has few good ones
 * - `prevalence`, `near`, `around`: what the library's own texts say of the query, see known-photos.ts. Nothing in the
 *   scores tells "dog" from "dog in a blue pool" where the encoder knows dogs and no pools; among the photos that score
 *   like the hit, many have captions with a dog, and few with a dog in a blue pool.
 * - `length`: log of 1 + the content words; a sentence asks for one photo, a word for all that show the thing
 * @param wordCount content words of the query
 * @param photos `[hits]`, the hits among the known photos; -1 for one that is not among them
 */
export function similarityFeatures(
  scores: Float32Array,
  background: Background,
  known: KnownPhotos,
  photos: Int32Array,
  wordCount: number,
): Float64Array {
  const { median, spread, tailStart, tailScale, top } = background;
  const topZ = bounded((top - median) / spread, -2, 12);
  const length = Math.log(1 + wordCount);
  const features = new Float64Array(scores.length * similarityFeatureNames.length);
  scores.forEach((score, i) => {
    const z = bounded((score - median) / spread, -4, 12);
    const decades = -Math.log10(tailShare) + (score - tailStart) / tailScale / Math.LN10;
    const gap = bounded((score - top) / spread, -8, 8);
    const photo = numberAt(photos, i);
    const prevalence = known.prevalence(photo);
    const [near, around] = known.rates(score, photo);
    features.set(
      [score, z, bounded(decades, 0, 6), gap, topZ, top, prevalence, near, around, length],
      i * similarityFeatureNames.length,
    );
  });
  return features;
}

const bounded = (x: number, least: number, most: number): number => Math.min(most, Math.max(least, x));
