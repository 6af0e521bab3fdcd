// Ranks of each query's own items (its counterparts) in a test set: by code alone, and with the nearest codes re-ranked
// by real-valued rows as in search.
import type { MedianRanks, RankScores, RecallScores } from '../../shared/contract/evaluation.ts';
import { codeWords, hammingDistances } from '../hashing/evaluation/metrics.ts';
import {
  bothWays,
  codeRanks,
  tiedRank,
  RankCollector,
  type Counterparts,
  type TiedRank,
  type Ranks,
} from '../hashing/evaluation/recall-at-k.ts';
import { Similarities, unitRowsOf } from '../compute/similarities.ts';
import { Yielder, runToEnd } from '../runtime/yielder.ts';
import type { TestCodes } from './encode.ts';
import { int32At, itemAt, uint16At } from '../../shared/at.ts';

/** Items to re-rank. Items as near as the last of them are re-ranked, too. */
export const rerankedItems = 100;

/** Ranks like RankScores, where an own item may not be found at all. */
export interface FoundRanks {
  readonly recall: RecallScores;
  /** Null where the median query does not find its own item. */
  readonly medianRank: { readonly [Direction in keyof MedianRanks]: number | null };
}

export interface CounterpartRanks {
  /** Ranks by Hamming distance. Ties count as the mean over all orders. */
  readonly byCode: FoundRanks;
  /** The nearest 100 by code, in the order of their rows' cosine. An own item outside them is not found. */
  readonly reranked: FoundRanks;
  /** Mean number of re-ranked items over queries: more than 100 where codes tie. */
  readonly candidates: MedianRanks;
}

/** Distance of the `count`-th nearest item. Distances are in 0..`bits`. */
function reach(distances: Uint16Array, bits: number, count: number): number {
  const sizes = new Int32Array(bits + 1);
  for (const distance of distances) sizes[distance] = int32At(sizes, distance) + 1;
  let [distance, sum] = [0, int32At(sizes, 0)];
  while (sum < count && distance < bits) sum += int32At(sizes, ++distance);
  return distance;
}

/** Rank of an own item that is not found: no k reaches it. */
const nowhere: TiedRank = { ahead: Number.POSITIVE_INFINITY, size: 1, own: 1 };

export interface RerankedRanks {
  readonly ranks: Ranks;
  readonly candidates: number;
}

/**
 * Ranks of one direction by cosine among the nearest `count` items by code. `own[query]` lists places in `items`.
 * `cosines` gives a query's row `[items]`; it is called with ascending queries and may reuse its array.
 */
export async function rerankedRanks(
  queries: Uint8Array,
  items: Uint8Array,
  bits: number,
  own: readonly (readonly number[])[],
  cosines: (query: number) => Promise<Float32Array>,
  count = rerankedItems,
): Promise<RerankedRanks> {
  const [from, to] = [codeWords(queries, bits), codeWords(items, bits)];
  const distances = new Uint16Array(to.rows);
  const ranks = new RankCollector();
  let [candidates, asked] = [0, 0];
  for (let query = 0; query < from.rows; query++) {
    const mine = itemAt(own, query);
    if (mine.length === 0) continue;
    hammingDistances(from, query, to, distances);
    const farthest = reach(distances, bits, count);
    const isNear = (item: number) => uint16At(distances, item) <= farthest;
    // Move items that are not near behind all others.
    const near = (await cosines(query)).map((cosine, item) => (isNear(item) ? cosine : Number.NEGATIVE_INFINITY));
    const found = mine.filter(isNear);
    ranks.add(found.length === 0 ? nowhere : tiedRank(near, found, 1));
    for (const distance of distances) if (distance <= farthest) candidates++;
    asked++;
  }
  return { ranks: ranks.result(), candidates: candidates / Math.max(1, asked) };
}

const finite = (rank: number) => (Number.isFinite(rank) ? rank : null);
const foundRanks = ({ recall, medianRank }: RankScores): FoundRanks => {
  return { recall, medianRank: { i2t: finite(medianRank.i2t), t2i: finite(medianRank.t2i) } };
};

/** Ranks of the queries among each other. */
export async function counterpartRanks(test: TestCodes, bits: number, own: Counterparts): Promise<CounterpartRanks> {
  const { photos, captions, rowWidth } = test;
  const { captionsOf, photosOf } = own;
  const byCode = bothWays(
    runToEnd(codeRanks(photos.query, captions.query, bits, captionsOf)),
    runToEnd(codeRanks(captions.query, photos.query, bits, photosOf)),
  );
  const [p, c] = [unitRowsOf(photos.rows, rowWidth), unitRowsOf(captions.rows, rowWidth)];
  const yielder = new Yielder();
  const cosine = await Similarities.open(rowWidth, 0);
  try {
    const i2t = await rerankedRanks(photos.query, captions.query, bits, captionsOf, cosine.rowsOf(p, c, yielder));
    const t2i = await rerankedRanks(captions.query, photos.query, bits, photosOf, cosine.rowsOf(c, p, yielder));
    return {
      byCode: foundRanks(byCode),
      reranked: foundRanks(bothWays(i2t.ranks, t2i.ranks)),
      candidates: { i2t: i2t.candidates, t2i: t2i.candidates },
    };
  } finally {
    await cosine.dispose();
  }
}
