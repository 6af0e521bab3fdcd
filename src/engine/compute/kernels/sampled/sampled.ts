// Sums over drawn rows as an operation of TensorFlow.js.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { mayUseHost } from '../../graph/tracing-backend.ts';
import { isSampledWidth } from './sampled-sums.ts';
import { numberAt } from '../../../../shared/at.ts';

/**
 * For each i the sum over the rows drawn for it of `exp(<row, x_i>)`, where x is f and g `[B, k]`: `[B]` each. `rows`
 * `[N, k]` are +1 and -1; `draws` `[B, K]`, whole numbers below N, come as often as they are drawn.
 */
export function sampledSums(f: Tensor, g: Tensor, rows: Tensor, draws: Tensor): readonly [f: Tensor, g: Tensor] {
  const [count = 0, bits = 0] = rows.shape;
  if (mayUseHost() && isSampledWidth(bits)) {
    const [ofF, ofG] = tf.engine().runKernel<Tensor[]>('SampledSums', { f, g, rows, draws });
    if (ofF === undefined || ofG === undefined) throw new Error('the kernel gave no sums');
    return [ofF, ofG];
  }
  // How often each row was drawn says the same as K gathered rows, in less memory.
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
