// Intervals of shares of captions, for few photos with several captions each.
import { expect, it } from 'vitest';
import { Random } from '../../numerics/random.ts';
import { shareInterval } from './share-interval.ts';

it.each([
  { share: 0.05, photos: 50, each: 1, same: 0 },
  { share: 0.1, photos: 22, each: 2, same: 0.6 },
  { share: 0.3, photos: 25, each: 4, same: 0.8 },
  { share: 0.9, photos: 20, each: 2, same: 0.6 },
])(
  'has the true share in about 95 of 100 samples: $share of $photos photos with $each captions',
  ({ share, photos, each, same }) => {
    const random = new Random(1);
    const samples = 2000;
    let covered = 0;
    for (let sample = 0; sample < samples; sample++) {
      const results = Array.from({ length: photos }, (_, photo) => {
        const usual = random.uniform() < share;
        // Captions of a photo are found together in this share of cases.
        const found = () => (random.uniform() < same ? usual : random.uniform() < share);
        return Array.from({ length: each }, () => ({ photo, found: Number(found()) }));
      }).flat();
      const { low, high } = shareInterval(results);
      if (low <= share && share <= high) covered++;
    }
    expect(covered / samples).toBeGreaterThan(0.92);
    expect(covered / samples).toBeLessThan(0.985);
  },
);

it('has a width where nothing, or everything, was found', () => {
  const all = (found: number) => Array.from({ length: 40 }, (_, i) => ({ photo: i >> 1, found }));
  expect(shareInterval(all(0))).toEqual({ mean: 0, low: 0, high: expect.closeTo(0.161, 3) as number });
  expect(shareInterval(all(1))).toEqual({ mean: 1, low: expect.closeTo(0.839, 3) as number, high: 1 });
});
