// Rows of a matrix by index.

/** Rows of a row-major matrix `[*, width]` by index, into `into`. */
export function gather(matrix: Float32Array, indices: Int32Array, width: number, into: Float32Array): Float32Array {
  indices.forEach((index, i) => into.set(matrix.subarray(index * width, (index + 1) * width), i * width));
  return into;
}
