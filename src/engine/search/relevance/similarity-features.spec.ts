// Similarity features of a hit, against numbers worked out by hand.
import { expect, it } from 'vitest';
import { KnownPhotos } from './known-photos.ts';
import { backgroundOf, similarityFeatures, similarityFeatureNames } from './similarity-features.ts';

/** 0 to 19 in some order: the median is 10, the median deviation 5, a tenth is above 18 by 1. */
const sample = Float32Array.of(7, 19, 3, 0, 12, 15, 1, 9, 18, 4, 11, 2, 17, 6, 13, 5, 16, 8, 14, 10);
const spread = 5 * 1.4826;
const noKnownPhotos = new KnownPhotos(new Int32Array(0), new Float32Array(0), new Uint8Array(0));

function features(scores: readonly number[], wordCount = 0, background = backgroundOf(sample)) {
  const hits = Float32Array.from(scores);
  const rows = similarityFeatures(hits, background, noKnownPhotos, new Int32Array(hits.length).fill(-1), wordCount);
  return scores.map((_, hit) =>
    Object.fromEntries(similarityFeatureNames.map((name, i) => [name, rows[hit * similarityFeatureNames.length + i]])),
  );
}
const near = (value: number) => expect.closeTo(value, 5) as number;

it('describes scores in general by their median, deviation and tail', () => {
  expect(backgroundOf(sample)).toEqual({
    ...{ size: 20, median: 10, spread: near(spread), tailStart: 18, tailScale: 1, top: 19 },
  });
  expect(backgroundOf(Float32Array.of(3))).toEqual({
    size: 1,
    median: 3,
    spread: 1e-4,
    tailStart: 3,
    tailScale: 1e-4,
    top: 3,
  });
  expect(() => backgroundOf(new Float32Array(0))).toThrow(RangeError);
});

it('compares a hit with scores in general', () => {
  const [near25, prevalence] = [noKnownPhotos.rates(25, -1), noKnownPhotos.prevalence(-1)];
  expect(features([25], 3)).toEqual([
    {
      ...{ score: 25, z: near(15 / spread), rarity: near(1 + 7 / Math.LN10), gap: near(6 / spread) },
      ...{
        topZ: near(9 / spread),
        topScore: 19,
        prevalence: near(prevalence),
        near: near(near25[0]),
        around: near(near25[1]),
      },
      length: near(Math.log(4)),
    },
  ]);
  const [median, low] = features([10, 3]);
  expect(median).toMatchObject({ z: 0, rarity: 0, gap: near(-9 / spread), length: 0 });
  expect(low).toMatchObject({ z: near(-7 / spread), rarity: 0, gap: near(-16 / spread), topZ: near(9 / spread) });
});

it('keeps each number within bounds, whatever a query scores', () => {
  const alike = backgroundOf(new Float32Array(9).fill(0.5));
  expect(features([0.9, 0.1], 0, alike)).toMatchObject([
    { z: 12, rarity: 6, gap: 8, topZ: 0 },
    { z: -4, rarity: 0, gap: -8, topZ: 0 },
  ]);
  const one = Float32Array.from({ length: 9 }, (_, i) => (i === 0 ? 9 : 0));
  expect(features([9], 0, backgroundOf(one))).toMatchObject([{ topZ: 12, gap: 0 }]);
});
