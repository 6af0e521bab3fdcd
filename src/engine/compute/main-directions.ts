// The main directions of rows: eigenvectors of their covariance with the largest eigenvalues, found beside the event loop.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { float32At, float64At, numberAt } from '../../shared/at.ts';
import { Random } from '../numerics/random.ts';
import { symmetricEigen } from '../numerics/symmetric-eigen.ts';
import { compile } from './onnx/compile.ts';
import { openSession, type OnnxSession } from './onnx/sessions.ts';

export interface MainDirections {
  /** `[count]`, falling. */
  readonly values: Float64Array;
  /** `[count, width]`, orthonormal rows. */
  readonly directions: Float32Array;
}

/** Directions beside the requested ones, which let the last of these converge as fast as the first. */
const spare = 16;
/** Up to this width all directions are found in one short turn. */
const smallWidth = 128;
const mostRounds = 40;
/** The search ends when the directions' share of the variance grows by less than this in a round. */
const leastGain = 1e-5;

/**
 * The `count` eigenvectors of a symmetric, positive semidefinite matrix `[width, width]` with the largest eigenvalues, by
 * subspace iteration (Golub and Van Loan, Matrix Computations, 8.2.4): products, which run beside the event loop, and short
 * turns that make some rows orthonormal again.
 * @param count at most `width`
 */
export async function mainDirections(matrix: Float32Array, width: number, count: number): Promise<MainDirections> {
  const rows = Math.min(width, count + spare);
  if (width <= smallWidth) return rotated(identity(width), matrix, width, count);
  const { bytes } = compile(({ basis, matrix: a }) => ({ product: tf.matMul(basis as Tensor2D, a as Tensor2D) }), {
    basis: { shape: [rows, width], dtype: 'float32' },
    matrix: { shape: [width, width], dtype: 'float32' },
  });
  const session = await openSession(bytes, { threads: 1 });
  try {
    const random = new Random(1);
    let basis = orthonormal(
      Float32Array.from({ length: rows * width }, () => random.normal()),
      width,
    );
    let before = 0;
    for (let round = 0; round < mostRounds; round++) {
      const product = await times(session, basis, matrix);
      const found = trace(basis, product, width);
      basis = orthonormal(product, width);
      if (found - before <= leastGain * found) break;
      before = found;
    }
    return rotated(basis, await times(session, basis, matrix), width, count);
  } finally {
    await session.dispose();
  }
}

async function times(session: OnnxSession, basis: Float32Array, matrix: Float32Array): Promise<Float32Array> {
  const { product } = await session.run({ basis, matrix });
  if (!(product instanceof Float32Array)) throw new TypeError('the product is not a matrix of numbers');
  return Float32Array.from(product);
}

function identity(width: number): Float32Array {
  const rows = new Float32Array(width * width);
  for (let i = 0; i < width; i++) rows[i * width + i] = 1;
  return rows;
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += float32At(a, i * width + k) * float32At(b, j * width + k);
  return sum;
}

function trace(basis: Float32Array, product: Float32Array, width: number): number {
  let sum = 0;
  for (let i = 0; i < basis.length / width; i++) sum += dot(basis, i, product, i, width);
  return sum;
}

/**
 * Rows made orthonormal by Gram-Schmidt, each projected twice, which keeps it orthogonal to rounding. Rows that depend on
 * earlier ones become zeros.
 */
function orthonormal(given: Float32Array, width: number): Float32Array {
  const rows = Float32Array.from(given);
  for (let i = 0; i < rows.length / width; i++) {
    const start = Math.sqrt(dot(rows, i, rows, i, width));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const along = dot(rows, i, rows, j, width);
        for (let k = 0; k < width; k++) {
          rows[i * width + k] = float32At(rows, i * width + k) - along * float32At(rows, j * width + k);
        }
      }
    }
    const norm = Math.sqrt(dot(rows, i, rows, i, width));
    const factor = norm > 1e-6 * start ? 1 / norm : 0;
    for (let k = 0; k < width; k++) rows[i * width + k] = float32At(rows, i * width + k) * factor;
  }
  return rows;
}

/** The eigenvectors within the span of orthonormal rows (Rayleigh and Ritz). @param product the rows times the matrix */
function rotated(basis: Float32Array, product: Float32Array, width: number, count: number): MainDirections {
  const rows = basis.length / width;
  const within = Matrix.zeros(rows, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(product, i, basis, j, width);
      within.set(i, j, value);
      within.set(j, i, value);
    }
  }
  const { values, vectors } = symmetricEigen(within);
  const directions = new Float32Array(count * width);
  const sum = new Float64Array(width);
  for (let k = 0; k < count; k++) {
    sum.fill(0);
    for (let i = 0; i < rows; i++) {
      const share = vectors.get(i, k);
      for (let j = 0; j < width; j++) sum[j] = float64At(sum, j) + share * float32At(basis, i * width + j);
    }
    directions.set(sum, k * width);
  }
  return { values: Float64Array.from({ length: count }, (_, k) => Math.max(0, numberAt(values, k))), directions };
}
