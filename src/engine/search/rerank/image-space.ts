// The space for comparing images with images: all numbers the encoder stores of a photo, whitened by the library's
// own photos.
//
// The first numbers of a row, shared with texts, represent things that the encoder has words for; the others
// describe a photo's looks more fully. Their directions have very different variances, and the strongest ones
// (light, sharpness) say little about the subject. Half-whitening weighs each direction by the fourth root of its
// variance instead.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession, type OnnxSession } from '../../compute/onnx/sessions.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import { centred, covariance, meanRow } from '../../hashing/networks/linear-code.ts';
import { Random } from '../../numerics/random.ts';
import type { Store } from '../../store/database.ts';
import { float32At } from '../../../shared/at.ts';

/** Number of photos for estimating the covariance. */
const sampled = 2048;
/** Fewer photos are not enough for an estimate. */
const fewest = 16;
/** Least share of the mean variance that each direction gets, so that rounding does not count as a direction. */
const leastShrinkage = 0.03;
const iterations = 40;
/** The space is computed again when the size of the library has changed by this share. */
const growth = 1.5;
const seed = 1;

/**
 * A^(-1/2) of a symmetric positive definite matrix `[width, width]`, row-major, by the coupled Newton-Schulz iteration
 * (Higham, Functions of Matrices, 2008, 6.35): matrix products alone, which run beside the event loop. An eigendecomposition
 * takes four times as long at 592 dimensions, and blocks it.
 */
export async function inverseRoot(matrix: Float32Array, width: number): Promise<Float32Array> {
  const norm = Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0));
  const { bytes } = compile(
    ({ y, z, identity }) => {
      const product = tf.matMul(z as Tensor2D, y as Tensor2D);
      const step = tf.sub(tf.mul(identity as Tensor2D, 1.5), tf.mul(product, 0.5)) as Tensor2D;
      const error = tf.sub(identity as Tensor2D, product);
      return {
        nextY: tf.matMul(y as Tensor2D, step),
        nextZ: tf.matMul(step, z as Tensor2D),
        error: tf.sum(tf.square(error)),
      };
    },
    {
      y: { shape: [width, width], dtype: 'float32' },
      z: { shape: [width, width], dtype: 'float32' },
      identity: { shape: [width, width], dtype: 'float32' },
    },
  );
  const identity = new Float32Array(width * width);
  for (let i = 0; i < width; i++) identity[i * width + i] = 1;
  const session = await openSession(bytes, { threads: 1 });
  try {
    let y = matrix.map((x) => x / norm);
    let z: Float32Array = identity;
    for (let i = 0; i < iterations; i++) {
      const { nextY, nextZ, error } = await session.run({ y, z, identity });
      if (!(nextY instanceof Float32Array && nextZ instanceof Float32Array)) throw new TypeError('no matrices');
      if (!(error instanceof Float32Array)) throw new TypeError('no error');
      [y, z] = [Float32Array.from(nextY), Float32Array.from(nextZ)];
      if (float32At(error, 0) < 1e-4 * width) break;
    }
    return z.map((x) => x / Math.sqrt(norm));
  } finally {
    await session.dispose();
  }
}

export class ImageSpace {
  readonly #mean: Float32Array;
  /** `[width, width]`: the inverse root of the covariance, so that x' A y is the scalar product of half-whitened rows. */
  readonly #metric: Float32Array;
  readonly #session: OnnxSession;
  #pairs: Promise<OnnxSession> | null = null;

  private constructor(mean: Float32Array, metric: Float32Array, session: OnnxSession) {
    this.#mean = mean;
    this.#metric = metric;
    this.#session = session;
  }

  /** @param rows feature rows `[n, width]` of photos of the library */
  static async fit(rows: Float32Array, width: number): Promise<ImageSpace> {
    const mean = meanRow({ values: rows, width });
    const all = centred({ values: rows, width }, mean);
    const found = await covariance(all, all);
    const variance = found.trace() / width || 1;
    // Fewer photos than directions leave most of the covariance unknown.
    const share = Math.max(leastShrinkage, width / (width + rows.length / width));
    const shrunk = Float32Array.from(found.mul((1 - share) / variance).to1DArray());
    for (let i = 0; i < width; i++) shrunk[i * width + i] = float32At(shrunk, i * width + i) + share;
    const { bytes } = compile(
      ({ images, centre, metric, along }) => {
        const x = tf.sub(images as Tensor2D, centre as Tensor2D) as Tensor2D; // [n, width]
        const square = tf.sum(tf.mul(tf.matMul(x, metric as Tensor2D), x), 1, true); // [n, 1]
        return { cosine: tf.div(tf.matMul(x, along as Tensor2D), tf.sqrt(tf.maximum(square, 1e-12))) };
      },
      {
        images: { shape: ['n', width], dtype: 'float32' },
        centre: { shape: [1, width], dtype: 'float32' },
        metric: { shape: [width, width], dtype: 'float32' },
        along: { shape: [width, 1], dtype: 'float32' },
      },
    );
    return new ImageSpace(mean, await inverseRoot(shrunk, width), await openSession(bytes, { threads: 1 }));
  }

  /** `[n]`: cosines of a query's feature row with feature rows `[n, width]` in this space. */
  async cosines(query: Float32Array, rows: Float32Array): Promise<Float32Array> {
    const width = this.#mean.length;
    const centredQuery = query.map((x, i) => x - float32At(this.#mean, i));
    const along = Float32Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += float32At(this.#metric, i * width + j) * float32At(centredQuery, j);
      return sum;
    });
    const norm = Math.sqrt(along.reduce((sum, x, i) => sum + x * float32At(centredQuery, i), 0)) || 1;
    const { cosine } = await this.#session.run({
      images: rows,
      centre: this.#mean,
      metric: this.#metric,
      along: along.map((x) => x / norm),
    });
    if (!(cosine instanceof Float32Array)) throw new TypeError('the cosines are not numbers');
    return Float32Array.from(cosine);
  }

  /**
   * Rows of photos, `[n, width]` each, such that the scalar product of a row of one and a row of the other is the
   * cosine of the two in this space.
   */
  async pairs(rows: Float32Array): Promise<{ readonly along: Float32Array; readonly unit: Float32Array }> {
    const { along, unit } = await (
      await this.#openPairs()
    ).run({
      images: rows,
      centre: this.#mean,
      metric: this.#metric,
    });
    if (!(along instanceof Float32Array && unit instanceof Float32Array))
      throw new TypeError('the rows are not numbers');
    return { along: Float32Array.from(along), unit: Float32Array.from(unit) };
  }

  #openPairs(): Promise<OnnxSession> {
    const width = this.#mean.length;
    this.#pairs ??= openSession(
      compile(
        ({ images, centre, metric }) => {
          const x = tf.sub(images as Tensor2D, centre as Tensor2D) as Tensor2D; // [n, width]
          const mapped = tf.matMul(x, metric as Tensor2D);
          const length = tf.sqrt(tf.maximum(tf.sum(tf.mul(mapped, x), 1, true), 1e-12)); // [n, 1]
          return { along: tf.div(mapped, length), unit: tf.div(x, length) };
        },
        {
          images: { shape: ['n', width], dtype: 'float32' },
          centre: { shape: [1, width], dtype: 'float32' },
          metric: { shape: [width, width], dtype: 'float32' },
        },
      ).bytes,
      { threads: 1 },
    );
    return this.#pairs;
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
    await (await this.#pairs?.catch(() => null))?.dispose();
  }
}

/** The space of the present library, computed when first needed and after large changes. */
export class ImageSpaces {
  #held: { readonly key: string; readonly space: Promise<ImageSpace | null> } | null = null;

  /** Null if the encoder stores only what photos and texts share, or with too few photos. */
  async of(store: Store, info: EncoderInfo, photos: number): Promise<ImageSpace | null> {
    if (info.imageWidth === info.sharedWidth) return null;
    const key = `${info.id} ${Math.round(Math.log(photos + 1) / Math.log(growth))}`;
    if (this.#held?.key !== key) {
      void this.close();
      this.#held = { key, space: fitTo(store, info) };
    }
    return this.#held.space;
  }

  async close(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    await (await held?.space.catch(() => null))?.dispose();
  }
}

async function fitTo(store: Store, info: EncoderInfo): Promise<ImageSpace | null> {
  const ids = store.features.ids('photo', info.id);
  const drawn = new Random(seed).shuffle(Int32Array.from(ids)).subarray(0, sampled);
  const { rows } = store.features.read('photo', info.id, Array.from(drawn), info.imageWidth);
  return rows.length < fewest * info.imageWidth ? null : ImageSpace.fit(rows, info.imageWidth);
}
