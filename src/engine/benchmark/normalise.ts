// Prepares feature rows: unit length, whole or in parts, or columns standardised by the training rows only.
import { columnMoments } from '../numerics/moments.ts';
import type { BenchmarkSet, Normalisation } from './benchmark-set.ts';
import { float32At, float64At, int32At } from '../../shared/at.ts';

/**
 * Scales the first `shared` numbers of each row, and its other numbers, to L2 norm 1; a part of zeros stays zero. `[n,
 * width]`.
 */
export function unitParts(rows: Float32Array, width: number, shared: number): Float32Array {
  const result = new Float32Array(rows.length);
  const scale = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += float32At(rows, i) ** 2;
    const norm = Math.sqrt(sum) || 1;
    for (let i = from; i < to; i++) result[i] = float32At(rows, i) / norm;
  };
  for (let start = 0; start < rows.length; start += width) {
    scale(start, start + shared);
    scale(start + shared, start + width);
  }
  return result;
}

/** Scales each row to L2 norm 1; a row of zeros stays zero. */
export const unitLength = (rows: Float32Array, width: number): Float32Array => unitParts(rows, width, 0);

/**
 * Subtracts its mean from each column and divides by its standard deviation, both over the rows `among`, so that
 * queries cannot shape the features. A constant column becomes zero.
 */
export function standardised(rows: Float32Array, width: number, among: Int32Array): Float32Array {
  const { mean, deviation } = columnMoments(rows, width, among);
  const scales = deviation.map((d) => (d > 0 ? 1 / d : 0));
  return rows.map((x, i) => (x - float64At(mean, i % width)) * float64At(scales, i % width));
}

/** The set with prepared features. */
export function normalised(set: BenchmarkSet, how: Normalisation): BenchmarkSet {
  if (how === 'none') return { ...set, normalise: how };
  const { imageRows, textRows, imageWidth, textWidth, train, captionPhoto } = set;
  if (how === 'l2' || how === 'parts') {
    const shared = how === 'parts' ? set.sharedWidth : 0;
    return {
      ...set,
      normalise: how,
      imageRows: unitParts(imageRows, imageWidth, shared),
      textRows: unitParts(textRows, textWidth, shared),
    };
  }
  const training = new Set(train);
  const texts = Int32Array.from(captionPhoto.keys()).filter((text) => training.has(int32At(captionPhoto, text)));
  return {
    ...set,
    normalise: how,
    imageRows: standardised(imageRows, imageWidth, train),
    textRows: standardised(textRows, textWidth, texts),
  };
}
