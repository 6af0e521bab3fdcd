// Means and standard deviations of the columns of feature rows.
import { float32At, float64At, numberAt } from '../../shared/at.ts';

/** Mean and standard deviation of each column over the rows `among` of `[n, width]`; zeros where there are none. */
export function columnMoments(
  rows: Float32Array,
  width: number,
  among: ArrayLike<number>,
): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const count = Math.max(1, among.length);
  for (let i = 0; i < among.length; i++) {
    const start = numberAt(among, i) * width;
    for (let c = 0; c < width; c++) mean[c] = float64At(mean, c) + float32At(rows, start + c);
  }
  for (let c = 0; c < width; c++) mean[c] = float64At(mean, c) / count;
  for (let i = 0; i < among.length; i++) {
    const start = numberAt(among, i) * width;
    for (let c = 0; c < width; c++) {
      squares[c] = float64At(squares, c) + (float32At(rows, start + c) - float64At(mean, c)) ** 2;
    }
  }
  return { mean, deviation: squares.map((sum) => Math.sqrt(sum / count)) };
}
