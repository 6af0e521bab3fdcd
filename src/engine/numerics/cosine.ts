// Cosine similarity of two feature rows, as float64 sums.
import { float32At } from '../../shared/at.ts';

/** Cosine of the `width` numbers from `aFrom` and from `bFrom`; null if either has length zero there. */
export function cosine(a: Float32Array, aFrom: number, b: Float32Array, bFrom: number, width: number): number | null {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < width; i++) {
    const x = float32At(a, aFrom + i);
    const y = float32At(b, bFrom + i);
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? null : dot / Math.sqrt(aa * bb);
}
