// Codes that are a linear map of the similarities of a row to some anchors.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix } from 'ml-matrix';
import { columnMeans, mapped, squaredDistances } from '../../numerics/matrices.ts';
import type { Random } from '../../numerics/random.ts';
import { float64At, namedIn } from '../../../shared/at.ts';
import type { Network, Tensors } from './network.ts';

/** Gaussian kernel features: exp(-|x - a|^2 / (2 s^2)) - mean for each anchor a. */
export interface GaussianKernel {
  /** `[m, width]`. */
  readonly anchors: Matrix;
  /** 2 s^2. */
  readonly bandwidth: number;
  /** `[m]`, taken off. */
  readonly mean: Float64Array;
}

/** Rows `[m, width]` drawn without replacement. */
export function drawnRows(rows: Matrix, count: number, random: Random): Matrix {
  const order = random.shuffle(Int32Array.from({ length: rows.rows }, (_, i) => i));
  return rows.selection(Array.from(order.subarray(0, Math.min(count, rows.rows))), [...Array(rows.columns).keys()]);
}

/** exp(-|x - a|^2 / bandwidth), `[n, m]`. */
export const kernelValues = (
  rows: Matrix,
  { anchors, bandwidth }: Pick<GaussianKernel, 'anchors' | 'bandwidth'>,
): Matrix => mapped(squaredDistances(rows, anchors), (square) => Math.exp(-square / bandwidth));

/**
 * The kernel of some anchors with the bandwidth that fits the rows: s^2 is the mean squared distance of rows and anchors.
 * @param centred whether the mean over the rows is taken off
 */
export function fittedKernel(
  rows: Matrix,
  anchors: Matrix,
  centred = true,
): { kernel: GaussianKernel; features: Matrix } {
  const distances = squaredDistances(rows, anchors);
  const bandwidth = Math.max(2 * distances.mean(), 1e-12);
  const raw = mapped(distances, (square) => Math.exp(-square / bandwidth));
  const mean = centred ? columnMeans(raw) : new Float64Array(anchors.rows);
  return { kernel: { anchors, bandwidth, mean }, features: mapped(raw, (x, _row, j) => x - float64At(mean, j)) };
}

/** Kernel features of other rows, `[n, m]`. */
export const kernelFeatures = (rows: Matrix, kernel: GaussianKernel): Matrix =>
  mapped(kernelValues(rows, kernel), (x, _row, j) => x - float64At(kernel.mean, j));

/** Kernel features times `map` `[m, bits]`, plus `offset` `[bits]`; then `after` of the outputs, where given. */
export function kernelNetwork(
  name: string,
  kernel: GaussianKernel,
  map: Matrix,
  offset: ArrayLike<number> = new Float64Array(map.columns),
  after: (outputs: Tensor2D, parameters: Tensors) => Tensor2D = (outputs) => outputs,
  more: Network['parameters'] = {},
): Network {
  const { anchors, bandwidth, mean } = kernel;
  const parameter = (matrix: Matrix) => {
    return { shape: [matrix.rows, matrix.columns], initial: Float32Array.from(matrix.to1DArray()) };
  };
  const vector = (values: ArrayLike<number>) => ({ shape: [values.length], initial: Float32Array.from(values) });
  return {
    width: anchors.columns,
    parameters: {
      [`${name}.anchors`]: parameter(anchors),
      [`${name}.mean`]: vector(mean),
      [`${name}.map`]: parameter(map),
      [`${name}.offset`]: vector(offset),
      ...more,
    },
    forward(parameters: Tensors, rows: Tensor2D): Tensor2D {
      const named = (what: string) => namedIn(parameters, `${name}.${what}`) as Tensor2D;
      const points = named('anchors'); // [m, width]
      const squares = tf.add(tf.sum(tf.square(rows), 1, true), tf.sum(tf.square(points), 1)); // [n, m]
      const distances = tf.relu(tf.sub(squares, tf.mul(tf.matMul(rows, points, false, true), 2)));
      const features = tf.sub(tf.exp(tf.div(distances, -bandwidth)), named('mean')) as Tensor2D;
      return after(tf.add(tf.matMul(features, named('map')), named('offset')), parameters);
    },
  };
}
