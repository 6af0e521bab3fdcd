// Reads NumPy's .npy files (format versions 1 to 3): one array of one or two dimensions.
import { open } from 'node:fs/promises';
import { readAt } from './read-at.ts';
import { refuseOtherFormat } from './other-formats.ts';
import { fromColumns, unreadable, type Matrix } from './matrix.ts';
import { uint8At } from '../../shared/at.ts';

const magic = '\x93NUMPY';

type Reader = (view: DataView, at: number, little: boolean) => number;
/** Readers by NumPy's letter and size: `f4`, `i8`, ... */
const readers: Readonly<Record<string, Reader>> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => view.getFloat16(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

export interface NpyArray extends Matrix {
  /** Whether its numbers are truth values. */
  readonly isTruth: boolean;
}

/** Most bytes before the numbers: the header of an array of one or two dimensions is far shorter. */
export const mostHeaderBytes = 4096;

export interface NpyHeader {
  /** NumPy's letter and size of a number, e.g. `f4`; null where they are not numbers known here. */
  readonly kind: string | null;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Bytes before the numbers. */
  readonly start: number;
}

/** @throws HashlensError `unreadable` where the bytes are not the beginning of a .npy file */
export function npyHeaderOf(path: string, bytes: Buffer): NpyHeader {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== magic) throw unreadable(path, 'it is not a .npy file');
  const wide = uint8At(bytes, 6) > 1;
  const start = (wide ? 12 : 10) + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', 0, start);
  const [, order, kind = ''] = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (shape === undefined) throw unreadable(path, 'it does not name its shape');
  const isFortran = /'fortran_order'\s*:\s*True/.test(header);
  return { kind: kind in readers ? kind : null, isBigEndian: order === '>', isFortran, shape, start };
}

/**
 * An array of one or two dimensions. One dimension becomes a column: `[n]` -> n rows of 1.
 * @throws HashlensError `unreadable`
 */
export function parseNpy(path: string, bytes: Buffer): NpyArray {
  const { kind, isBigEndian, isFortran, shape, start } = npyHeaderOf(path, bytes);
  const reader = readers[kind ?? ''];
  if (kind === null || reader === undefined) throw unreadable(path, `its numbers are of an unknown kind`);
  if (shape.length === 0 || shape.length > 2) throw unreadable(path, `it has ${shape.length} dimensions, not 1 or 2`);
  const [rows = 0, columns = 1] = shape;
  const size = Number(kind.slice(1));
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, Math.max(0, bytes.byteLength - start));
  if (data.byteLength !== rows * columns * size) throw unreadable(path, 'it ends too early');
  const at = (index: number) => reader(data, index * size, !isBigEndian);
  const isTruth = kind === 'b1';
  if (isFortran) return { ...fromColumns(rows, columns, at), isTruth };
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = at(i);
  return { rows, columns, values, isTruth };
}

/**
 * Reads an array of one or two dimensions.
 * @throws HashlensError `unreadable`; `unsupported-format` where the file is a Git LFS pointer
 */
export async function readNpy(path: string): Promise<NpyArray> {
  await refuseOtherFormat(path);
  return parseNpy(path, await wholeFile(path));
}

/** Reads in pieces: readFile cannot read the features of a large set. */
async function wholeFile(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer } = await readAt(file, 0, (await file.stat()).size);
    return Buffer.from(buffer);
  } finally {
    await file.close();
  }
}
