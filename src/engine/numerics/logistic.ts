// Logistic regression by Newton's method, for a few features and some hundred thousand rows.
import { float32At, float64At, uint8At } from '../../shared/at.ts';

export interface Logistic {
  /** Mean and scale of each feature: the weights apply to (x - mean) / scale. */
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

const iterations = 25;
/** L2 penalty on the weights, in rows. Keeps them finite where the classes are separable. */
const ridge = 2;

/**
 * Fits the weights.
 * @param features `[n, width]`, row-major
 * @param labels `[n]`, 0 or 1
 * @param rowWeights `[n]`
 * @param start a fit of similar rows to start from
 */
export function fitLogistic(
  features: Float64Array,
  labels: Uint8Array,
  rowWeights: Float32Array,
  width: number,
  start?: Logistic,
): Logistic {
  const { mean, scale } = start ?? moments(features, rowWeights, width);
  const means = Float64Array.from(mean);
  const scales = Float64Array.from(scale);
  const size = width + 1;
  // `[width + 1]`: the weights, then the bias.
  let theta = new Float64Array(width + 1);
  if (start) theta.set([...start.weights, start.bias]);
  const x = new Float64Array(width + 1).fill(1);
  for (let step = 0; step < iterations; step++) {
    const gradient = new Float64Array(width + 1);
    const hessian = new Float64Array(size * size); // the lower half
    for (let i = 0; i < labels.length; i++) {
      for (let f = 0; f < width; f++) {
        x[f] = (float64At(features, i * width + f) - float64At(means, f)) / float64At(scales, f);
      }
      const p = sigmoid(dot(theta, x));
      const weight = float32At(rowWeights, i);
      const error = weight * (uint8At(labels, i) - p);
      const curvature = weight * p * (1 - p);
      for (let f = 0; f <= width; f++) {
        const xf = float64At(x, f);
        const row = f * size;
        gradient[f] = float64At(gradient, f) + error * xf;
        for (let g = 0; g <= f; g++) hessian[row + g] = float64At(hessian, row + g) + curvature * xf * float64At(x, g);
      }
    }
    for (let f = 0; f <= width; f++) {
      // The penalty leaves the bias free; 1e-6 keeps its curvature above zero.
      const penalty = f < width ? ridge : 1e-6;
      hessian[f * size + f] = float64At(hessian, f * size + f) + penalty;
      if (f < width) gradient[f] = float64At(gradient, f) - ridge * float64At(theta, f);
    }
    const change = solve(hessian, gradient);
    theta = theta.map((value, f) => value + float64At(change, f));
    if (change.every((d) => Math.abs(d) < 1e-3)) break;
  }
  return { mean, scale, weights: [...theta.subarray(0, width)], bias: float64At(theta, width) };
}

/** Log odds of each row, `[n]`. */
export function logOdds({ mean, scale, weights, bias }: Logistic, features: Float64Array): Float64Array {
  const width = weights.length;
  const means = Float64Array.from(mean);
  const scales = Float64Array.from(scale);
  return Float64Array.from({ length: features.length / width }, (_, i) =>
    weights.reduce(
      (sum, weight, f) =>
        sum + (weight * (float64At(features, i * width + f) - float64At(means, f))) / float64At(scales, f),
      bias,
    ),
  );
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function moments(features: Float64Array, rowWeights: Float32Array, width: number) {
  const mean = new Array<number>(width).fill(0);
  const scale = new Array<number>(width).fill(0);
  const total = rowWeights.reduce((sum, w) => sum + w, 0);
  for (let f = 0; f < width; f++) {
    let sum = 0;
    let squares = 0;
    rowWeights.forEach((weight, i) => {
      const value = float64At(features, i * width + f);
      sum += weight * value;
      squares += weight * value * value;
    });
    mean[f] = sum / total;
    scale[f] = Math.sqrt(Math.max(0, squares / total - (sum / total) ** 2)) || 1;
  }
  return { mean, scale };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += float64At(a, i) * float64At(b, i);
  return sum;
}

/** Solves `A x = b` by Cholesky for a symmetric positive definite A `[n, n]`; reads and overwrites its lower half. */
function solve(lower: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const at = (row: number, column: number) => float64At(lower, row * n + column);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j);
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = float64At(x, i) - at(i, k) * float64At(x, k);
    x[i] = float64At(x, i) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = float64At(x, i) - at(k, i) * float64At(x, k);
    x[i] = float64At(x, i) / at(i, i);
  }
  return x;
}
