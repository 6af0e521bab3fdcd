// mAP at k of random codes: the floor for a method.
import { expectedApAt, harmonicNumbers, type DividedBy } from '../hashing/evaluation/average-precision.ts';
import { mean } from '../hashing/evaluation/metrics.ts';
import { RelevanceIndex, rowsOf, type LabelSets } from '../hashing/data/label-relevance.ts';

/** mAP at k of random codes: every order of the list is equally likely. */
export function randomCodesMapAt(k: number, queries: LabelSets, items: LabelSets, by?: DividedBy): number {
  const index = new RelevanceIndex(items);
  const harmonic = harmonicNumbers(index.items);
  const flags = new Uint8Array(index.items);
  // The value depends only on the number of relevant items, and many queries have the same number.
  const known = new Map<number, number>();
  const aps = new Float64Array(rowsOf(queries)).map((_, query) => {
    const relevant = index.mark(queries, query, flags);
    index.mark(queries, query, flags, 0);
    const ranking = { sizes: [index.items], relevant: [relevant] };
    const chance = known.get(relevant) ?? expectedApAt(k, ranking, harmonic, by);
    known.set(relevant, chance);
    return chance;
  });
  return mean(aps);
}
