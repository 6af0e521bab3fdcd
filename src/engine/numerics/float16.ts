// Feature rows are float32 in memory and float16 on disk: half the space, and a cosine changes by less than 0.001.

export function toFloat16Blob(row: Float32Array): Buffer {
  return Buffer.from(new Float16Array(row).buffer);
}

/** Reads a row into `target` from `offset` on. SQLite's buffers are not always 2-byte aligned, hence the copy. */
export function fromFloat16Blob(blob: Uint8Array, target: Float32Array, offset = 0): void {
  const aligned = blob.byteOffset % 2 === 0 ? blob : blob.slice();
  target.set(new Float16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2), offset);
}
