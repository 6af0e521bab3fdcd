// Means and standard deviations of the columns of feature rows.

/** Mean and standard deviation of each column, of the rows at `among` of `[n, width]`; zeros where there are none. */
export function columnMoments(
  rows: Float32Array,
  width: number,
  among: ArrayLike<number>,
): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const count = Math.max(1, among.length);
  const value = (i: number, column: number) => rows[(among[i] as number) * width + column] as number;
  for (let i = 0; i < among.length; i++) {
    for (let c = 0; c < width; c++) mean[c] = (mean[c] as number) + value(i, c);
  }
  for (let c = 0; c < width; c++) mean[c] = (mean[c] as number) / count;
  for (let i = 0; i < among.length; i++) {
    for (let c = 0; c < width; c++) squares[c] = (squares[c] as number) + (value(i, c) - (mean[c] as number)) ** 2;
  }
  return { mean, deviation: squares.map((sum) => Math.sqrt(sum / count)) };
}
