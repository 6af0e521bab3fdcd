// Ranks photos by all terms of a query: the chance that a photo has all that is added and nothing that is
// subtracted.
import type { TermRelevance } from '../relevance/relevance.ts';
import { byGrade, lifted } from '../relevance/written-grade.ts';
import { float64At } from '../../../shared/at.ts';

export interface WeighedTerm extends Omit<TermRelevance, 'similarity'> {
  /** Below zero: subtracted. */
  readonly weight: number;
}

/**
 * Distribution of a term's similarities over photos in general; without it, cosines of different terms are not
 * comparable.
 */
export interface SimilarityMoments {
  readonly mean: number;
  /** Standard deviation; 0 where the term is equally similar to all photos. */
  readonly deviation: number;
}

export function similarityMoments(similarities: Float64Array): SimilarityMoments {
  const n = similarities.length;
  if (n === 0) return { mean: 0, deviation: 0 };
  const mean = similarities.reduce((sum, x) => sum + x, 0) / n;
  return { mean, deviation: Math.sqrt(similarities.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) };
}

/** Deviations below the mean of a candidate without features. */
const unknown = -3;

/** Standard deviations by which a similarity is above the mean; 0 where the spread is only rounding, -3 where it is NaN. */
export function deviationsOf(similarity: number, { mean, deviation }: SimilarityMoments): number {
  if (deviation < 1e-9) return 0;
  return Number.isNaN(similarity) ? unknown : (similarity - mean) / deviation;
}

/** Whether all terms are subtracted. */
export const isOnlySubtracted = (terms: readonly { readonly weight: number }[]): boolean =>
  terms.every(({ weight }) => weight < 0);

export interface Combined {
  /** `[candidates]`: higher totals come first. */
  readonly totals: Float64Array;
  /** `[candidates]`: rising with `totals`; null without chances of all terms. */
  readonly chances: Float64Array | null;
}

/** Keeps equal chances in the order of the evidence. It is added to a logarithm of chances that differ by more. */
const tieBreak = 1e-9;
/** Keeps logarithms finite. */
const leastChance = 1e-12;

/**
 * A photo matches a sum when each added term fits it and no subtracted one does: chances are multiplied, as if terms
 * were independent; a weight is an exponent. Without chances, log odds are added. A subtracted term then removes
 * only positive evidence: being less like "people" than most photos is no evidence for a photo.
 */
export function combine(candidates: number, terms: readonly WeighedTerm[]): Combined {
  const [only] = terms;
  if (only && terms.length === 1 && only.weight > 0) return { totals: only.odds, chances: only.chances };
  const onlySubtracted = isOnlySubtracted(terms);
  const totals = new Float64Array(candidates);
  const isKnown = terms.every(({ chances }) => chances !== null);
  for (const { weight, odds, plain, chances } of terms) {
    for (let i = 0; i < candidates; i++) {
      const had = float64At(totals, i);
      if (isKnown && chances !== null) {
        const chance = float64At(chances, i);
        const fits = Math.max(leastChance, weight > 0 ? chance : 1 - chance);
        totals[i] = had + Math.abs(weight) * Math.log(fits) + tieBreak * weight * float64At(odds, i);
      } else {
        const evidence = float64At(plain, i);
        totals[i] = had + weight * (weight > 0 || onlySubtracted ? evidence : Math.max(0, evidence));
      }
    }
  }
  return { totals, chances: isKnown ? totals.map((total) => Math.min(1, Math.exp(total))) : null };
}

/** Least chance of a photo that the person marked as right; not 1, because people err. */
const confirmedChance = 0.95;

/** Ranks photos marked as right above all others, with the highest chances. @param confirmed `[candidates]`, 1 or 0 */
export function confirmedFirst({ totals, chances }: Combined, confirmed: Uint8Array): Combined {
  if (confirmed.every((flag) => flag === 0)) return { totals, chances };
  const chance = chances?.reduce((max, x) => Math.max(max, x), confirmedChance) ?? null;
  return {
    totals: lifted(totals, (i) => confirmed[i] === 1),
    chances: chances === null || chance === null ? chances : chances.map((x, i) => (confirmed[i] === 1 ? chance : x)),
  };
}

/**
 * Ranks photos whose texts have all added terms above all others, by grade. Chances, where they are known, already do so.
 * @param grades `[candidates]`
 */
export const writtenFirst = ({ totals, chances }: Combined, grades: Uint8Array): Combined => ({
  totals: chances === null ? byGrade(totals, grades) : totals,
  chances,
});
