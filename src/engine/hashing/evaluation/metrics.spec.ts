import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { expectedAp, expectedApAt, harmonicNumbers, orderedAp, type DividedBy } from './average-precision.ts';
import {
  averagePrecisions,
  chanceMap,
  codeWords,
  hammingDistances,
  mean,
  scoreCodes,
  similarityScores,
} from './metrics.ts';
import { packCodes } from '../../numerics/pack.ts';
import { Random } from '../../numerics/random.ts';
import { labelSets, singleLabels } from '../data/label-relevance.ts';
import { float64At, itemAt } from '../../../shared/at.ts';

/** Every order of the items. */
function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length <= 1) yield [...items];
  for (let i = 0; i < items.length; i++) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)]))
      yield [itemAt(items, i) as T, ...rest];
  }
}

/** Mean over all orders inside the groups, one by one. */
function bruteForce(groups: readonly (readonly number[])[], k: number, by?: DividedBy): number {
  let lists: number[][] = [[]];
  for (const group of groups)
    lists = lists.flatMap((list) => [...permutations(group)].map((order) => [...list, ...order]));
  return mean(Float64Array.from(lists, (list) => orderedAp(Uint8Array.from(list), k, by)));
}

const groupsArbitrary = fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 3,
});

describe('average precision with ties', () => {
  it('is the mean over all orders inside equal distances, over the whole list and at k', () => {
    fc.assert(
      fc.property(groupsArbitrary, fc.integer({ min: 1, max: 16 }), (groups, k) => {
        const ranking = {
          sizes: groups.map((group) => group.length),
          relevant: groups.map((group) => group.filter((flag) => flag === 1).length),
        };
        const total = ranking.sizes.reduce((a, b) => a + b, 0);
        if (ranking.sizes.reduce((product, n) => product * ([1, 1, 2, 6, 24, 120][n] ?? 1), 1) > 3000) return;
        const harmonic = harmonicNumbers(total);
        expect(expectedAp(ranking, harmonic)).toBeCloseTo(bruteForce(groups, total), 10);
        for (const by of ['relevant', 'found'] as const) {
          expect(expectedApAt(k, ranking, harmonic, by)).toBeCloseTo(bruteForce(groups, k, by), 10);
        }
      }),
      { seed: 7, numRuns: 80 },
    );
  });

  it('does not lose precision or overflow in long lists', () => {
    const size = 100_000;
    const harmonic = harmonicNumbers(size);
    const ranking = { sizes: [size], relevant: [size / 2] };
    expect(expectedAp(ranking, harmonic)).toBeCloseTo(0.5, 3);
    // A quarter: half of the places have hits, of precision one half, and all of them could have.
    expect(expectedApAt(5000, ranking, harmonic)).toBeCloseTo(0.25, 2);
    expect(expectedApAt(5000, ranking, harmonic, 'found')).toBeCloseTo(0.5, 2);
  });

  it('at k is divided by as many relevant items as there could be, and by those found where that is asked for', () => {
    const flags = Uint8Array.of(1, 0, 0, 1, 1);
    expect(orderedAp(flags, 2)).toBe(0.5);
    expect(orderedAp(flags, 2, 'found')).toBe(1);
    expect(orderedAp(flags, 5)).toBeCloseTo((1 + 2 / 4 + 3 / 5) / 3, 12);
  });
});

describe('codes', () => {
  it('gives Hamming distances', () => {
    const random = new Random(3);
    const isOne = (x: number | undefined) => (x ?? 0) >= 0;
    for (const bits of [16, 32, 64, 128]) {
      const rows = () => Float32Array.from({ length: 20 * bits }, () => random.uniform() - 0.5);
      const [a, b] = [rows(), rows()];
      const found = hammingDistances(
        codeWords(packCodes(a, bits), bits),
        3,
        codeWords(packCodes(b, bits), bits),
        new Uint16Array(20),
      );
      const expected = Array.from({ length: 20 }, (_, item) => {
        let distance = 0;
        for (let i = 0; i < bits; i++) distance += Number(isOne(a[3 * bits + i]) !== isOne(b[item * bits + i]));
        return distance;
      });
      expect([...found]).toEqual(expected);
    }
  });

  it('packs bit i of a code into byte i >> 3 at bit i & 7, one for >= 0', () => {
    const real = new Float32Array(16).fill(-1);
    real[0] = 0;
    real[3] = 2;
    real[9] = 0.5;
    expect([...packCodes(real, 16)]).toEqual([0b1001, 0b10]);
  });

  it('counts a query with nothing relevant as 0', () => {
    const codes = packCodes(
      Float32Array.from({ length: 32 }, (_, i) => (i % 3) - 1),
      16,
    );
    const scores = scoreCodes({
      queries: codes,
      items: codes,
      bits: 16,
      queryLabels: labelSets([[1], [9]]),
      itemLabels: labelSets([[1], [2]]),
    });
    expect(scores.map).toBeCloseTo(0.5, 10);
  });

  it('are refused where sizes do not fit together, and score 0 without a query', () => {
    const codes = new Uint8Array(4);
    const [two, one, none] = [labelSets([[1], [2]]), labelSets([[1]]), labelSets([])];
    const retrieval = { queries: codes, items: codes, bits: 16, queryLabels: two, itemLabels: two };
    expect(() => scoreCodes({ ...retrieval, bits: 12 })).toThrow(/12 bits, a multiple of 8/);
    expect(() => scoreCodes({ ...retrieval, items: new Uint8Array(3) })).toThrow(/3 bytes are not codes of 16 bits/);
    expect(() => scoreCodes({ ...retrieval, itemLabels: one })).toThrow(/not as many label rows as codes/);
    expect(() => scoreCodes({ ...retrieval, queryLabels: one })).toThrow(/not as many label rows as codes/);
    expect(scoreCodes({ ...retrieval, queries: new Uint8Array(0), queryLabels: none }).map).toBe(0);
  });

  it('gives about the chance level for random codes', () => {
    const random = new Random(5);
    const labels = singleLabels(Int32Array.from({ length: 400 }, () => random.below(4)));
    const codes = packCodes(
      Float32Array.from({ length: 400 * 64 }, () => random.uniform() - 0.5),
      64,
    );
    const other = packCodes(
      Float32Array.from({ length: 400 * 64 }, () => random.uniform() - 0.5),
      64,
    );
    const retrieval = { queries: codes, items: other, bits: 64, queryLabels: labels, itemLabels: labels };
    expect(Math.abs(scoreCodes(retrieval).map - chanceMap(labels, labels))).toBeLessThan(0.01);
  });
});

describe('similarities', () => {
  it('ranks by them, ties taken exactly', async () => {
    const queries = labelSets([[1]]);
    const items = labelSets([[1], [2], [1], [3], [1, 2]]);
    const found = await similarityScores(queries, items, () => Float32Array.of(0.5, 0.9, 0.5, 0.5, -1), 3);
    expect(found.map).toBeCloseTo(bruteForce([[0], [1, 1, 0], [1]], 5), 10);
    expect(found.mapAtK).toBeCloseTo(bruteForce([[0], [1, 1, 0], [1]], 3), 10);
  });
});

const goldenSchema = z.object({
  queryCodes: z.array(z.array(z.number())),
  databaseCodes: z.array(z.array(z.number())),
  queryLabels: z.array(z.array(z.number())),
  databaseLabels: z.array(z.array(z.number())),
  hamming: z.array(z.array(z.number())),
  apAllStable: z.array(z.number()),
  mapAllStable: z.number(),
  ap50Stable: z.array(z.number()),
  map50Stable: z.number(),
  apAllExpected: z.array(z.number()),
});
const file = fileURLToPath(new URL('../../../../test/fixtures/golden/metrics.json', import.meta.url));

it('agrees with published code', () => {
  const golden = parseJson(goldenSchema, readFileSync(file, 'utf8'));
  const pack = (codes: number[][]) => packCodes(Float32Array.from(codes.flat()), 64);
  const labels = (rows: number[][]) => labelSets(rows.map((row) => row.flatMap((on, label) => (on ? [label] : []))));
  const queries = pack(golden.queryCodes);
  const items = pack(golden.databaseCodes);
  golden.hamming.forEach((row, query) => {
    const found = hammingDistances(codeWords(queries, 64), query, codeWords(items, 64), new Uint16Array(row.length));
    expect([...found]).toEqual(row);
  });
  const aps = averagePrecisions({
    queries,
    items,
    bits: 64,
    queryLabels: labels(golden.queryLabels),
    itemLabels: labels(golden.databaseLabels),
    dividedBy: 'found',
  });
  golden.apAllStable.forEach((ap, query) => expect(aps.mapStable[query]).toBeCloseTo(ap, 9));
  golden.ap50Stable.forEach((ap, query) => expect(aps.mapAtKStable[query]).toBeCloseTo(ap, 9));
  expect(mean(aps.mapStable)).toBeCloseTo(golden.mapAllStable, 9);
  expect(mean(aps.mapAtKStable)).toBeCloseTo(golden.map50Stable, 9);
  // Monte Carlo, standard error about 3e-4.
  golden.apAllExpected.forEach((ap, query) => expect(Math.abs(float64At(aps.map, query) - ap)).toBeLessThan(1.5e-3));
});
