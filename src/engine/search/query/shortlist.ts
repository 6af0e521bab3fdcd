// Chooses the photos that a query compares closely: those with the nearest codes, or in large libraries the best
// sketches.
import type { IdMask } from '../hamming/hamming-index.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import type { FloatQuery } from '../rerank/rerank.ts';
import type { WeightedQuery } from '../sketch/sketch-table.ts';

export interface CodedQuery extends FloatQuery {
  /** Packed, bits / 8 bytes. */
  readonly code: Uint8Array;
}

export interface SoughtTerm extends WeightedQuery {
  readonly query: CodedQuery;
}

export interface ShortlistNeeds {
  /** Least number needed. */
  readonly atLeast: number;
  /** Number of photos to be left out later, wanted in addition. */
  readonly more: number;
  /** Whether all terms are subtracted; terms without a code count too. */
  readonly onlySubtracted: boolean;
}

/**
 * Without sketches, at least this many of the nearest codes. Chosen by the share of the 20 best photos of a full float search
 * that a shortlist misses, as are the numbers below (docs/measurements.md, Shortlists).
 */
const fewest = 2000;
/** Number of nearest codes for a large library. */
const most = 4000;
const withoutSketches = (photos: number): number => Math.min(most, fewest + Math.round(photos / 50));

/** The best sketches, for each term. */
const sketched = 600;
/** Near codes whose sketches are scored. Codes below 64 bits are too imprecise, so every sketch is scored. */
const nearCodes = (bits: number): number => (bits >= 128 ? 32_000 : bits >= 64 ? 64_000 : Infinity);

/**
 * Codes to search near. If all terms are subtracted, the farthest photos are wanted: the nearest to the opposite
 * code.
 */
export const soughtCodes = (
  terms: readonly { readonly weight: number; readonly query: CodedQuery }[],
  onlySubtracted: boolean,
): Uint8Array[] =>
  terms.flatMap(({ query, weight }) =>
    weight > 0 ? [query.code] : onlySubtracted ? [query.code.map((byte) => ~byte & 0xff)] : [],
  );

/** Photos worth comparing closely with the terms, in no order. */
export function shortlist(
  { index, sketches }: Pick<LiveIndex, 'index' | 'sketches'>,
  terms: readonly SoughtTerm[],
  { atLeast, more, onlySubtracted }: ShortlistNeeds,
  mask: IdMask | undefined,
): Int32Array {
  const sought = soughtCodes(terms, onlySubtracted);
  // Subtracted terms may remove most near photos, so more candidates are taken.
  const times = terms.length > sought.length ? 2 : 1;
  const size = (usual: number) => times * Math.max(usual, atLeast) + more;
  const near = (n: number) => union(sought.map((code) => index.rank(code, n, mask).ids));
  const byCode = size(withoutSketches(index.size));
  if (sketches.blocks === 0 || sought.length === 0) return near(byCode);
  // A good match for a sum may be far from each of its terms.
  const wide = terms.length > 1 ? Infinity : size(nearCodes(index.bits));
  const { ids, isComplete } = sketches.best(
    wide < index.size ? near(wide) : index.ids(mask),
    terms,
    sought.length * size(sketched),
    onlySubtracted,
  );
  // Photos without a sketch are compared by their codes.
  return isComplete ? ids : Int32Array.from([...ids, ...sketches.without(near(byCode))]);
}

/** Each id once. */
function union([first = new Int32Array(0), ...others]: readonly Int32Array[]): Int32Array {
  if (others.length === 0) return first;
  const all = new Int32Array(others.reduce((sum, ids) => sum + ids.length, first.length));
  all.set(first);
  let at = first.length;
  for (const ids of others) {
    all.set(ids, at);
    at += ids.length;
  }
  all.sort();
  return all.filter((id, i) => id !== all[i - 1]);
}
