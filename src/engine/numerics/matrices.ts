// Dense matrices in double precision, for methods solved by alternating least squares; products and solvers are ml-matrix's.
import { CholeskyDecomposition, Matrix, SVD } from 'ml-matrix';
import { float64At, numberAt } from '../../shared/at.ts';
import type { Random } from './random.ts';

/** `[n, width]` from numbers in row-major order. */
export const matrixOf = (values: ArrayLike<number>, width: number): Matrix =>
  Matrix.from1DArray(width === 0 ? 0 : values.length / width, width, Float64Array.from(values));

/** The numbers in row-major order. */
export const valuesOfMatrix = (matrix: Matrix): Float32Array => Float32Array.from(matrix.to1DArray());

/** A matrix of the same size with `f` of each number. */
export function mapped(matrix: Matrix, f: (x: number, row: number, column: number) => number): Matrix {
  const result = Matrix.zeros(matrix.rows, matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++) result.set(i, j, f(matrix.get(i, j), i, j));
  }
  return result;
}

/** 1 where a number is above 0, -1 elsewhere: codes. */
export const signsOf = (matrix: Matrix): Matrix => mapped(matrix, (x) => (x > 0 ? 1 : -1));

/** `[rows, columns]` of standard normal numbers. */
export function normalMatrix(rows: number, columns: number, random: Random): Matrix {
  return Matrix.from1DArray(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );
}

/** `[rows, columns]` of numbers uniform in [0, 1). */
export function uniformMatrix(rows: number, columns: number, random: Random): Matrix {
  return Matrix.from1DArray(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.uniform()),
  );
}

/** Mean of each column. */
export const columnMeans = (matrix: Matrix): Float64Array => Float64Array.from(matrix.mean('column'));

/** Each row less `mean` `[columns]`. */
export const lessMean = (matrix: Matrix, mean: ArrayLike<number>): Matrix =>
  mapped(matrix, (x, _row, column) => x - numberAt(mean, column));

/** Rows at unit length; a row of zeros stays. */
export function unitRowsMatrix(matrix: Matrix): Matrix {
  const norms = Float64Array.from({ length: matrix.rows }, (_, row) => {
    let square = 0;
    for (let j = 0; j < matrix.columns; j++) square += matrix.get(row, j) ** 2;
    return Math.sqrt(square) || 1;
  });
  return mapped(matrix, (x, row) => x / float64At(norms, row));
}

/** a^T b. */
export const transposedTimes = (a: Matrix, b: Matrix): Matrix => a.transpose().mmul(b);

/** A square matrix with `lambda` added to its diagonal. */
export function plusDiagonal(matrix: Matrix, lambda: number): Matrix {
  const result = matrix.clone();
  for (let i = 0; i < matrix.rows; i++) result.set(i, i, result.get(i, i) + lambda);
  return result;
}

/**
 * Solves `matrix` x = `right` for a symmetric positive definite matrix.
 * @throws Error for a matrix that is not positive definite
 */
export const solvePositive = (matrix: Matrix, right: Matrix): Matrix => new CholeskyDecomposition(matrix).solve(right);

/** Ridge regression: (x^T x + lambda I)^-1 x^T y, of rows `[n, d]` and `[n, k]`: `[d, k]`. */
export const ridge = (x: Matrix, y: Matrix, lambda: number): Matrix =>
  solvePositive(plusDiagonal(transposedTimes(x, x), lambda), transposedTimes(x, y));

/** Squared Euclidean distances between rows of `a` `[n, d]` and rows of `b` `[m, d]`: `[n, m]`. */
export function squaredDistances(a: Matrix, b: Matrix): Matrix {
  const squares = (rows: Matrix) =>
    Float64Array.from({ length: rows.rows }, (_, row) => rows.getRow(row).reduce((sum, x) => sum + x * x, 0));
  const [ofA, ofB] = [squares(a), squares(b)];
  return mapped(a.mmul(b.transpose()), (dot, i, j) => Math.max(0, float64At(ofA, i) + float64At(ofB, j) - 2 * dot));
}

/** Sum of all squared numbers. */
export const squaredNorm = (matrix: Matrix): number => matrix.to1DArray().reduce((sum, x) => sum + x * x, 0);

/** The matrix with orthonormal rows or columns nearest to another: U V^T of its singular value decomposition. */
export function nearestOrthonormal(matrix: Matrix): Matrix {
  // The decomposition expects at least as many rows as columns.
  if (matrix.rows < matrix.columns) return nearestOrthonormal(matrix.transpose()).transpose();
  const { leftSingularVectors, rightSingularVectors } = new SVD(matrix);
  return leftSingularVectors.mmul(rightSingularVectors.transpose());
}
