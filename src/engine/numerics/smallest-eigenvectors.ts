// The eigenvectors with the smallest eigenvalues of a large symmetric matrix, given by its products.
import { Matrix, QrDecomposition } from 'ml-matrix';
import { numberAt } from '../../shared/at.ts';
import { normalMatrix, transposedTimes } from './matrices.ts';
import type { Random } from './random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

export interface SmallestEigenvectors {
  /** `[count]`, rising. */
  readonly values: number[];
  /** `[n, count]`, orthonormal columns. */
  readonly vectors: Matrix;
}

/** Degree of the polynomial that a round applies. */
const degree = 12;
/** Columns beside the requested ones, which make the last of these converge faster. */
const spare = 8;
/**
 * Largest number of rounds. Where eigenvalues are close together, the remaining error is a rotation among their
 * vectors.
 */
const mostRounds = 60;

/**
 * Chebyshev-filtered subspace iteration (Zhou, Saad, Tiago, Chelikowsky, J. Comput. Phys. 219, 2006). Each round applies a
 * polynomial that is large below the unwanted eigenvalues and at most 1 among them.
 * @param times the matrix times `[n, m]`
 * @param bound at least the largest eigenvalue
 * @param tolerance residual |A v - l v| of unit vectors at which the search ends, relative to `bound`
 */
export function smallestEigenvectors(
  times: (block: Matrix) => Matrix,
  n: number,
  count: number,
  bound: number,
  random: Random,
  tolerance = 1e-5,
): SmallestEigenvectors {
  const columns = Math.min(n, count + spare);
  let found = rotated(times, orthonormal(normalMatrix(n, columns, random)));
  for (let round = 0; round < mostRounds && found.residual(count) > tolerance * bound; round++) {
    const [lowest, cut] = [numberAt(found.values, 0), numberAt(found.values, columns - 1)];
    const [centre, half] = [(bound + cut) / 2, (bound - cut) / 2];
    if (!(half > 0)) break;
    // Scaled so that the filter is 1 at the smallest eigenvalue.
    let sigma = half / (lowest - centre);
    const first = sigma;
    const shifted = (block: Matrix, factor: number) => Matrix.sub(times(block), Matrix.mul(block, centre)).mul(factor);
    let before = found.vectors;
    let now = shifted(before, sigma / half);
    for (let i = 2; i <= degree; i++) {
      const next = 1 / (2 / first - sigma);
      const after = Matrix.sub(shifted(now, (2 * next) / half), Matrix.mul(before, sigma * next));
      [before, now, sigma] = [now, after, next];
    }
    found = rotated(times, orthonormal(now));
  }
  return { values: found.values.slice(0, count), vectors: found.vectors.subMatrix(0, n - 1, 0, count - 1) };
}

const orthonormal = (block: Matrix): Matrix => new QrDecomposition(block).orthogonalMatrix;

/** The eigenvectors of the matrix within the span of an orthonormal basis. */
function rotated(times: (block: Matrix) => Matrix, basis: Matrix) {
  const product = times(basis);
  const inner = transposedTimes(basis, product);
  const falling = symmetricEigen(Matrix.add(inner, inner.transpose()).div(2));
  const order = Array.from(falling.values.keys()).reverse();
  const values = order.map((i) => numberAt(falling.values, i));
  const turn = falling.vectors.subMatrixColumn(order);
  const vectors = basis.mmul(turn);
  const rest = Matrix.sub(product.mmul(turn), vectors.mmul(Matrix.diag(values)));
  return {
    values,
    vectors,
    residual: (count: number) => {
      const norms = Array.from({ length: count }, (_, j) => Math.hypot(...rest.getColumn(j)));
      return Math.max(...norms);
    },
  };
}
