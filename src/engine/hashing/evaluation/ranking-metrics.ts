// Precision, recall and NDCG at k and the precision-recall curve of one ranking, as means over all orders inside equal
// distances: each place of a group of equal items holds a relevant one with the same chance, so the means are exact.
import type { TiedRanking } from './average-precision.ts';
import { float64At, int32At, numberAt } from '../../../shared/at.ts';

/** Relevant items expected among the first k. */
export function expectedHits(k: number, { sizes, relevant }: TiedRanking): number {
  let hits = 0;
  let before = 0;
  for (let group = 0; group < sizes.length && before < k; group++) {
    const size = numberAt(sizes, group);
    if (size === 0) continue;
    hits += (numberAt(relevant, group) * Math.min(size, k - before)) / size;
    before += size;
  }
  return hits;
}

/** Share of the first k places that hold something relevant; a list shorter than k counts as filled up with misses. */
export const precisionAt = (k: number, ranking: TiedRanking): number => expectedHits(k, ranking) / k;

/** Share of the `total` relevant items found among the first k; 0 where there are none. */
export function recallAt(k: number, ranking: TiedRanking, total: number): number {
  return total === 0 ? 0 : expectedHits(k, ranking) / total;
}

/** Sums of 1 / log2(place + 1) over the first 0, 1, ..., `size` places. */
export function discountSums(size: number): Float64Array {
  const sums = new Float64Array(size + 1);
  for (let place = 1; place <= size; place++) sums[place] = float64At(sums, place - 1) + 1 / Math.log2(place + 1);
  return sums;
}

/**
 * Normalised discounted cumulative gain at k with gain 1 for relevant items (Järvelin and Kekäläinen 2002), against the
 * best order of the `total` relevant ones; 0 where there are none. `discounts`: `discountSums` of at least k places.
 */
export function ndcgAt(k: number, { sizes, relevant }: TiedRanking, total: number, discounts: Float64Array): number {
  if (total === 0) return 0;
  let gain = 0;
  let before = 0;
  for (let group = 0; group < sizes.length && before < k; group++) {
    const size = numberAt(sizes, group);
    if (size === 0) continue;
    const end = Math.min(before + size, k);
    const weight = float64At(discounts, end) - float64At(discounts, before);
    gain += (numberAt(relevant, group) / size) * weight;
    before += size;
  }
  return gain / float64At(discounts, Math.min(k, total));
}

/**
 * Sums up the precision-recall curve of code lookup: at Hamming radius r a query is answered with every item at most r
 * away, so nothing depends on the order of ties. Means over queries (those with nothing relevant left out; precision at
 * a radius only over queries that get an answer there).
 */
export class PrecisionRecallCurve {
  readonly #precision: Float64Array;
  readonly #recall: Float64Array;
  readonly #answered: Int32Array;
  #queries = 0;

  constructor(bits: number) {
    this.#precision = new Float64Array(bits + 1);
    this.#recall = new Float64Array(bits + 1);
    this.#answered = new Int32Array(bits + 1);
  }

  /** `sizes` and `relevant` by distance, 0..bits; `total` relevant items in all, at least 1. */
  add({ sizes, relevant }: TiedRanking, total: number): void {
    this.#queries++;
    let found = 0;
    let hits = 0;
    for (let radius = 0; radius < this.#recall.length; radius++) {
      found += numberAt(sizes, radius);
      hits += numberAt(relevant, radius);
      this.#recall[radius] = float64At(this.#recall, radius) + hits / total;
      if (found === 0) continue;
      this.#answered[radius] = int32At(this.#answered, radius) + 1;
      this.#precision[radius] = float64At(this.#precision, radius) + hits / found;
    }
  }

  /** One point a radius at which any query is answered. */
  points(): { radius: number; precision: number; recall: number }[] {
    return Array.from(this.#recall, (sum, radius) => {
      const answered = int32At(this.#answered, radius);
      return {
        radius,
        answered,
        precision: float64At(this.#precision, radius) / answered,
        recall: sum / this.#queries,
      };
    }).flatMap(({ answered, ...point }) => (answered === 0 ? [] : [point]));
  }
}
