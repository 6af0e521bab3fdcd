// Evidence from known photos with similar scores; a hit is never evidence for itself.
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
  expect(chance(photos.prevalence(-1))).toBeCloseTo(0.15, 2);
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

it('counts the ten nearest and the fifty nearest, with the share of all as one photo more', () => {
  const photos = known(30);
  const share = 30.1 / 201;
  expect(chance(photos.prevalence(-1))).toBeCloseTo(share, 12);
  const rates = (score: number, photo: number) => photos.rates(Math.fround(score), photo).map(chance);
  const close = (near: number, around: number, all = share) =>
    [(near + all) / 11, (around + all) / 51].map((rate) => expect.closeTo(rate, 12) as number);
  // One known photo fewer: without one that fits, and without one that does not.
  const [less, more] = [29.1 / 200, 30.1 / 200];
  // At the best score, in the middle of the fitting and of the other photos, and after the worst.
  expect(rates(1, -1)).toEqual(close(10, 30));
  expect(rates(1 - 30 / 200, -1)).toEqual(close(5, 25));
  expect(rates(-1, -1)).toEqual(close(0, 0));
  // A known photo is not counted for itself; one more of its neighbours is.
  expect(rates(1 - 29 / 200, 29)).toEqual(close(5, 25, less));
  expect(rates(1 - 30 / 200, 30)).toEqual(close(5, 25, more));
  // The own place of a known photo counts, not its score.
  expect(rates(-1, 0)).toEqual(close(10, 29, less));
});

it('expects of words what the photos that score alike say on average, without the photo itself', () => {
  const scores = Float32Array.from({ length: 200 }, (_, i) => 1 - i / 200);
  const order = bestFirst(Int32Array.from(scores.keys()), scores);
  const photos = new KnownPhotos(order, scores, new Uint8Array(200), Float64Array.from(scores.keys()));
  const mean = (from: number, to: number) => (from + to) / 2;
  expect(photos.expectedWords(Math.fround(1 - 30 / 200), -1)).toBeCloseTo(mean(25, 34), 12);
  expect(photos.expectedWords(1, -1)).toBeCloseTo((mean(0, 9) + mean(0, 49)) / 2, 12);
  expect(photos.expectedWords(-1, -1)).toBeCloseTo((mean(190, 199) + mean(150, 199)) / 2, 12);
  expect(photos.expectedWords(1, 0)).toBeCloseTo((mean(1, 10) + mean(1, 50)) / 2, 12);
  expect(photos.expectedWords(-1, 3)).toBeCloseTo(((55 - 3) / 10 + (1275 - 3) / 50) / 2, 12);
  expect(known(30).expectedWords(0.5, 3)).toBe(0);
  expect(known(0, 0).expectedWords(0.5, -1)).toBe(0);
});

it('does not count a hit as evidence for itself', () => {
  const one = known(1);
  expect(chance(one.rates(1, 0)[0])).toBeLessThan(0.01);
  expect(chance(one.rates(1, -1)[0])).toBeGreaterThan(0.05);
});

it('has an answer with few photos, and with none', () => {
  for (const photos of [known(1, 3), known(0, 0)]) {
    for (const odds of [photos.prevalence(-1), ...photos.rates(0.5, -1)]) expect(Number.isFinite(odds)).toBe(true);
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

it('counts a word that one photo alone has as absent from all others, where that photo is the hit', () => {
  const photos = known(1);
  expect(chance(photos.prevalence(0))).toBeCloseTo(0.1 / 200, 12);
  expect(chance(photos.prevalence(1))).toBeCloseTo(1.1 / 200, 12);
  expect(chance(photos.prevalence(-1))).toBeCloseTo(1.1 / 201, 12);
});
