// Sums over drawn rows as a TensorFlow.js operation.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { mayUseHost } from '../../graph/tracing-backend.ts';
import { isSampledWidth } from './sampled-sums.ts';
import { numberAt, present } from '../../../../shared/at.ts';

/**
 * For each i, the sum of `exp(<row, x_i>)` over the rows drawn for it, where x is f and g `[B, k]`: `[B]` each. `rows`
 * `[N, k]` contains +1 and -1. `draws` `[B, K]` contains indices below N; an index drawn twice counts twice.
 */
export function sampledSums(f: Tensor, g: Tensor, rows: Tensor, draws: Tensor): readonly [f: Tensor, g: Tensor] {
  const [count = 0, bits = 0] = rows.shape;
  if (mayUseHost() && isSampledWidth(bits)) {
    const [ofF, ofG] = tf.engine().runKernel<Tensor[]>('SampledSums', { f, g, rows, draws });
    return [present(ofF), present(ofG)];
  }
  // Count how often each row was drawn: this takes less memory than K gathered rows.
  const counts = tf.denseBincount(
    draws as Tensor2D,
    tf.ones<tf.Rank.R2>([numberAt(f.shape, 0), numberAt(draws.shape, 1)]),
    count,
  );
  const sums = (x: Tensor) => {
    const weights = tf.exp(tf.matMul(x as Tensor2D, rows as Tensor2D, false, true)); // [B, N]
    return tf.sum(tf.mul(weights, counts), 1); // [B]
  };
  return [sums(f), sums(g)];
}
