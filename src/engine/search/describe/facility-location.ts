// Items that represent all others best: greedy facility location (Nemhauser, Wolsey, Fisher, Mathematical Programming 14,
// 1978), which comes within 1 - 1/e of the best choice.
import { float32At } from '../../../shared/at.ts';
import { Yielder } from '../../runtime/yielder.ts';

export interface Facility {
  /** Row of the chosen item. */
  readonly row: number;
  /** Number of rows that are more like this one than like any row covered or chosen before. */
  readonly serves: number;
}

/**
 * Chooses rows one after the other. Each maximises the growth of the sum, over all rows, of the similarity to the
 * most similar chosen or covered row: it has many similar rows, and is unlike covered rows and the other choices.
 * @param rows `[n, width]`, row-major, each of unit length; similarity is their cosine, and never less than 0
 * @param covered `[m, width]`: rows that are represented already
 * @param count most rows to choose; fewer where a further one would help no row
 */
export async function facilityLocation(
  rows: Float32Array,
  covered: Float32Array,
  width: number,
  count: number,
): Promise<Facility[]> {
  const n = rows.length / width;
  const yielder = new Yielder();
  /** Similarity of each row to the most similar row that represents it. */
  const served = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let j = 0; j < covered.length / width; j++) best = Math.max(best, cosine(rows, i, covered, j, width));
    served[i] = best;
    if (yielder.due) await yielder.yieldIfDue();
  }
  const similar = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const value = Math.max(0, cosine(rows, i, rows, j, width));
      similar[i * n + j] = value;
      similar[j * n + i] = value;
    }
    if (yielder.due) await yielder.yieldIfDue();
  }
  const chosen: Facility[] = [];
  while (chosen.length < Math.min(count, n)) {
    let [best, gain] = [-1, 1e-6];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += Math.max(0, float32At(similar, i * n + j) - float32At(served, j));
      if (sum > gain) [best, gain] = [i, sum];
      if (yielder.due) await yielder.yieldIfDue();
    }
    if (best === -1) break;
    let serves = 0;
    for (let j = 0; j < n; j++) {
      const value = float32At(similar, best * n + j);
      if (value <= float32At(served, j)) continue;
      served[j] = value;
      serves++;
    }
    chosen.push({ row: best, serves });
  }
  return chosen;
}

function cosine(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += float32At(a, i * width + k) * float32At(b, j * width + k);
  return sum;
}
