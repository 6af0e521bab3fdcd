import { expect, it } from 'vitest';
import { servesBetter } from './compare-quality.ts';

it('prefers of two models the one that beats the encoder, then the one with the greater likelihood', () => {
  const at = { mean: 0.5, low: 0.4, high: 0.6 };
  const quality = (better: boolean, likelihood: number) => {
    return { photos: 100, queries: 10, trained: at, encoder: at, better, likelihood };
  };
  expect(servesBetter(quality(true, -6), quality(false, -5))).toBe(true);
  expect(servesBetter(quality(false, -5), quality(true, -6))).toBe(false);
  expect(servesBetter(quality(true, -5), quality(true, -6))).toBe(true);
  expect(servesBetter(quality(true, -6), quality(true, -6))).toBe(false);
  expect(servesBetter(undefined, quality(false, -6))).toBe(false);
  expect(servesBetter(quality(false, -6), undefined)).toBe(true);
});
