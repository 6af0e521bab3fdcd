// Hubness correction. Hubs are photos near to many texts of any kind; they would be among the first results of most queries.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Network, RealNetworks } from './network.ts';

/** Strength of the correction: the part of a photo's hubness that is subtracted from its similarities. */
export interface HubnessCorrection {
  /** 0 for none, 1 for all. */
  readonly strength: number;
  /** Texts that hubness is measured with: unit rows `[m, rowWidth]`, at least two, each of another photo. */
  readonly texts: Float32Array;
  /** Mean hubness of photos. */
  readonly centre: number;
}

/** Scale in the exponential mean of similarities: the larger, the more the nearest texts count. */
const sharpness = 15;
/** Last number of a text's row. If it were much smaller, the last number of a photo's row would hide the others. */
const textNumber = 0.5;

/**
 * The same networks with one more number in each row, so that the cosine of a text and a photo is lower by the hubness of
 * the photo, in proportion (an inverted softmax: Smith et al., ICLR 2017; with a bank of known queries: Bogolin et al., CVPR
 * 2022). Hubness is `log(mean of exp(s c)) / s` over the cosines c with texts of other photos. The nearest text is left out,
 * because for a photo of the training it is its own.
 */
export function correctHubness(real: RealNetworks, { strength, texts, centre }: HubnessCorrection): RealNetworks {
  const width = real.rowWidth;
  const count = texts.length / width;
  const image: Network = {
    ...real.image,
    forward(parameters, rows, words) {
      const row = real.image.forward(parameters, rows, words); // [n, width], unit rows
      const bank = tf.tensor2d(texts, [count, width]);
      const weights = tf.exp(tf.mul(tf.matMul(row, bank, false, true), sharpness)); // [n, m]
      const others = tf.sub(tf.sum(weights, 1, true), tf.max(weights, 1, true)); // [n, 1]
      const hubness = tf.mul(tf.log(tf.div(others, count - 1)), 1 / sharpness);
      return tf.concat([row, tf.mul(tf.sub(hubness, centre), -strength / textNumber)], 1) as Tensor2D;
    },
  };
  const text: Network = {
    ...real.text,
    forward(parameters, rows, words) {
      const row = real.text.forward(parameters, rows, words);
      // A row without any known word stays zero.
      return tf.concat([row, tf.mul(tf.sum(tf.square(row), 1, true), textNumber)], 1) as Tensor2D;
    },
  };
  return { ...real, rowWidth: width + 1, image, text };
}

/** Hubness less `centre`, out of a photo's last number. */
export const hubnessOf = (last: number, strength: number): number => (-last * textNumber) / strength;
