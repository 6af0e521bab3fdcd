// One order out of many kinds of evidence: cosines of several terms, texts and images alike, and matches in full text.
import type { TextScores } from '../../store/text-scores.ts';

/** What a term's similarities are over photos in general: without it, cosines of different terms mean different things. */
export interface Background {
  readonly mean: number;
  /** Standard deviation; 0 where the term is as similar to every photo. */
  readonly deviation: number;
}

export interface TermEvidence {
  /** Below zero: subtracted. */
  readonly weight: number;
  /** `[candidates]`, NaN where unknown; null for a term the encoder knows nothing of. */
  readonly similarities: Float64Array | null;
  readonly background: Background;
  readonly text: TextScores | null;
}

/**
 * What one point of BM25 is worth in standard deviations of the similarity. Chosen on Flickr8k with held-out captions and
 * a UCCH model of 64 bits: at 0.5 the sum is better than either part alone whether every photo has four captions in the
 * index, or one, or one photo in four has one (R@10 88, 64, 25 percent against 85, 58, 20 of full text and 24 of meaning).
 * Reciprocal-rank fusion with k = 60 gives 69, 56, 20: it throws away by how much the best match is better than the next.
 */
export const textWeight = 0.5;

/** A candidate whose features are gone counts as this far below the mean. */
const unknown = -3;

export function backgroundOf(similarities: Float64Array): Background {
  const n = similarities.length;
  if (n === 0) return { mean: 0, deviation: 0 };
  const mean = similarities.reduce((sum, x) => sum + x, 0) / n;
  return { mean, deviation: Math.sqrt(similarities.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) };
}

/** Whether nothing is asked for but to be unlike. */
export const isOnlySubtracted = (terms: readonly { readonly weight: number }[]): boolean =>
  terms.every(({ weight }) => weight < 0);

/** How many standard deviations a candidate is more similar than photos in general; 0 where that says nothing. */
export function deviations({ similarities, background }: TermEvidence, candidate: number): number {
  if (similarities === null || background.deviation < 1e-9) return 0;
  const similarity = similarities[candidate] ?? Number.NaN;
  return Number.isNaN(similarity) ? unknown : (similarity - background.mean) / background.deviation;
}

/**
 * `[candidates]`: the weighted sum over the terms of (deviations + textWeight * BM25). Features of texts and images may
 * have different widths, so terms cannot be added as rows; their scores can, once each is measured in deviations.
 *
 * A subtracted term takes away only what speaks for it: being less like "people" than most photos are is no merit,
 * and would lift whatever is unlike everything. Where nothing is added, there is only that to go by.
 */
export function combine(ids: readonly number[], terms: readonly TermEvidence[]): Float64Array {
  const onlySubtracted = isOnlySubtracted(terms);
  return Float64Array.from(ids, (id, candidate) =>
    terms.reduce((sum, term) => {
      const deviation = deviations(term, candidate);
      const semantic = term.weight > 0 || onlySubtracted ? deviation : Math.max(0, deviation);
      return sum + term.weight * (semantic + textWeight * (term.text?.of(id) ?? 0));
    }, 0),
  );
}
