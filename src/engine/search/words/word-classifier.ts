// Learns a word from some photos at once: kernel ridge regression over the encoder's rows, with a leave-one-out
// score for each row.
import { inverse, Matrix } from 'ml-matrix';
import { float32At, float64At, itemAt } from '../../../shared/at.ts';

export interface WordClassifier {
  /** `[width]` */
  readonly weights: Float64Array;
  readonly bias: number;
  /** `[n]`: score of each row by a fit without it. */
  readonly leftOut: Float64Array;
  readonly lambda: number;
}

/** Regularisation strengths to try; the one with the least leave-one-out error is taken. */
const lambdas = [0.03, 0.3, 3];

/**
 * Fits scores near 1 for photos of the word and near -1 for others; both classes have the same total weight. The
 * score of a left-out row needs no second fit: y - alpha / (G^-1)_ii (Rifkin and Lippert, Notes on Regularized Least
 * Squares, 2007).
 * @param rows `[n, width]`, unit rows
 * @param labels `[n]`: 1 for photos of the word; both classes occur
 */
export function fitWord(rows: Float32Array, labels: Uint8Array, width: number): WordClassifier {
  const n = labels.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const x = Matrix.from1DArray(n, width, Float64Array.from(rows));
  // One more feature that is 1 in each row gives the bias.
  const kernel = x.mmul(x.transpose()).add(1);
  const y = Float64Array.from(labels, (label) => (label === 1 ? 1 : -1));
  const importance = Float64Array.from(labels, (label) => n / (2 * (label === 1 ? positives : n - positives)));
  const fits = lambdas.map((lambda) => {
    const g = kernel.clone();
    for (let i = 0; i < n; i++) g.set(i, i, g.get(i, i) + lambda / float64At(importance, i));
    const inverted = inverse(g);
    const alpha = Float64Array.from(inverted.mmul(Matrix.columnVector(y)).to1DArray());
    const leftOut = y.map((target, i) => target - float64At(alpha, i) / inverted.get(i, i));
    const error = leftOut.reduce((sum, score, i) => sum + float64At(importance, i) * (float64At(y, i) - score) ** 2, 0);
    return { lambda, alpha, leftOut, error };
  });
  const best = fits.reduce((least, fit) => (fit.error < least.error ? fit : least), itemAt(fits, 0));
  const weights = Float64Array.from(x.transpose().mmul(Matrix.columnVector(best.alpha)).to1DArray());
  return { weights, bias: best.alpha.reduce((sum, a) => sum + a, 0), leftOut: best.leftOut, lambda: best.lambda };
}

/** Score of one unit row, which begins at `at * width`. */
export function scoreOf({ weights, bias }: WordClassifier, rows: Float32Array, at: number): number {
  const width = weights.length;
  let sum = bias;
  for (let k = 0; k < width; k++) sum += float64At(weights, k) * float32At(rows, at * width + k);
  return sum;
}
