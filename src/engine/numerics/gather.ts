// Rows of a matrix by index, taken from it and put into it.

/** Rows of a row-major matrix `[*, width]` by index, into `into`. */
export function gather(matrix: Float32Array, indices: Int32Array, width: number, into: Float32Array): Float32Array {
  indices.forEach((index, i) => into.set(matrix.subarray(index * width, (index + 1) * width), i * width));
  return into;
}

/** Puts rows `[indices, width]` into the places of a row-major matrix `[*, width]` that the indices name. */
export function scatter(rows: Float32Array, indices: Int32Array, width: number, into: Float32Array): void {
  indices.forEach((index, i) => into.set(rows.subarray(i * width, (i + 1) * width), index * width));
}
