// What known photos say of a hit: those that score alike, never the hit itself.
import { expect, it } from 'vitest';
import { bestFirst, KnownPhotos } from './known-photos.ts';

const chance = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** 200 photos with falling scores, of which the first `fitting` fit. */
function known(fitting: number, n = 200): KnownPhotos {
  const scores = Float32Array.from({ length: n }, (_, i) => 1 - i / n);
  const relevant = Uint8Array.from({ length: n }, (_, i) => Number(i < fitting));
  return new KnownPhotos(bestFirst(Int32Array.from(scores.keys()), scores), scores, relevant);
}

it('says how many of the photos that score alike fit', () => {
  const photos = known(30);
  expect(chance(photos.prevalence)).toBeCloseTo(0.15, 2);
  const [near, around] = photos.rates(1, -1).map(chance);
  expect(near).toBeGreaterThan(0.9);
  expect(around).toBeCloseTo(30 / 50, 1);
  expect(
    photos
      .rates(0.5, -1)
      .map(chance)
      .every((p) => p < 0.05),
  ).toBe(true);
});

it('does not let a hit vouch for itself', () => {
  const one = known(1);
  expect(chance(one.rates(1, 0)[0])).toBeLessThan(0.01);
  expect(chance(one.rates(1, -1)[0])).toBeGreaterThan(0.05);
});

it('has an answer with few photos, and with none', () => {
  for (const photos of [known(1, 3), known(0, 0)]) {
    for (const odds of [photos.prevalence, ...photos.rates(0.5, -1)]) expect(Number.isFinite(odds)).toBe(true);
  }
});

it('orders photos by score, and equal ones by place', () => {
  const scores = Float32Array.of(0.1, -0.5, 0.9, 0.1, -1, 1);
  expect([...bestFirst(Int32Array.of(0, 1, 2, 3, 4, 5), scores)]).toEqual([5, 2, 0, 3, 1, 4]);
  expect([...bestFirst(Int32Array.of(4, 0, 2), scores)]).toEqual([2, 0, 4]);
});

it('orders photos by score, equal ones by place, also where a cosine of rounded rows exceeds 1', () => {
  const scores = Float32Array.of(-0.5, 0.9, 1.0000001, 0.9, 1);
  expect([...bestFirst(Int32Array.of(0, 1, 2, 3, 4), scores)]).toEqual([2, 4, 1, 3, 0]);
});
