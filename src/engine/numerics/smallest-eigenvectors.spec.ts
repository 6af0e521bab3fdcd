import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { normalMatrix, transposedTimes } from './matrices.ts';
import { Random } from './random.ts';
import { smallestEigenvectors } from './smallest-eigenvectors.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

it('finds the values and vectors that a full decomposition finds', () => {
  const random = new Random(3);
  const half = normalMatrix(90, 70, random);
  const matrix = transposedTimes(half, half).div(90);
  const all = symmetricEigen(matrix);
  const { values, vectors } = smallestEigenvectors(
    (block) => matrix.mmul(block),
    70,
    5,
    (all.values[0] ?? 0) * 1.01,
    random,
    1e-11,
  );
  const smallest = all.values.slice(-5).reverse();
  values.forEach((value, i) => expect(value).toBeCloseTo(smallest[i] ?? Number.NaN, 10));
  const expected = all.vectors.subMatrixColumn([69, 68, 67, 66, 65]);
  const cosines = transposedTimes(vectors, expected);
  for (let i = 0; i < 5; i++) expect(Math.abs(cosines.get(i, i))).toBeCloseTo(1, 9);
  expect(Matrix.sub(transposedTimes(vectors, vectors), Matrix.eye(5)).norm()).toBeLessThan(1e-10);
});
