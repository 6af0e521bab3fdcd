// Average precision of one ranking, exact where items tie: the mean over all orders inside equal scores, in closed form
// (McSherry and Najork, Computing Information Retrieval Performance Measures Efficiently in the Presence of Tied Scores,
// ECIR 2008).
import { float64At, numberAt, uint8At } from '../../../shared/at.ts';

/** 1 + 1/2 + ... + 1/n for n = 0..size. */
export function harmonicNumbers(size: number): Float64Array {
  const sums = new Float64Array(size + 1);
  for (let n = 1; n <= size; n++) sums[n] = float64At(sums, n - 1) + 1 / n;
  return sums;
}

/**
 * Sum over a group's first `slots` places of (expected relevance x precision), with `relevant` relevant items spread
 * evenly over those places: sum_i (t/m) (b + 1 + (i-1)(t-1)/(m-1)) / (c+i), i = 1..m.
 * `before` items are ahead of the group, `relevantBefore` of them relevant.
 */
function groupSum(harmonic: Float64Array, before: number, relevantBefore: number, slots: number, relevant: number) {
  if (relevant === 0) return 0;
  const reciprocals = float64At(harmonic, before + slots) - float64At(harmonic, before);
  let sum = (relevantBefore + 1) * reciprocals;
  // sum_i (i-1)/(c+i) = m - (c+1) sum_i 1/(c+i)
  if (slots > 1) sum += ((relevant - 1) / (slots - 1)) * (slots - (before + 1) * reciprocals);
  return (relevant / slots) * sum;
}

/**
 * Chances of drawing j relevant items, j = first, first + 1, ..., when `drawn` of `size` are taken and `relevant` of
 * these are relevant.
 */
function hypergeometric(size: number, relevant: number, drawn: number): { first: number; chances: Float64Array } {
  const first = Math.max(0, drawn - (size - relevant));
  const last = Math.min(drawn, relevant);
  const chances = new Float64Array(last - first + 1);
  // From the likeliest value outwards, so that no term overflows; then scaled to a sum of 1.
  const mode = Math.min(last, Math.max(first, Math.floor(((drawn + 1) * (relevant + 1)) / (size + 2))));
  const ratio = (j: number) => ((relevant - j) * (drawn - j)) / ((j + 1) * (size - relevant - drawn + j + 1));
  chances[mode - first] = 1;
  for (let j = mode; j < last; j++) chances[j + 1 - first] = float64At(chances, j - first) * ratio(j);
  for (let j = mode; j > first; j--) chances[j - 1 - first] = float64At(chances, j - first) / ratio(j - 1);
  const total = chances.reduce((sum, p) => sum + p, 0);
  return { first, chances: chances.map((p) => p / total) };
}

/** A ranking as groups of equal score, best first: `sizes[i]` items, `relevant[i]` of them relevant. */
export interface TiedRanking {
  readonly sizes: ArrayLike<number>;
  readonly relevant: ArrayLike<number>;
}

/** Expected average precision over the whole list; 0 where nothing is relevant. */
export function expectedAp({ sizes, relevant }: TiedRanking, harmonic: Float64Array): number {
  let sum = 0;
  let before = 0;
  let found = 0;
  for (let group = 0; group < sizes.length; group++) {
    const size = numberAt(sizes, group);
    if (size === 0) continue;
    const hits = numberAt(relevant, group);
    sum += groupSum(harmonic, before, found, size, hits);
    before += size;
    found += hits;
  }
  return found === 0 ? 0 : sum / found;
}

/**
 * Divisor of an average precision at k. `relevant`: the most relevant items that fit among the first k, so that
 * finding more of them is never worse. `found`: those found there, as in some published evaluations.
 */
export type DividedBy = 'relevant' | 'found';

/**
 * Expected average precision at k: relevance x precision summed over the first k places, divided as `by` says (0 where
 * nothing is relevant). The sum depends on the order inside the group that crosses place k, so its outcomes are taken one by
 * one, by how many relevant items it puts among the first k.
 */
export function expectedApAt(
  k: number,
  { sizes, relevant }: TiedRanking,
  harmonic: Float64Array,
  by: DividedBy = 'relevant',
): number {
  let all = 0;
  for (let group = 0; group < relevant.length; group++) all += numberAt(relevant, group);
  const divided = (total: number, hits: number) => {
    const divisor = by === 'found' ? hits : Math.min(k, all);
    return divisor === 0 ? 0 : total / divisor;
  };
  let sum = 0;
  let before = 0;
  let found = 0;
  for (let group = 0; group < sizes.length; group++) {
    const size = numberAt(sizes, group);
    if (size === 0) continue;
    const hits = numberAt(relevant, group);
    const slots = k - before;
    if (size > slots) {
      const { first, chances } = hypergeometric(size, hits, slots);
      return chances.reduce((mean, chance, i) => {
        const taken = first + i;
        return mean + chance * divided(sum + groupSum(harmonic, before, found, slots, taken), found + taken);
      }, 0);
    }
    sum += groupSum(harmonic, before, found, size, hits);
    before += size;
    found += hits;
    if (before === k) break;
  }
  return divided(sum, found);
}

/** Average precision at k of an order without ties: `flags[i]` is 1 where the item at place i is relevant, of all items. */
export function orderedAp(flags: Uint8Array, k: number, by: DividedBy = 'relevant'): number {
  let sum = 0;
  let found = 0;
  const places = Math.min(k, flags.length);
  for (let i = 0; i < places; i++) {
    if (flags[i] === 1) sum += ++found / (i + 1);
  }
  let all = found;
  for (let i = places; i < flags.length; i++) all += uint8At(flags, i);
  const divisor = by === 'found' ? found : Math.min(k, all);
  return divisor === 0 ? 0 : sum / divisor;
}
