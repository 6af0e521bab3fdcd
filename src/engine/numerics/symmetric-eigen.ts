// Eigenvalues and eigenvectors of a symmetric matrix.
import { EigenvalueDecomposition, type Matrix } from 'ml-matrix';
import { numberAt } from '../../shared/at.ts';

/**
 * Eigenvalues of a symmetric matrix, largest first, and their vectors as columns in that order. Blocks the event
 * loop: two seconds at 592 rows. In the engine's process, compute/main-directions.ts finds the largest of them
 * beside the event loop.
 */
export function symmetricEigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const found = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const { realEigenvalues } = found;
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((i, j) => numberAt(realEigenvalues, j) - numberAt(realEigenvalues, i));
  return {
    values: order.map((i) => numberAt(realEigenvalues, i)),
    vectors: found.eigenvectorMatrix.subMatrixColumn(order),
  };
}
