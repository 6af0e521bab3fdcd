// Directions against a full eigendecomposition.
import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { Random } from '../numerics/random.ts';
import { symmetricEigen } from '../numerics/symmetric-eigen.ts';
import { float32At, float64At, numberAt } from '../../shared/at.ts';
import { mainDirections } from './main-directions.ts';

const random = new Random(11);

/** A covariance whose variances fall by a factor from one direction to the next. */
function falling(width: number, factor: number): Matrix {
  const rows = Matrix.from1DArray(
    width,
    width,
    Array.from({ length: width * width }, () => random.normal()),
  );
  const { vectors } = symmetricEigen(rows.transpose().mmul(rows));
  const variances = Matrix.diag(Array.from({ length: width }, (_, i) => factor ** i));
  return vectors.mmul(variances).mmul(vectors.transpose());
}

it.each([40, 200])('finds variances and directions of %i numbers as a full eigendecomposition does', async (width) => {
  const count = 12;
  const matrix = falling(width, 0.85);
  const all = symmetricEigen(matrix);
  const { values, directions } = await mainDirections(Float32Array.from(matrix.to1DArray()), width, count);
  for (let k = 0; k < count; k++) {
    expect(float64At(values, k)).toBeCloseTo(numberAt(all.values, k), 4);
    let along = 0;
    for (let i = 0; i < width; i++) along += float32At(directions, k * width + i) * all.vectors.get(i, k);
    expect(Math.abs(along)).toBeGreaterThan(0.999);
  }
});

it('gives zeros for directions in which nothing varies', async () => {
  const width = 160;
  const one = new Float32Array(width * width);
  one[0] = 2;
  const { values, directions } = await mainDirections(one, width, 3);
  expect(Array.from(values, (x) => Math.round(1e4 * x) / 1e4)).toEqual([2, 0, 0]);
  expect(Math.abs(float32At(directions, 0))).toBeCloseTo(1, 4);
});
