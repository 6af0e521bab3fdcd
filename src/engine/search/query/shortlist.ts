// How many photos a query compares closely, and which: the nearest codes, or of very many the best sketches.
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
  /** How many are needed at least. */
  readonly atLeast: number;
  /** Number of photos that will be left out, wanted in addition. */
  readonly more: number;
  /** Whether nothing is asked for but to be unlike, by any term, those without a code included. */
  readonly onlySubtracted: boolean;
}

/**
 * Without sketches, at least this many of the nearest codes: of 4000 photos they miss none of the 20 best a full float search
 * finds, 1 percent with codes of 16 bits (bench/shortlist.ts).
 */
const fewest = 2000;
/** A larger library needs more: of 100,000 photos 2000 miss 1.8 percent with codes of 128 bits, and 4000 miss 0.3. */
const most = 4000;
const withoutSketches = (photos: number): number => Math.min(most, fewest + Math.round(photos / 50));

/** The best sketches, for each term: of a million photos they miss 0.2 percent of the 20 best. */
const sketched = 600;
/**
 * Near codes whose sketches are looked at: of a million, 32,000 of 128 bits miss 0.1 percent, 64,000 of 64 bits about as
 * many. Shorter codes say too little, so that every sketch is looked at.
 */
const nearCodes = (bits: number): number => (bits >= 128 ? 32_000 : bits >= 64 ? 64_000 : Infinity);

/** Photos worth comparing closely with the terms, in no order. */
export function shortlist(
  { index, sketches }: Pick<LiveIndex, 'index' | 'sketches'>,
  terms: readonly SoughtTerm[],
  { atLeast, more, onlySubtracted }: ShortlistNeeds,
  mask: IdMask | undefined,
): Int32Array {
  // Where nothing is asked for but to be unlike, the farthest codes are the nearest to the opposite.
  const sought = terms.flatMap(({ query, weight }) =>
    weight > 0 ? [query.code] : onlySubtracted ? [query.code.map((byte) => ~byte & 0xff)] : [],
  );
  // What is subtracted may hide most of what is near, so there more is looked at.
  const times = terms.length > sought.length ? 2 : 1;
  const size = (usual: number) => times * Math.max(usual, atLeast) + more;
  const near = (n: number) => union(sought.map((code) => index.rank(code, n, mask).ids));
  const byCode = size(withoutSketches(index.size));
  if (sketches.blocks === 0 || sought.length === 0) return near(byCode);
  // What is good for a sum may be far from each of its terms.
  const wide = terms.length > 1 ? Infinity : size(nearCodes(index.bits));
  const { ids, isComplete } = sketches.best(
    wide < index.size ? near(wide) : index.ids(mask),
    terms,
    sought.length * size(sketched),
    onlySubtracted,
  );
  // Those without a sketch go by their codes.
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
