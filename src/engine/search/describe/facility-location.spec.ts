import { expect, it } from 'vitest';
import { itemAt } from '../../../shared/at.ts';
import { Random } from '../../numerics/random.ts';
import { facilityLocation } from './facility-location.ts';

/** Unit rows at these angles, in degrees. */
const circle = (...angles: readonly number[]): Float32Array =>
  Float32Array.from(angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]));

it('chooses the middle of the largest group first, then that of the next, and counts what each serves', async () => {
  const rows = circle(0, 2, 4, 6, 8, 100, 102, 104);
  const chosen = await facilityLocation(rows, circle(), 2, 2);
  expect(chosen.map(({ row }) => row)).toEqual([2, 6]);
  expect(itemAt(chosen, 1).serves).toBe(3);
});

it('leaves out what is like something covered', async () => {
  const rows = circle(0, 2, 4, 6, 8, 100, 102, 104);
  const [first] = await facilityLocation(rows, circle(3, 5), 2, 1);
  expect(first?.row).toBe(6);
});

it('chooses no row that would serve none better', async () => {
  expect(await facilityLocation(circle(0, 0, 90), circle(), 2, 3)).toHaveLength(2);
  expect(await facilityLocation(circle(10, 20), circle(10, 20), 2, 3)).toEqual([]);
  expect(await facilityLocation(circle(), circle(10), 2, 3)).toEqual([]);
});

it('comes within 1 - 1/e of the best pair, which trying all of them finds', async () => {
  const random = new Random(7);
  const angles = Array.from({ length: 14 }, () => random.uniform() * 180);
  const rows = circle(...angles);
  const value = (chosen: readonly number[]): number =>
    angles.reduce(
      (sum, a) => sum + Math.max(0, ...chosen.map((i) => Math.cos(((a - itemAt(angles, i)) * Math.PI) / 180))),
      0,
    );
  const pairs = angles.flatMap((_, i) => angles.map((__, j) => value([i, j])));
  const chosen = await facilityLocation(rows, circle(), 2, 2);
  expect(value(chosen.map(({ row }) => row))).toBeGreaterThan((1 - 1 / Math.E) * Math.max(...pairs));
});
