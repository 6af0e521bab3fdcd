// Codes to search: uniform random ones, and clustered ones as learned codes are.
import { int32At } from '../../src/shared/at.ts';

export type CodeDistribution = 'random' | 'clustered';

export interface CodeSet {
  readonly distribution: CodeDistribution;
  readonly bits: number;
  readonly n: number;
  /** `[n, bits / 8]` */
  readonly codes: Uint8Array;
  /** `[queries, bits / 8]` */
  readonly queries: Uint8Array;
}

const clusters = 2000;

/** xorshift128 (Marsaglia 2003): a few nanoseconds a word, the same on every machine. */
function words(seed: number): () => number {
  let [x, y, z, w] = [seed | 1, 362436069, 521288629, 88675123];
  return () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w;
  };
}

/**
 * Clustered: each code is one of 2000 centres, the popular ones taken more often, with one bit in eight flipped; queries
 * are made like codes. Random: every bit is random. Fewer codes are the first of more, for the same queries.
 */
export function makeCodes(distribution: CodeDistribution, n: number, bits: number, queryCount: number): CodeSet {
  const next = words(bits);
  const perCode = bits / 32;
  const centres = Int32Array.from({ length: clusters * perCode }, next);
  const fill = (count: number): Uint8Array => {
    const out = new Int32Array(count * perCode);
    for (let i = 0; i < count; i++) {
      // The square makes low centres popular: the first tenth holds a third of all.
      const centre = Math.floor(clusters * ((next() >>> 0) / 2 ** 32) ** 2) * perCode;
      for (let w = 0; w < perCode; w++) {
        out[i * perCode + w] =
          distribution === 'random' ? next() : int32At(centres, centre + w) ^ (next() & next() & next());
      }
    }
    return new Uint8Array(out.buffer);
  };
  const queries = fill(queryCount);
  return { distribution, bits, n, codes: fill(n), queries };
}

/** The first `n` codes of a set, without a copy. */
export const firstOf = (set: CodeSet, n: number): CodeSet => ({
  ...set,
  n,
  codes: set.codes.subarray(0, (n * set.bits) / 8),
});

export const queriesOf = ({ queries, bits }: CodeSet): Uint8Array[] =>
  Array.from({ length: (queries.length * 8) / bits }, (_, i) => queries.subarray((i * bits) / 8, ((i + 1) * bits) / 8));

/** Ids 1 to n, as SQLite gives them. */
export const idsOf = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i + 1);
