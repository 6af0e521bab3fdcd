// Logistic regression by Newton's method: a handful of features, some hundred thousand rows, milliseconds.

export interface Logistic {
  /** Per feature, taken off and divided by before the weights. */
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

const iterations = 25;
/** L2 penalty on the weights, in rows: keeps them finite where the classes can be told apart without error. */
const ridge = 2;

/**
 * @param features `[n, width]`, row-major
 * @param labels `[n]`, 0 or 1
 * @param rowWeights `[n]`
 * @param start a fit of much the same rows, to go on from
 */
export function fitLogistic(
  features: Float64Array,
  labels: Uint8Array,
  rowWeights: Float32Array,
  width: number,
  start?: Logistic,
): Logistic {
  const { mean, scale } = start ?? moments(features, rowWeights, width);
  // [width + 1]: the weights and, last, the bias.
  let theta = new Float64Array(width + 1);
  if (start) theta.set([...start.weights, start.bias]);
  const x = new Float64Array(width + 1).fill(1);
  for (let step = 0; step < iterations; step++) {
    const gradient = new Float64Array(width + 1);
    const hessian = Array.from({ length: width + 1 }, () => new Float64Array(width + 1));
    for (let i = 0; i < labels.length; i++) {
      for (let f = 0; f < width; f++) {
        x[f] = ((features[i * width + f] as number) - (mean[f] as number)) / (scale[f] as number);
      }
      const p = sigmoid(dot(theta, x));
      const weight = rowWeights[i] as number;
      const error = weight * ((labels[i] as number) - p);
      const curvature = weight * p * (1 - p);
      for (let f = 0; f <= width; f++) {
        const xf = x[f] as number;
        const row = hessian[f] as Float64Array;
        gradient[f] = (gradient[f] as number) + error * xf;
        for (let g = 0; g <= f; g++) row[g] = (row[g] as number) + curvature * xf * (x[g] as number);
      }
    }
    for (let f = 0; f <= width; f++) {
      const row = hessian[f] as Float64Array;
      // The bias is not drawn to zero, but may not be left without curvature either.
      const penalty = f < width ? ridge : 1e-6;
      row[f] = (row[f] as number) + penalty;
      if (f < width) gradient[f] = (gradient[f] as number) - ridge * (theta[f] as number);
    }
    const change = solve(hessian, gradient);
    theta = theta.map((value, f) => value + (change[f] as number));
    if (change.every((d) => Math.abs(d) < 1e-3)) break;
  }
  return { mean, scale, weights: [...theta.subarray(0, width)], bias: theta[width] as number };
}

/** `[n]`, log odds. */
export function logOdds({ mean, scale, weights, bias }: Logistic, features: Float64Array): Float64Array {
  const width = weights.length;
  return Float64Array.from({ length: features.length / width }, (_, i) =>
    weights.reduce(
      (sum, weight, f) =>
        sum + (weight * ((features[i * width + f] as number) - (mean[f] as number))) / (scale[f] as number),
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
      const value = features[i * width + f] as number;
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
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Solves `A x = b` for a symmetric positive definite A, of which the lower half is given, by Cholesky. */
function solve(lower: Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  const at = (row: number, column: number) => (lower[row] as Float64Array)[column] as number;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      (lower[i] as Float64Array)[j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j);
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(i, k) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - at(k, i) * (x[k] as number);
    x[i] = (x[i] as number) / at(i, i);
  }
  return x;
}
