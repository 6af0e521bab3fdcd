// The score of a query with several terms: a product of chances, or a sum of evidence where there are no chances.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { similarityMoments, combine, confirmedFirst, deviationsOf, type WeighedTerm } from './score.ts';
import { float64At } from '../../../shared/at.ts';

const likely = (weight: number, chances: number[]): WeighedTerm => ({
  weight,
  odds: Float64Array.from(chances, (p) => Math.log(p / (1 - p))),
  chances: Float64Array.from(chances),
  plain: new Float64Array(chances.length),
});
const unknown = (weight: number, plain: number[]): WeighedTerm => ({
  weight,
  odds: Float64Array.from(plain),
  chances: null,
  plain: Float64Array.from(plain),
});
const best = (terms: WeighedTerm[]) => {
  const { totals } = combine(3, terms);
  return [0, 1, 2].sort((a, b) => float64At(totals, b) - float64At(totals, a));
};

it('orders one term by its odds and shows its chances', () => {
  const term = likely(1, [0.3, 0.5, 0.1]);
  expect(best([term])).toEqual([1, 0, 2]);
  expect(combine(3, [term]).chances).toBe(term.chances);
});

it('wants every added term to fit and no subtracted one', () => {
  const { chances } = combine(3, [likely(1, [0.8, 0.5, 0.8]), likely(1, [0.5, 0.5, 0.1]), likely(-1, [0.9, 0.1, 0.1])]);
  expect(chances?.[0]).toBeCloseTo(0.8 * 0.5 * 0.1);
  expect(chances?.[1]).toBeCloseTo(0.5 * 0.5 * 0.9);
  expect(chances?.[2]).toBeCloseTo(0.8 * 0.1 * 0.9);
});

it('puts what is least like a term first where it is only subtracted', () => {
  expect(best([likely(-1, [0.5, 0.2, 0.9])])).toEqual([1, 0, 2]);
  expect(best([unknown(-1, [0.5, 2, -3])])).toEqual([2, 0, 1]);
});

it('keeps the order of the evidence among equal chances', () => {
  const flat = { ...likely(1, [0.2, 0.2, 0.2]), odds: Float64Array.of(-3, -1, -2) };
  expect(best([flat, likely(1, [0.5, 0.5, 0.5])])).toEqual([1, 2, 0]);
});

it('adds evidence where a term has no chances, and gives no credit for being unlike a subtracted term', () => {
  const beach = unknown(1, [2, 2, -1]);
  const people = unknown(-1, [2, 0, -9]);
  expect(best([beach, people])).toEqual([1, 0, 2]);
  expect(combine(3, [beach, people]).chances).toBeNull();
  expect(combine(3, [beach, likely(1, [0.1, 0.2, 0.3])]).chances).toBeNull();
});

it('puts photos whose features are gone behind, and stays finite where all are alike', () => {
  const background = similarityMoments(Float64Array.of(0.1, 0.3));
  expect(deviationsOf(Number.NaN, background)).toBeLessThan(deviationsOf(0.1, background));
  expect(deviationsOf(0.2, similarityMoments(Float64Array.of(0.2, 0.2)))).toBe(0);
});

it('orders every sum whose terms have chances by the chance it shows', () => {
  const photos = 6;
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const term = fc.record({
    weight: fc.oneof(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.double({ min: -10, max: -0.1, noNaN: true })),
    chances: fc.array(chance, { minLength: photos, maxLength: photos }),
  });
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), (terms) => {
      const weighed = terms.map(({ weight, chances }): WeighedTerm => {
        const known = Float64Array.from(chances);
        return { weight, odds: known.map(Math.log1p), chances: known, plain: new Float64Array(photos) };
      });
      const { totals, chances } = combine(photos, weighed);
      const order = [0, 1, 2, 3, 4, 5].sort((a, b) => float64At(totals, b) - float64At(totals, a));
      const shown = order.map((i) => chances?.[i] ?? Number.NaN);
      for (let i = 1; i < photos; i++) expect(shown[i]).toBeLessThanOrEqual((shown[i - 1] ?? Number.NaN) + 1e-9);
    }),
  );
});

it('puts what a person confirmed above all others, at a chance that no other exceeds', () => {
  const found = combine(4, [likely(1, [0.3, 0.97, 0.1, 0.2])]);
  const { totals, chances } = confirmedFirst(found, Uint8Array.of(1, 0, 1, 0));
  const order = [0, 1, 2, 3].sort((a, b) => float64At(totals, b) - float64At(totals, a));
  expect(order).toEqual([0, 2, 1, 3]);
  expect([...(chances ?? [])]).toEqual([0.97, 0.97, 0.97, 0.2]);
  const few = confirmedFirst(combine(2, [likely(1, [0.3, 0.2])]), Uint8Array.of(1, 0));
  expect([...(few.chances ?? [])]).toEqual([0.95, 0.2]);
  expect(confirmedFirst(found, new Uint8Array(4))).toEqual(found);
  const plain = combine(2, [unknown(1, [1, 2])]);
  expect([...confirmedFirst(plain, Uint8Array.of(1, 0)).totals]).toEqual([3, 2]);
});
