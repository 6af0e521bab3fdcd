// Converts feature rows between float32 in memory and float16 on disk. Float16 takes half the space and changes a
// cosine by less than 0.001.

export function toFloat16Blob(row: Float32Array): Buffer {
  return Buffer.from(new Float16Array(row).buffer);
}

/** Reads a row into `target` starting at `offset`. SQLite's buffers may be unaligned, so they are copied. */
export function fromFloat16Blob(blob: Uint8Array, target: Float32Array, offset = 0): void {
  const aligned = blob.byteOffset % 2 === 0 ? blob : blob.slice();
  target.set(new Float16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2), offset);
}
