import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { float64At } from '../../shared/at.ts';
import { addCrossProducts, ColumnBlock } from './cross-products.ts';
import { Random } from './random.ts';

const random = new Random(2);
const rowsOf = (count: number, width: number) =>
  Array.from({ length: count }, () => Float32Array.from({ length: width }, () => random.normal()));

/** X^T Y, added block by block to rows of `stride` numbers. */
function sumsOf(
  x: readonly Float32Array[],
  y: readonly Float32Array[],
  stride: number,
  part: 'all' | 'lower',
): Float64Array {
  const width = x[0]?.length ?? 0;
  const [a, b] = [new ColumnBlock(width), new ColumnBlock(y[0]?.length ?? 0)];
  const sums = new Float64Array(width * stride);
  x.forEach((row, i) => {
    a.add(row);
    b.add(y[i] ?? new Float32Array(0));
    if (!a.isFull && i < x.length - 1) return;
    addCrossProducts(sums, stride, a, b, part);
    a.clear();
    b.clear();
  });
  return sums;
}

it.each([
  [5, 7],
  [8, 4],
  [1, 1],
])('products of %i and %i columns of 150 rows are those of ml-matrix', (widthX, widthY) => {
  const [x, y] = [rowsOf(150, widthX), rowsOf(150, widthY)];
  const expected = new Matrix(x).transpose().mmul(new Matrix(y));
  const stride = widthY + 3;
  const sums = sumsOf(x, y, stride, 'all');
  for (let i = 0; i < widthX; i++) {
    for (let j = 0; j < widthY; j++) expect(float64At(sums, i * stride + j)).toBeCloseTo(expected.get(i, j), 10);
    expect([...sums.subarray(i * stride + widthY, (i + 1) * stride)]).toEqual([0, 0, 0]);
  }
});

it('the lower part has every product up to the diagonal', () => {
  const x = rowsOf(70, 11);
  const [all, lower] = [sumsOf(x, x, 11, 'all'), sumsOf(x, x, 11, 'lower')];
  for (let i = 0; i < 11; i++) for (let j = 0; j <= i; j++) expect(lower[i * 11 + j]).toBe(all[i * 11 + j]);
});
