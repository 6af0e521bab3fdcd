import { expect, it } from 'vitest';
import { IdMask } from './id-mask.ts';

it('holds just its ids, and takes no room for others', () => {
  const mask = IdMask.of([64, 3, 31, 3]);
  expect([3, 31, 64, 0, 32, 65, 2 ** 30].map((id) => mask.has(id))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(mask.words).toHaveLength(3);
  expect(IdMask.of([]).words).toHaveLength(0);
  expect(IdMask.of(Int32Array.of(2 ** 31 - 1)).has(2 ** 31 - 1)).toBe(true);
});
