import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { canonicalDirections } from './cvh.ts';

it('gives uncorrelated variates of unit variance, most correlated first', () => {
  const xx = new Matrix([
    [2, 0.3],
    [0.3, 1],
  ]);
  const yy = new Matrix([
    [1, 0.2, 0],
    [0.2, 2, 0.4],
    [0, 0.4, 3],
  ]);
  const yx = new Matrix([
    [0.5, 0.1],
    [0.2, 0.6],
    [0.1, -0.3],
  ]);
  const { x, y, correlations } = canonicalDirections({ xx, yy, yx });
  const among = (w: Matrix, c: Matrix, v: Matrix) => w.transpose().mmul(c).mmul(v).to2DArray();
  const close = (found: number[][], expected: number[][]) =>
    found.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 8)));
  close(among(x, xx, x), [
    [1, 0],
    [0, 1],
  ]);
  close(among(y, yy, y), [
    [1, 0],
    [0, 1],
  ]);
  const [first = 0, second = 0] = correlations;
  expect(first).toBeGreaterThan(second);
  expect(first).toBeLessThan(1);
  close(among(y, yx, x), [
    [first, 0],
    [0, second],
  ]);
});
