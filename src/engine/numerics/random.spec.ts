import { expect, it } from 'vitest';
import { Random } from './random.ts';
import { int32At } from '../../shared/at.ts';

it('goes on from a kept state exactly', () => {
  const random = new Random(7);
  for (let i = 0; i < 100; i++) random.bits();
  const { state } = random;
  const next = Array.from({ length: 10 }, () => random.bits());
  const resumed = new Random(state);
  expect(Array.from({ length: 10 }, () => resumed.bits())).toEqual(next);
});

it('is xoshiro128**', () => {
  // First outputs of the reference implementation for the state 1, 2, 3, 4.
  const random = new Random([1, 2, 3, 4]);
  expect([random.bits(), random.bits(), random.bits()]).toEqual([11520, 0, 5927040]);
});

it('draws many at once as one by one', () => {
  const [one, many] = [new Random(9), new Random(9)];
  for (const limit of [1, 7, 20_000, 2 ** 31 - 1]) {
    const singly = Int32Array.from({ length: 1000 }, () => one.below(limit));
    expect(many.fillBelow(limit, new Int32Array(1000))).toEqual(singly);
    expect(many.state).toEqual(one.state);
  }
});

it('draws evenly', () => {
  const random = new Random(1);
  const counts = new Int32Array(10);
  let sum = 0;
  let squares = 0;
  const n = 100_000;
  for (let i = 0; i < n; i++) {
    const bucket = random.below(10);
    counts[bucket] = int32At(counts, bucket) + 1;
    const x = random.normal();
    sum += x;
    squares += x * x;
  }
  expect(Math.min(...counts)).toBeGreaterThan(9_600);
  expect(Math.abs(sum / n)).toBeLessThan(0.02);
  expect(squares / n).toBeCloseTo(1, 1);
  expect([...new Random(2).shuffle(Int32Array.from({ length: 50 }, (_, i) => i))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  );
});
