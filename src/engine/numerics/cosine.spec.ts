import { expect, it } from 'vitest';
import { cosine } from './cosine.ts';

it('is the cosine of the angle between rows inside longer arrays, whatever their lengths', () => {
  const rows = Float32Array.of(9, 3, 0, 0, 5, 5, -2, 0);
  expect(cosine(rows, 1, rows, 4, 2)).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosine(rows, 1, rows, 6, 2)).toBe(-1);
  expect(cosine(rows, 1, rows, 1, 2)).toBe(1);
});

it('is null where a row has no length', () => {
  const rows = Float32Array.of(0, 0, 1, 2);
  expect([cosine(rows, 0, rows, 2, 2), cosine(rows, 2, rows, 0, 2)]).toEqual([null, null]);
});
