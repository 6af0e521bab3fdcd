// Codes that are the signs of a linear map of feature rows, and the linear algebra that finds such maps.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import type { Network, Tensors } from './network.ts';
import type { Random } from '../../numerics/random.ts';
import { float32At, float64At, namedIn } from '../../../shared/at.ts';

/** Feature rows `[n, width]`, row-major. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

/** Means `[width]` of the first `width` numbers of each row; zeros where there are no rows. */
export function meanRow({ values, width: rowWidth }: Rows, width = rowWidth): Float32Array {
  const count = Math.max(1, values.length / rowWidth);
  return Float32Array.from({ length: width }, (_, j) => {
    let sum = 0;
    for (let at = j; at < values.length; at += rowWidth) sum += float32At(values, at);
    return sum / count;
  });
}

/**
 * Smallest number of captions whose mean is used to centre texts. With fewer, texts are centred with the mean of the photos,
 * which is nearly as good and better than no centring.
 */
const fewestTexts = 100;

/** Means `[width]` of the features both modalities share, to be taken off each. */
export function sharedMeans(photos: Rows, texts: Rows, width: number): { image: Float32Array; text: Float32Array } {
  const image = meanRow(photos, width);
  return { image, text: texts.values.length < fewestTexts * texts.width ? image : meanRow(texts, width) };
}

/** The first `mean.length` numbers of each row less `mean`: `[n, mean.length]`. */
export function centred({ values, width }: Rows, mean: Float32Array): Rows {
  const kept = mean.length;
  const result = new Float32Array((values.length / width) * kept);
  for (let row = 0, from = 0; from < values.length; row++, from += width) {
    for (let j = 0; j < kept; j++) result[row * kept + j] = float32At(values, from + j) - float32At(mean, j);
  }
  return { values: result, width: kept };
}

/** Rows multiplied at a time: a product sums them in float32; the sums of all products are float64. */
const chunk = 4096;

/** a^T b / n of rows `[n, a.width]` and `[n, b.width]`: `[a.width, b.width]`, their covariance where both are centred. */
export async function covariance(a: Rows, b: Rows): Promise<Matrix> {
  const { bytes } = compile(({ a: x, b: y }) => ({ product: tf.matMul(x as Tensor2D, y as Tensor2D, true, false) }), {
    a: { shape: ['n', a.width], dtype: 'float32' },
    b: { shape: ['n', b.width], dtype: 'float32' },
  });
  const session = await openSession(bytes);
  const sums = new Float64Array(a.width * b.width);
  const count = a.values.length / a.width;
  try {
    for (let start = 0; start < count; start += chunk) {
      const part = ({ values, width }: Rows) => values.subarray(start * width, (start + chunk) * width);
      const { product } = await session.run({ a: part(a), b: part(b) });
      product?.forEach((value, i) => (sums[i] = float64At(sums, i) + value / count));
    }
  } finally {
    await session.dispose();
  }
  return Matrix.from1DArray(a.width, b.width, sums);
}

/**
 * `[width, columns]`, columns orthonormal (columns <= width): Gaussian columns made orthogonal by Gram-Schmidt, which is
 * the Q of a QR decomposition. Each column is projected twice, which keeps it orthogonal to rounding.
 */
function orthonormalColumns(width: number, columns: number, random: Random): Float64Array[] {
  const basis: Float64Array[] = [];
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * float64At(b, i), 0);
  while (basis.length < columns) {
    const column = Float64Array.from({ length: width }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = dot(column, other);
        for (let i = 0; i < width; i++) column[i] = float64At(column, i) - along * float64At(other, i);
      }
    }
    const norm = Math.sqrt(dot(column, column));
    if (norm > 1e-6) basis.push(column.map((x) => x / norm));
  }
  return basis;
}

/** `[width, bits]`, row-major: enough random rotations side by side. */
export function rotationMatrix(width: number, bits: number, random: Random): Float32Array {
  const matrix = new Float32Array(width * bits);
  for (let first = 0; first < bits; first += width) {
    orthonormalColumns(width, Math.min(width, bits - first), random).forEach((column, j) => {
      column.forEach((x, i) => (matrix[i * bits + first + j] = x));
    });
  }
  return matrix;
}

/** `(row - mean) map` of the first `mean.length` numbers of rows `[n, width]`; `map` `[mean.length, bits]`. */
export function linearNetwork(name: string, width: number, mean: Float32Array, map: Matrix): Network {
  const used = mean.length;
  const [meanName, mapName] = [`${name}.mean`, `${name}.map`];
  return {
    width,
    parameters: {
      [meanName]: { shape: [used], initial: mean },
      [mapName]: { shape: [used, map.columns], initial: Float32Array.from(map.to1DArray()) },
    },
    forward(parameters: Tensors, rows: Tensor2D): Tensor2D {
      const shared = used === width ? rows : tf.slice(rows, [0, 0], [-1, used]); // [n, used]
      return tf.matMul(
        tf.sub(shared, namedIn(parameters, meanName)) as Tensor2D,
        namedIn(parameters, mapName) as Tensor2D,
      ); // [n, bits]
    },
  };
}

/** Parameters of `affineNetwork`: `(row - mean) map + offset`, the row at unit length first if `unit` is set. */
export interface Affine {
  readonly unit?: boolean;
  /** `[width]`; zeros where absent. */
  readonly mean?: ArrayLike<number>;
  /** `[width, bits]`. */
  readonly map: Matrix;
  /** `[bits]`, such as thresholds with their signs changed; zeros where absent. */
  readonly offset?: ArrayLike<number>;
}

/** A linear map of whole rows `[n, width]`, with a mean to subtract before and an offset to add after. */
export function affineNetwork(name: string, width: number, { unit = false, mean, map, offset }: Affine): Network {
  const [meanName, mapName, offsetName] = [`${name}.mean`, `${name}.map`, `${name}.offset`];
  return {
    width,
    parameters: {
      [mapName]: { shape: [width, map.columns], initial: Float32Array.from(map.to1DArray()) },
      ...(mean === undefined ? {} : { [meanName]: { shape: [width], initial: Float32Array.from(mean) } }),
      ...(offset === undefined ? {} : { [offsetName]: { shape: [map.columns], initial: Float32Array.from(offset) } }),
    },
    forward(parameters: Tensors, rows: Tensor2D): Tensor2D {
      const scaled = unit ? safeUnitRows(rows) : rows; // [n, width]
      const centredRows = mean === undefined ? scaled : (tf.sub(scaled, namedIn(parameters, meanName)) as Tensor2D);
      const product: Tensor2D = tf.matMul(centredRows, namedIn(parameters, mapName) as Tensor2D); // [n, bits]
      return offset === undefined ? product : tf.add(product, namedIn(parameters, offsetName));
    },
  };
}

/** Rows at unit length; a row of zeros stays. */
export const safeUnitRows = (rows: Tensor2D): Tensor2D =>
  tf.div(rows, tf.sqrt(tf.maximum(tf.sum(tf.square(rows), 1, true), 1e-24)));
