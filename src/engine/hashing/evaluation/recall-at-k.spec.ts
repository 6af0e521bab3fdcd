import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bothWays,
  chanceRanks,
  chanceWithin,
  codeRanks,
  counterparts,
  expectedRank,
  tiedRank,
  RankCollector,
  similarityRanks,
} from './recall-at-k.ts';
import { packCodes } from '../../numerics/pack.ts';
import { Random } from '../../numerics/random.ts';
import { runToEnd } from '../../runtime/yielder.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

/** Every way to place `own` of `size` items, as the place of the first. */
function firstPlaces(size: number, own: number): number[] {
  if (own === 0) return [];
  const places: number[] = [];
  for (let set = 0; set < 2 ** size; set++) {
    const chosen = Array.from({ length: size }, (_, i) => i).filter((i) => (set >> i) & 1);
    if (chosen.length === own) places.push(numberAt(chosen, 0) + 1);
  }
  return places;
}

describe('the first own item', () => {
  it('has the mean place and the chances of all orders of its group', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        (ahead, size, wanted, k) => {
          const own = Math.min(wanted, size);
          const places = firstPlaces(size, own).map((place) => ahead + place);
          const mean = places.reduce((a, b) => a + b, 0) / places.length;
          expect(expectedRank({ ahead, size, own })).toBeCloseTo(mean, 9);
          const within = places.filter((place) => place <= k).length / places.length;
          expect(chanceWithin(k, { ahead, size, own })).toBeCloseTo(within, 9);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it('is found in scores where larger, and in distances where smaller is nearer', () => {
    const scores = Float32Array.of(0.9, 0.5, 0.5, 0.7, 0.5, -1);
    expect(tiedRank(scores, [2, 5, 1], 1)).toEqual({ ahead: 2, size: 3, own: 2 });
    expect(tiedRank(Uint16Array.of(3, 1, 3, 9), [0, 3], -1)).toEqual({ ahead: 1, size: 2, own: 1 });
  });
});

describe('ranks over queries', () => {
  it('are shares of the queries and the median of their ranks', () => {
    const ranks = new RankCollector();
    for (const ahead of [0, 3, 7, 40]) ranks.add({ ahead, size: 1, own: 1 });
    const ofQueries = { 1: [1, 0, 0, 0], 5: [1, 1, 0, 0], 10: [1, 1, 1, 0] };
    expect(ranks.result()).toEqual({ recall: { 1: 0.25, 5: 0.5, 10: 0.75 }, medianRank: 6, ofQueries });
    expect(new RankCollector().result().medianRank).toBe(0);
  });

  it('agree between codes and the similarities of their signs', async () => {
    const random = new Random(3);
    const bits = 16;
    const signs = (rows: number) => Float32Array.from({ length: rows * bits }, () => (random.uniform() < 0.5 ? -1 : 1));
    const photos = signs(12);
    const captions = signs(24);
    const rows = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
    const own = counterparts(
      rows(0, 12),
      rows(0, 24),
      rows(0, 24).map((caption) => caption >> 1),
    );
    expect(own.captionsOf[1]).toEqual([2, 3]);
    expect(own.photosOf[3]).toEqual([1]);
    const dot = (a: Float32Array, i: number, b: Float32Array) =>
      Float32Array.from({ length: b.length / bits }, (_, j) => {
        let sum = 0;
        for (let bit = 0; bit < bits; bit++) sum += float32At(a, i * bits + bit) * float32At(b, j * bits + bit);
        return sum;
      });
    const code = (real: Float32Array) => packCodes(real, bits);
    expect(
      bothWays(
        runToEnd(codeRanks(code(photos), code(captions), bits, own.captionsOf)),
        runToEnd(codeRanks(code(captions), code(photos), bits, own.photosOf)),
      ),
    ).toEqual(
      bothWays(
        await similarityRanks(own.captionsOf, async (query) => dot(photos, query, captions)),
        await similarityRanks(own.photosOf, async (query) => dot(captions, query, photos)),
      ),
    );
  });

  it('leaves out photos and captions without a counterpart', async () => {
    const own = counterparts(Int32Array.of(4, 7), Int32Array.of(0, 1), Int32Array.of(4, 5));
    expect(own).toEqual({ captionsOf: [[0], []], photosOf: [[0], []] });
    const ranks = (first: number, medianRank: number) => ({
      recall: { 1: first, 5: 1, 10: 1 },
      medianRank,
      ofQueries: { 1: [first], 5: [1], 10: [1] },
    });
    expect(chanceRanks(2, own.captionsOf)).toEqual(ranks(0.5, 1.5));
    const second = ranks(0, 2);
    expect(await similarityRanks(own.captionsOf, async () => Float32Array.of(0.1, 0.2))).toEqual(second);
    expect(runToEnd(codeRanks(Uint8Array.of(0, 0), Uint8Array.of(1, 0), 8, own.captionsOf))).toEqual(second);
  });
});
