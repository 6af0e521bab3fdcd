// Recall at k and median rank of a query's own counterpart, exact where items tie.
import type { RankScores, RecallAt } from '../../../shared/contract/evaluation.ts';
import { codeWords, hammingDistances } from './metrics.ts';
import { float32At, float64At, int32At, itemAt, numberAt, uint16At } from '../../../shared/at.ts';

/**
 * The rank of the first of a query's own items: `ahead` items are nearer, and the nearest own items are anywhere in a group
 * of `size` equally near items, `own` of which are the query's.
 */
export interface TiedRank {
  readonly ahead: number;
  readonly size: number;
  readonly own: number;
}

/** Mean place (from 1) of the first own item over all orders of its group: ahead + (size + 1) / (own + 1). */
export function expectedRank({ ahead, size, own }: TiedRank): number {
  return ahead + (size + 1) / (own + 1);
}

/**
 * Chance that the first own item is among the first k: 1 - C(size - j, own) / C(size, own), with j = k - ahead the
 * places of the group that count.
 */
export function chanceWithin(k: number, { ahead, size, own }: TiedRank): number {
  const places = k - ahead;
  if (places <= 0) return 0;
  if (places > size - own) return 1;
  let none = 1;
  for (let i = 0; i < own; i++) none *= (size - places - i) / (size - i);
  return 1 - none;
}

/** Ranks of one direction over its queries. */
export interface Ranks {
  readonly recall: RecallAt;
  readonly medianRank: number;
  /** For each query with an own item, the chance that it is among the first 1, 5 and 10. */
  readonly ofQueries: { readonly [k in keyof RecallAt]: readonly number[] };
}

/** Collects queries one by one. */
export class RankCollector {
  readonly #ranks: number[] = [];
  readonly #within: { readonly [k in keyof RecallAt]: number[] } = { 1: [], 5: [], 10: [] };

  add(first: TiedRank): void {
    this.#ranks.push(expectedRank(first));
    for (const k of [1, 5, 10] as const) this.#within[k].push(chanceWithin(k, first));
  }

  /** Shares in [0, 1] and the median of expected ranks; all 0 without queries. */
  result(): Ranks {
    const count = this.#ranks.length;
    const ofQueries = this.#within;
    if (count === 0) return { recall: { 1: 0, 5: 0, 10: 0 }, medianRank: 0, ofQueries };
    const sorted = Float64Array.from(this.#ranks).sort();
    const middle = sorted.length >> 1;
    const upper = float64At(sorted, middle);
    const lower = sorted.length % 2 === 1 ? upper : float64At(sorted, middle - 1);
    const share = (k: keyof RecallAt): number => ofQueries[k].reduce((sum, within) => sum + within, 0) / count;
    return { recall: { 1: share(1), 5: share(5), 10: share(10) }, medianRank: (lower + upper) / 2, ofQueries };
  }
}

export const bothWays = (i2t: Ranks, t2i: Ranks): RankScores => ({
  recall: { i2t: i2t.recall, t2i: t2i.recall },
  medianRank: { i2t: i2t.medianRank, t2i: t2i.medianRank },
});

/** A query's first own item in a row of scores `[items]`; `sign` 1: larger is nearer, -1: smaller. `own` is not empty. */
export function tiedRank(scores: Float32Array | Uint16Array, own: readonly number[], sign: 1 | -1): TiedRank {
  let best = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const item of own) {
    const score = sign * numberAt(scores, item);
    if (score > best) {
      best = score;
      count = 0;
    }
    if (score === best) count++;
  }
  const place = scores instanceof Float32Array ? amongFloats(scores, best, sign) : amongDistances(scores, best, sign);
  return { ...place, own: count };
}

type Place = Pick<TiedRank, 'ahead' | 'size'>;

// Two functions, because V8 makes a loop fast that sees one type of array.
function amongFloats(scores: Float32Array, best: number, sign: 1 | -1): Place {
  let ahead = 0;
  let size = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = sign * float32At(scores, item);
    if (score > best) ahead++;
    else if (score === best) size++;
  }
  return { ahead, size };
}

function amongDistances(scores: Uint16Array, best: number, sign: 1 | -1): Place {
  let ahead = 0;
  let size = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = sign * uint16At(scores, item);
    if (score > best) ahead++;
    else if (score === best) size++;
  }
  return { ahead, size };
}

/**
 * Held-out captions of each held-out photo and the reverse, by place in the two lists. Photos and captions without a
 * counterpart among the held-out ones are not queries: their lists are empty.
 */
export interface Counterparts {
  /** For each held-out photo, its captions' places. */
  readonly captionsOf: readonly (readonly number[])[];
  /** For each held-out caption, its photo's place as a list of one (or none). */
  readonly photosOf: readonly (readonly number[])[];
}

/** @param captionPhoto photo row of each caption of the data set */
export function counterparts(photos: Int32Array, captions: Int32Array, captionPhoto: Int32Array): Counterparts {
  const place = new Map(Array.from(photos, (photo, i): [number, number] => [photo, i]));
  const captionsOf: number[][] = Array.from(photos, () => []);
  const photosOf = Array.from(captions, (caption, i) => {
    const photo = place.get(int32At(captionPhoto, caption));
    if (photo === undefined) return [];
    captionsOf[photo]?.push(i);
    return [photo];
  });
  return { captionsOf, photosOf };
}

/** Ranks of one direction by Hamming distance; `own[query]` lists places in `items`. Yields after each query. */
export function* codeRanks(
  queries: Uint8Array,
  items: Uint8Array,
  bits: number,
  own: readonly (readonly number[])[],
): Generator<void, Ranks> {
  const [from, to] = [codeWords(queries, bits), codeWords(items, bits)];
  const distances = new Uint16Array(to.rows);
  const ranks = new RankCollector();
  for (let query = 0; query < from.rows; query++) {
    const mine = itemAt(own, query);
    if (mine.length === 0) continue;
    ranks.add(tiedRank(hammingDistances(from, query, to, distances), mine, -1));
    yield;
  }
  return ranks.result();
}

/** Ranks of a list in random order. */
export function chanceRanks(items: number, own: readonly (readonly number[])[]): Ranks {
  const ranks = new RankCollector();
  for (const { length } of own) if (length > 0) ranks.add({ ahead: 0, size: items, own: length });
  return ranks.result();
}

/** Ranks of one direction by real-valued similarity, larger is nearer; `similarities` gives a query's row `[items]`. */
export async function similarityRanks(
  own: readonly (readonly number[])[],
  similarities: (query: number) => Promise<Float32Array>,
): Promise<Ranks> {
  const ranks = new RankCollector();
  for (const [query, mine] of own.entries()) {
    if (mine.length > 0) ranks.add(tiedRank(await similarities(query), mine, 1));
  }
  return ranks.result();
}
