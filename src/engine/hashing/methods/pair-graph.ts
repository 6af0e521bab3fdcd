// Similarities of all training pairs by their features, and which of them are far, without a matrix of all pairs with all.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { float32At } from '../../../shared/at.ts';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import type { PairRows } from '../data/pair-facts.ts';

/** Similarities `[m, n]` of some unit rows with others: a cos_T + (1 - a) cos_I. */
export function pairSimilarity(
  images: Tensor2D,
  texts: Tensor2D,
  allImages: Tensor2D,
  allTexts: Tensor2D,
  share: number,
): Tensor2D {
  const among = (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, false, true);
  return tf.add(tf.mul(among(texts, allTexts), share), tf.mul(among(images, allImages), 1 - share));
}

/** Unit rows of all pairs, `[n, d]`. */
export function unitPairRows(rows: PairRows): { images: Float32Array; texts: Float32Array } {
  const made = (width: number, row: (pair: number) => Float32Array) => {
    const all = new Float32Array(rows.count * width);
    for (let pair = 0; pair < rows.count; pair++) all.set(row(pair), pair * width);
    return unitRowsOf(all, width);
  };
  return {
    images: made(rows.imageWidth, (pair) => rows.image(pair)),
    texts: made(rows.textWidth, (pair) => rows.text(pair)),
  };
}

/** Pairs whose similarities are computed at once. */
const block = 128;

/** Calls `visit` with each pair's similarities to all, `[n]`, valid during the call. */
async function visitSimilarities(
  images: Float32Array,
  texts: Float32Array,
  pairs: number,
  share: number,
  visit: (pair: number, all: Float32Array) => void,
): Promise<void> {
  const [imageWidth, textWidth] = [images.length / pairs, texts.length / pairs];
  const { bytes } = compile(
    ({ someImages, someTexts, allImages, allTexts }) => ({
      all: pairSimilarity(
        someImages as Tensor2D,
        someTexts as Tensor2D,
        allImages as Tensor2D,
        allTexts as Tensor2D,
        share,
      ),
    }),
    {
      someImages: { shape: ['m', imageWidth], dtype: 'float32' },
      someTexts: { shape: ['m', textWidth], dtype: 'float32' },
      allImages: { shape: [pairs, imageWidth], dtype: 'float32' },
      allTexts: { shape: [pairs, textWidth], dtype: 'float32' },
    },
  );
  const session = await openSession(bytes);
  try {
    for (let start = 0; start < pairs; start += block) {
      const end = Math.min(pairs, start + block);
      const { all } = await session.run({
        someImages: images.subarray(start * imageWidth, end * imageWidth),
        someTexts: texts.subarray(start * textWidth, end * textWidth),
        allImages: images,
        allTexts: texts,
      });
      for (let row = start; row < end; row++) {
        visit(row, Float32Array.from(all?.subarray((row - start) * pairs, (row - start + 1) * pairs) ?? []));
      }
    }
  } finally {
    await session.dispose();
  }
}

/** `[n]`: above the `far` smallest similarities of each pair, below the others; -2 where none is far. @param far below n */
export async function farThresholds(
  images: Float32Array,
  texts: Float32Array,
  pairs: number,
  far: number,
  share: number,
): Promise<Float32Array> {
  const thresholds = new Float32Array(pairs).fill(-2);
  if (far === 0) return thresholds;
  await visitSimilarities(images, texts, pairs, share, (pair, all) => {
    all.sort();
    // In the middle, so that rounding moves no pair across.
    thresholds[pair] = (float32At(all, far - 1) + float32At(all, far)) / 2;
  });
  return thresholds;
}

/** The `count` pairs most similar to each pair, itself among them. @param share of captions in the similarity */
export async function nearestPairs(
  images: Float32Array,
  texts: Float32Array,
  pairs: number,
  count: number,
  share: number,
): Promise<Int32Array[]> {
  const nearest: Int32Array[] = [];
  await visitSimilarities(images, texts, pairs, share, (_pair, all) => {
    const least = float32At(all.slice().sort(), pairs - count);
    const found: number[] = [];
    all.forEach((similarity, other) => {
      if (similarity >= least) found.push(other);
    });
    nearest.push(Int32Array.from(found));
  });
  return nearest;
}
