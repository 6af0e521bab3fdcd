// Matrices of float16 as numpy stores them.
import { readFileSync } from 'node:fs';

export interface NumpyRows {
  /** `[n, width]`, row-major. */
  readonly rows: Float32Array;
  readonly width: number;
}

export function readNumpyRows(file: string): NumpyRows {
  const bytes = readFileSync(file);
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
  const shape = /\((\d+), (\d+)\)/.exec(header);
  if (!header.includes("'<f2'") || !shape) throw new Error(`${file} is no matrix of float16`);
  const [n, width] = [Number(shape[1]), Number(shape[2])];
  const from = bytes.length - 2 * n * width;
  return { rows: Float32Array.from(new Float16Array(new Uint8Array(bytes.subarray(from)).buffer)), width };
}
