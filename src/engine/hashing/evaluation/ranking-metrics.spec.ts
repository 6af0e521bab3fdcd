import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packCodes } from '../../numerics/pack.ts';
import { discountSums, expectedHits, ndcgAt, precisionAt, recallAt } from './ranking-metrics.ts';
import { labelSets } from '../data/label-relevance.ts';
import { reportSteps } from './retrieval-report.ts';
import { runToEnd } from '../../runtime/yielder.ts';
import { numberAt } from '../../../shared/at.ts';

/** Every order of the items. */
function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length <= 1) yield [...items];
  for (let i = 0; i < items.length; i++) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [numberAt(items, i), ...rest];
  }
}

/** Every list of flags that orders inside the groups can give. */
function lists(groups: readonly (readonly number[])[]): number[][] {
  return groups.reduce<number[][]>(
    (found, group) => found.flatMap((list) => [...permutations(group)].map((order) => [...list, ...order])),
    [[]],
  );
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const groupsArbitrary = fc.array(fc.array(fc.constantFrom(0, 1), { maxLength: 4 }), { minLength: 1, maxLength: 3 });

describe('precision, recall and NDCG at k', () => {
  it('are means over all orders inside equal distances', () => {
    fc.assert(
      fc.property(groupsArbitrary, fc.integer({ min: 1, max: 14 }), (groups, k) => {
        const ranking = {
          sizes: groups.map((group) => group.length),
          relevant: groups.map((group) => group.filter((flag) => flag === 1).length),
        };
        const total = ranking.relevant.reduce((a, b) => a + b, 0);
        const all = lists(groups);
        const hits = average(all.map((list) => list.slice(0, k).filter((flag) => flag === 1).length));
        expect(expectedHits(k, ranking)).toBeCloseTo(hits, 9);
        expect(precisionAt(k, ranking)).toBeCloseTo(hits / k, 9);
        expect(recallAt(k, ranking, total)).toBeCloseTo(total === 0 ? 0 : hits / total, 9);
        const gain = (list: readonly number[]) =>
          list.slice(0, k).reduce((sum, flag, i) => sum + flag / Math.log2(i + 2), 0);
        const best = gain(Array.from({ length: total }, () => 1));
        const ndcg = total === 0 ? 0 : average(all.map((list) => gain(list) / best));
        expect(ndcgAt(k, ranking, total, discountSums(14))).toBeCloseTo(ndcg, 9);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe('the report of codes', () => {
  const code = (ones: number) => Float32Array.from({ length: 8 }, (_, i) => (i < ones ? 1 : -1));
  const codes = (...ones: number[]) => packCodes(Float32Array.from(ones.flatMap((n) => [...code(n)])), 8);

  it('has all numbers at each k and the curve over Hamming radii', () => {
    const { atK, prCurve } = runToEnd(
      reportSteps(
        {
          queries: codes(0, 0),
          items: codes(0, 1, 1, 4),
          bits: 8,
          queryLabels: labelSets([[1], [9]]),
          itemLabels: labelSets([[1], [1], [2], [2]]),
        },
        [1, 2],
      ),
    );
    // The second query has no answer and counts as 0, but for the curve.
    expect(atK[0]).toEqual({ k: 1, map: 0.5, precision: 0.5, recall: 0.25, ndcg: 0.5 });
    expect(atK[1]?.precision).toBeCloseTo(0.5 * 0.75, 9);
    expect(atK[1]?.recall).toBeCloseTo(0.5 * 0.75, 9);
    expect(prCurve.slice(0, 2)).toEqual([
      { radius: 0, precision: 1, recall: 0.5 },
      { radius: 1, precision: 2 / 3, recall: 1 },
    ]);
    expect(prCurve.at(-1)).toEqual({ radius: 8, precision: 0.5, recall: 1 });
  });
});
