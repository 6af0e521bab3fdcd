import { expect, it } from 'vitest';
import { Random } from '../numerics/random.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

const random = new Random(1);
const queries = 400;
const hardness = Float64Array.from({ length: queries }, () => random.uniform());

it('of two measures of the same queries sees a difference that is small beside the spread of the queries', () => {
  const better = hardness.map((x) => x + 0.01 + 0.002 * random.normal());
  const { mean, low, high } = pairedBootstrap(better, hardness);
  expect(mean).toBeCloseTo(0.01, 2);
  expect(low).toBeGreaterThan(0.009);
  expect(high).toBeLessThan(0.011);
});

it('has the interval of the normal approximation for many queries', () => {
  const [first, second] = [hardness.map(() => random.normal()), hardness.map(() => random.normal())];
  const { mean, low, high } = pairedBootstrap(first, second);
  const spread = 1.96 * Math.sqrt(2 / queries);
  expect(high - low).toBeGreaterThan(2 * spread * 0.85);
  expect(high - low).toBeLessThan(2 * spread * 1.15);
  expect(low).toBeLessThan(mean);
  expect(high).toBeGreaterThan(mean);
});
