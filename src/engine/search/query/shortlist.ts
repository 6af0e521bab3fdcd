// How many photos a term compares closely, and which: the nearest codes, or of very many near codes the best sketches.
import type { IdMask } from '../hamming-index.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import type { FloatQuery } from '../rerank.ts';

export interface CodedQuery extends FloatQuery {
  /** Packed, bits / 8 bytes. */
  readonly code: Uint8Array;
}

export interface ShortlistNeeds {
  /** How many are needed at least. */
  readonly atLeast: number;
  /** How many times as many as for a query of one term are looked at. */
  readonly times: number;
  /** So many more: those that will be left out. */
  readonly more: number;
}

/**
 * Without sketches, at least this many of the nearest codes: of 4000 photos they miss none of the 20 best a full float search
 * finds, 1 percent with codes of 16 bits (bench/shortlist.ts).
 */
const fewest = 2000;
/** A larger library needs more: of 100,000 photos 2000 miss 1.8 percent with codes of 128 bits, and 4000 miss 0.3. */
const most = 4000;
const withoutSketches = (photos: number): number => Math.min(most, fewest + Math.round(photos / 50));

/** The best sketches: of a million photos they miss 0.2 percent of the 20 best. */
const sketched = 600;
/**
 * Near codes whose sketches are looked at: of a million, 32,000 of 128 bits miss 0.1 percent, 64,000 of 64 bits about as
 * many. Shorter codes say too little, so that every sketch is looked at.
 */
const nearCodes = (bits: number): number => (bits >= 128 ? 32_000 : bits >= 64 ? 64_000 : Infinity);

/** Photos worth comparing closely with one term, in no order. */
export function shortlist(
  { index, sketches }: Pick<LiveIndex, 'index' | 'sketches'>,
  query: CodedQuery,
  { atLeast, times, more }: ShortlistNeeds,
  mask: IdMask | undefined,
): Int32Array {
  const size = (usual: number) => times * Math.max(usual, atLeast) + more;
  const byCode = size(withoutSketches(index.size));
  if (sketches.blocks === 0) return index.rank(query.code, byCode, mask).ids;
  const near = size(nearCodes(index.bits));
  if (near < index.size) return sketches.best(index.rank(query.code, near, mask).ids, query, size(sketched), byCode);
  const best = sketches.best(index.ids(mask), query, size(sketched), 0);
  // Those without a sketch go by their codes.
  const others = sketches.best(index.rank(query.code, byCode, mask).ids, query, 0, byCode);
  return Int32Array.from([...best, ...others]);
}

/** The query whose nearest are the farthest of this one. */
export function opposite({ code, row, real, sharedWeight }: CodedQuery): CodedQuery {
  return {
    code: code.map((byte) => ~byte & 0xff),
    row: row.map((x) => -x),
    real: real.map((x) => -x),
    sharedWeight,
  };
}
