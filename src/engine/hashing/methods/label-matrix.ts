// Labels of training pairs as a matrix, for methods that learn from them.
import { Matrix } from 'ml-matrix';
import { HashlensError } from '../../../shared/errors.ts';
import { unitRowsMatrix } from '../../numerics/matrices.ts';

/** Largest number of labels, the most frequent ones: the time of the methods grows with it. */
const mostLabels = 500;

/**
 * `[N, c]` of 0 and 1: a column for each label on at least two pairs and not on all of them.
 * @throws HashlensError `too-few-pairs` where there is no such label
 */
export function labelMatrix(labels: readonly (readonly number[])[]): Matrix {
  const counts = new Map<number, number>();
  for (const own of labels) for (const label of new Set(own)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= 2 && count < labels.length)
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, mostLabels)
    .map(([label]) => label);
  if (kept.length === 0) {
    throw new HashlensError(
      'too-few-pairs',
      'This method learns from tags, and no tag is on several of the photos and missing on others; add tags, or choose a method that learns from captions.',
    );
  }
  const column = new Map(kept.sort((a, b) => a - b).map((label, i) => [label, i]));
  const matrix = Matrix.zeros(labels.length, kept.length);
  labels.forEach((own, row) => {
    for (const label of own) {
      const at = column.get(label);
      if (at !== undefined) matrix.set(row, at, 1);
    }
  });
  return matrix;
}

/** `[B, B]`: how many labels some pairs have in common with one another. */
export function commonLabels(labels: Matrix, pairs: ArrayLike<number>): Matrix {
  const own = new Matrix(Array.from(pairs, (pair) => labels.getRow(pair)));
  return own.mmul(own.transpose());
}

/** Rows of labels at unit length: their products are the cosines of label sets. */
export const unitLabels = (labels: Matrix): Matrix => unitRowsMatrix(labels);
