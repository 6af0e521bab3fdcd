// ITQ: the rotation of the shared features with the least quantisation error, learned from photos alone.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import { centred, covariance, linearNetwork, rotationMatrix, sharedMeans, type Rows } from '../networks/linear-code.ts';
import { nearestOrthonormal } from '../../numerics/matrices.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';
import type { Networks } from '../networks/network.ts';

export const itqSettings = z.strictObject({
  iterations: z.int().min(0).max(1000).default(50).meta({
    title: 'Iterations',
    description:
      'Rounds of taking signs and turning towards them; 0 leaves the random rotation of the main directions.',
  }),
  captions: z.boolean().default(false).meta({
    title: 'Learn from captions too',
    description: 'Lets captions, where there are any, shape the directions beside the photos.',
  }),
  rows: z.int().min(100).max(1_000_000).default(20_000).meta({
    title: 'Rows',
    description: 'Largest number of photos, and of captions, to learn from, drawn at random.',
  }),
});
export type ItqSettings = z.output<typeof itqSettings>;

/** At most `most` of the rows, drawn without replacement. */
function sample({ values, width }: Rows, most: number, random: Setup['random']): Rows {
  const count = values.length / width;
  if (count <= most) return { values, width };
  const order = random.shuffle(Int32Array.from({ length: count }, (_, i) => i)).subarray(0, most);
  const drawn = new Float32Array(most * width);
  order.forEach((row, i) => drawn.set(values.subarray(row * width, (row + 1) * width), i * width));
  return { values: drawn, width };
}

/** The rows of `above`, then those of `below`. */
function stacked(above: Rows, below: Rows): Rows {
  const values = new Float32Array(above.values.length + below.values.length);
  values.set(above.values);
  values.set(below.values, above.values.length);
  return { values, width: above.width };
}

/**
 * R `[w, k]`, orthonormal rows, for rows `V` `[n, w]`: min |sign(V R) - V R|^2, the signs and R in turn, from a random
 * start. With w < k it is a rotation of V with zeros after it.
 */
async function quantisingRotation(rows: Rows, bits: number, iterations: number, random: Setup['random']) {
  const { width } = rows;
  const start = rotationMatrix(bits, bits, random).subarray(0, width * bits);
  let rotation = Matrix.from1DArray(width, bits, Float64Array.from(start));
  const { bytes } = compile(
    ({ rows: v, rotation: r }) => {
      const signs = tf.sign(tf.matMul(v as Tensor2D, r as Tensor2D)); // [n, k]
      return { product: tf.matMul(v as Tensor2D, signs as Tensor2D, true, false) }; // [w, k]
    },
    { rows: { shape: ['n', width], dtype: 'float32' }, rotation: { shape: [width, bits], dtype: 'float32' } },
  );
  const session = await openSession(bytes);
  try {
    for (let i = 0; i < iterations; i++) {
      const { product } = await session.run({
        rows: rows.values,
        rotation: Float32Array.from(rotation.to1DArray()),
      });
      rotation = nearestOrthonormal(Matrix.from1DArray(width, bits, Float64Array.from(product ?? [])));
    }
  } finally {
    await session.dispose();
  }
  return rotation;
}

async function fit({ photoRows, textRows }: FitRows, setup: Setup, settings: ItqSettings): Promise<Networks> {
  const { imageWidth, textWidth, sharedWidth, bits, random } = setup;
  if (sharedWidth === 0) {
    throw new HashlensError(
      'bad-argument',
      'This encoder gives photos and texts no common features; choose a method that learns from captions.',
    );
  }
  const photos = sample({ values: photoRows, width: imageWidth }, settings.rows, random);
  const texts = sample({ values: textRows, width: textWidth }, settings.rows, random);
  const means = sharedMeans(photos, texts, sharedWidth);
  const shared = { image: centred(photos, means.image), text: centred(texts, means.text) };
  const all = settings.captions ? stacked(shared.image, shared.text) : shared.image; // [n, sharedWidth]
  const { vectors } = symmetricEigen(await covariance(all, all));
  const directions = Math.min(sharedWidth, bits);
  const basis = vectors.subMatrix(0, sharedWidth - 1, 0, directions - 1); // [sharedWidth, w]
  const projected = Matrix.from1DArray(all.values.length / sharedWidth, sharedWidth, all.values).mmul(basis); // [n, w]
  const rows = { values: Float32Array.from(projected.to1DArray()), width: directions };
  const rotation = await quantisingRotation(rows, bits, settings.iterations, random);
  const map = basis.mmul(rotation); // [sharedWidth, k]
  return {
    image: linearNetwork('image', imageWidth, means.image, map),
    text: linearNetwork('text', textWidth, means.text, map),
  };
}

/**
 * Gong and Lazebnik: Iterative Quantization: A Procrustean Approach to Learning Binary Codes, CVPR 2011. The main
 * directions of the features both modalities share, turned until their signs lose least. Captions take part as further
 * rows, not as partners of photos; without captions, photos alone are enough.
 */
export const itq: HashMethod<typeof itqSettings> = {
  id: 'itq',
  name: 'ITQ',
  source: 'Gong and Lazebnik, Iterative Quantization, CVPR 2011',
  description:
    'Turns the features that photos and texts share until their signs lose as little as possible, within seconds. Learns ' +
    'from the photos themselves, so it needs no captions.',
  needsPairs: false,
  hasEpochs: false,
  settings: itqSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
