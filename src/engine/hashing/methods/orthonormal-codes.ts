// Balanced, uncorrelated real-valued codes nearest to given rows, as several supervised methods alternate with signs.
import { Matrix } from 'ml-matrix';
import { lessMean, normalMatrix, transposedTimes } from '../../numerics/matrices.ts';
import type { Random } from '../../numerics/random.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';
import { numberAt } from '../../../shared/at.ts';

/** Eigenvalues at most this count as 0: those directions do not vary. */
const least = 1e-6;

/**
 * V `[n, k]` with V^T V = n I and columns of mean 0 that maximises tr(V^T Z): sqrt(n) J Z (Z^T J Z)^-1/2, J centring (Liu et al.,
 * Discrete Graph Hashing, NIPS 2014). Directions in which Z does not vary are filled with random orthonormal columns.
 */
export function orthonormalCodes(z: Matrix, random: Random): Matrix {
  const n = z.rows;
  const centred = lessMean(z, z.mean('column'));
  const { values, vectors } = symmetricEigen(transposedTimes(centred, centred));
  const kept = values.filter((value) => value > least).length;
  const columns = Array.from(values.keys());
  const q = vectors.subMatrixColumn(columns.slice(0, kept));
  const scaled = centred.mmul(q).mmul(Matrix.diag(values.slice(0, kept).map((value) => 1 / Math.sqrt(value))));
  const result = scaled.mmul(q.transpose());
  if (kept < values.length) {
    const filled = orthogonalColumns(scaled, values.length - kept, random);
    result.add(filled.mmul(vectors.subMatrixColumn(columns.slice(kept)).transpose()));
  }
  return result.mul(Math.sqrt(n));
}

/** Orthonormal columns `[n, count]` orthogonal to those of `basis` and of mean 0. */
function orthogonalColumns(basis: Matrix, count: number, random: Random): Matrix {
  const found = normalMatrix(basis.rows, count, random);
  const taken: number[][] = Array.from({ length: basis.columns }, (_, j) => basis.getColumn(j));
  taken.push(Array<number>(basis.rows).fill(1 / Math.sqrt(basis.rows)));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * numberAt(b, i), 0);
  for (let j = 0; j < count; j++) {
    let column = found.getColumn(j);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of taken) {
        const along = dot(column, other);
        column = column.map((x, i) => x - along * numberAt(other, i));
      }
    }
    const norm = Math.sqrt(dot(column, column)) || 1;
    const unit = column.map((x) => x / norm);
    taken.push(unit);
    found.setColumn(j, unit);
  }
  return found;
}
