// One order out of the terms of a query: how likely a photo is all that is asked for and nothing that is subtracted.
import type { TermRelevance } from '../relevance/relevance.ts';
import { float64At } from '../../../shared/at.ts';

export interface WeighedTerm extends Omit<TermRelevance, 'seen'> {
  /** Below zero: subtracted. */
  readonly weight: number;
}

/** What a term's similarities are over photos in general: without it, cosines of different terms mean different things. */
export interface SimilarityMoments {
  readonly mean: number;
  /** Standard deviation; 0 where the term is as similar to every photo. */
  readonly deviation: number;
}

export function similarityMoments(similarities: Float64Array): SimilarityMoments {
  const n = similarities.length;
  if (n === 0) return { mean: 0, deviation: 0 };
  const mean = similarities.reduce((sum, x) => sum + x, 0) / n;
  return { mean, deviation: Math.sqrt(similarities.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) };
}

/** A candidate whose features are gone counts as this far below the mean. */
const unknown = -3;

/** How many standard deviations a similarity is above the mean; 0 where the spread is only rounding, -3 where it is NaN. */
export function deviationsOf(similarity: number, { mean, deviation }: SimilarityMoments): number {
  if (deviation < 1e-9) return 0;
  return Number.isNaN(similarity) ? unknown : (similarity - mean) / deviation;
}

/** Whether all terms are subtracted. */
export const isOnlySubtracted = (terms: readonly { readonly weight: number }[]): boolean =>
  terms.every(({ weight }) => weight < 0);

export interface Combined {
  /** `[candidates]`: the greater, the earlier. */
  readonly totals: Float64Array;
  /** `[candidates]`: rising with `totals`; null where nothing tells chances. */
  readonly chances: Float64Array | null;
}

/** Keeps equal chances in the order of the evidence. Added to a logarithm of chances that differ by more. */
const tieBreak = 1e-9;
/** Logarithms stay finite. */
const leastChance = 1e-12;

/**
 * A photo is what a sum asks for when each added term fits it and no subtracted one does: chances are multiplied, as if
 * terms were independent; a weight is an exponent. Where a term has no chances, log odds are added; a subtracted term then
 * takes away only positive evidence: to be less like "people" than most photos is not evidence for a photo.
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

/** A photo that the person said is it is at least this likely to be it: people do err. */
const confirmedChance = 0.95;

/** Puts photos that the person said are it above all others, at chances no other exceeds. @param confirmed `[candidates]`, 1 or 0 */
export function confirmedFirst({ totals, chances }: Combined, confirmed: Uint8Array): Combined {
  if (confirmed.every((flag) => flag === 0)) return { totals, chances };
  const isConfirmed = (i: number) => confirmed[i] === 1;
  const most = totals.reduce((max, total, i) => (isConfirmed(i) ? max : Math.max(max, total)), -Infinity);
  const least = totals.reduce((min, total, i) => (isConfirmed(i) ? Math.min(min, total) : min), Infinity);
  const lift = Number.isFinite(most) ? Math.max(0, most - least + 1) : 0;
  const chance = chances?.reduce((max, x) => Math.max(max, x), confirmedChance) ?? null;
  return {
    totals: totals.map((total, i) => (isConfirmed(i) ? total + lift : total)),
    chances: chances === null || chance === null ? chances : chances.map((x, i) => (isConfirmed(i) ? chance : x)),
  };
}
