// Own items among the nearest codes: which codes count as near with ties, and their order by real-valued rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterparts } from '../hashing/evaluation/recall-at-k.ts';
import { packCodes } from '../numerics/pack.ts';
import { Random } from '../numerics/random.ts';
import { counterpartRanks, rerankedItems, rerankedRanks } from './counterpart-ranks.ts';
import { int32At, numberAt } from '../../shared/at.ts';

/** Codes of 8 bits whose first `n` are set: their distance from 0 is n. */
const codesOf = (...distances: number[]) => Uint8Array.from(distances, (n) => 2 ** n - 1);
const zero = Uint8Array.of(0);
const row =
  (...cosines: number[]) =>
  () =>
    Promise.resolve(Float32Array.from(cosines));

describe('the nearest codes, re-ranked', () => {
  it('include all that tie with the last of them', async () => {
    // The nearest 2 are the two at distance 2; item 0 is at distance 3.
    const items = codesOf(3, 2, 1, 2, 5);
    const cosines = row(0.99, 0.5, 0.1, 0.7, 0.98);
    const of = (own: number[]) => rerankedRanks(zero, items, 8, [own], cosines, 2);
    expect(await of([3])).toMatchObject({ ranks: { medianRank: 1, recall: { 1: 1 } }, candidates: 3 });
    expect(await of([1])).toMatchObject({ ranks: { medianRank: 2, recall: { 1: 0, 5: 1 } } });
    expect(await of([2])).toMatchObject({ ranks: { medianRank: 3 } });
  });

  it('do not find what is farther, however similar it is', async () => {
    const items = codesOf(3, 2, 1, 2, 5);
    const cosines = row(0.99, 0.5, 0.1, 0.7, 0.98);
    const { ranks } = await rerankedRanks(zero, items, 8, [[0, 4]], cosines, 2);
    expect(ranks).toEqual({
      recall: { 1: 0, 5: 0, 10: 0 },
      medianRank: Number.POSITIVE_INFINITY,
      ofQueries: { 1: [0], 5: [0], 10: [0] },
    });
    // One of several own items is enough.
    const some = await rerankedRanks(zero, items, 8, [[0, 1, 4]], cosines, 2);
    expect(some.ranks.medianRank).toBe(2);
  });

  it('are every item where there are fewer', async () => {
    const { ranks, candidates } = await rerankedRanks(zero, codesOf(8, 0), 8, [[0]], row(0.5, 0.4));
    expect([ranks.medianRank, candidates]).toEqual([1, 2]);
  });

  it('share their places where cosines are equal', async () => {
    const items = codesOf(0, 0, 0, 0, 1);
    const { ranks } = await rerankedRanks(zero, items, 8, [[1]], row(0.9, 0.5, 0.5, 0.5, 0.5), 4);
    expect(ranks.recall).toEqual({ 1: 0, 5: 1, 10: 1 });
    expect(ranks.medianRank).toBe(3);
  });

  it('leave out queries with no own item, without losing count', async () => {
    const queries = codesOf(0, 0, 0);
    const asked: number[] = [];
    const cosines = (query: number) => {
      asked.push(query);
      return Promise.resolve(Float32Array.of(query, 1));
    };
    const { ranks } = await rerankedRanks(queries, codesOf(0, 0), 8, [[0], [], [0]], cosines);
    expect(asked).toEqual([0, 2]);
    expect(ranks.medianRank).toBe(1.5);
  });

  it('equal a sort of all that is near enough, whatever ties', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, count) => {
        const random = new Random(seed >>> 0);
        const distances = Array.from({ length: 12 }, () => random.below(5));
        // All cosines differ, so the sort has one result.
        const cosines = random.shuffle(Int32Array.from({ length: 12 }, (_, i) => i));
        const own = random.below(12);
        const last = numberAt(
          distances.toSorted((a, b) => a - b),
          count - 1,
        );
        const near = distances.flatMap((distance, item) => (distance <= last ? [item] : []));
        const order = near.toSorted((a, b) => int32At(cosines, b) - int32At(cosines, a));
        const expected = order.includes(own) ? order.indexOf(own) + 1 : Number.POSITIVE_INFINITY;
        const items = codesOf(...distances);
        const found = await rerankedRanks(zero, items, 8, [[own]], row(...cosines), count);
        expect(found).toMatchObject({ ranks: { medianRank: expected }, candidates: near.length });
      }),
    );
  });
});

it('asks in both directions, by code with ties as the mean over all orders', async () => {
  // 150 photos with two captions each. All have one code, except the last 20 photos and captions with the opposite
  // code.
  const photos = 150;
  const captionPhoto = Int32Array.from({ length: 2 * photos }, (_, i) => i >> 1);
  const sign = (photo: number) => (photo < 130 ? -1 : 1);
  const codes = (of: Int32Array) =>
    packCodes(
      Float32Array.from({ length: 8 * of.length }, (_, i) => sign(int32At(of, i >> 3))),
      8,
    );
  // Rows on a circle, an angle for each photo: its own captions are the nearest.
  const rows = (of: Int32Array) =>
    Float32Array.from([...of].flatMap((photo) => [Math.cos(photo / 50), Math.sin(photo / 50)]));
  const all = Int32Array.from({ length: photos }, (_, i) => i);
  const side = (of: Int32Array) => ({ query: codes(of), database: codes(of), rows: rows(of) });
  const own = counterparts(all, Int32Array.from(captionPhoto.keys()), captionPhoto);
  const test = { photos: side(all), captions: side(captionPhoto), rowWidth: 2 };
  const { byCode, reranked, candidates } = await counterpartRanks(test, 8, own);
  // A photo's two captions are among 260 equally near ones: (260 + 1) / (2 + 1). A caption's photo is among 130.
  expect(byCode.medianRank).toEqual({ i2t: 87, t2i: 65.5 });
  expect(byCode.recall.t2i[10]).toBeCloseTo((130 * (10 / 130) + 20 * (10 / 20)) / 150, 10);
  // All items are candidates for the 20 far ones: their 100th nearest has the other code.
  expect(rerankedItems).toBe(100);
  expect(candidates.i2t).toBeCloseTo((130 * 260 + 20 * 300) / 150, 10);
  expect(candidates.t2i).toBeCloseTo((130 * 130 + 20 * 150) / 150, 10);
  expect(reranked.recall.t2i).toEqual({ 1: 1, 5: 1, 10: 1 });
  expect(reranked.medianRank.t2i).toBe(1);
});

it('has no median rank where the middle query finds nothing', async () => {
  // Each caption's code is opposite to its own photo's, so 101 other photos are nearer.
  const photos = 202;
  const all = Int32Array.from({ length: photos }, (_, i) => i);
  const signs = (flip: number) => Float32Array.from({ length: 8 * photos }, (_, i) => (((i >> 3) + flip) & 1 ? 1 : -1));
  const rows = new Float32Array(photos).fill(1);
  const side = (flip: number) => ({ query: packCodes(signs(flip), 8), database: new Uint8Array(0), rows });
  const test = { photos: side(0), captions: side(1), rowWidth: 1 };
  const { byCode, reranked } = await counterpartRanks(test, 8, counterparts(all, all, all));
  expect(byCode.medianRank).toEqual({ i2t: 152, t2i: 152 });
  expect(reranked).toEqual({
    recall: { i2t: { 1: 0, 5: 0, 10: 0 }, t2i: { 1: 0, 5: 0, 10: 0 } },
    medianRank: { i2t: null, t2i: null },
  });
});
