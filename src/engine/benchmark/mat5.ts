// Reads MAT-files of MATLAB 5 to 7.2 (`save -v6`, `-v7`): numeric matrices, full or sparse, compressed or not. Format:
// "MAT-File Format", The MathWorks, chapter 1. Objects, cells, structures and text are skipped.
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { readAt } from './read-at.ts';
import { fromColumns, fromSparse, unreadable, type Matrix, type MatrixFile, type Shape } from './matrix.ts';

const headerBytes = 128;
const tagBytes = 8;
/** Enough bytes of an element for its class, shape and name. */
const peekBytes = 1024;
const elementMatrix = 14;
const elementCompressed = 15;
const classSparse = 5;
/** Kinds of matrices that are not numbers, by class (table 1-3). */
const otherClasses: ReadonlyMap<number, string> = new Map([
  [1, 'a cell array'],
  [2, 'a structure'],
  [3, 'an object'],
  [4, 'text'],
]);
/** Whether a class is double, single or integer. */
const isNumeric = (matrixClass: number) => matrixClass >= 6 && matrixClass <= 15;
const complexFlag = 0x08;

/** Size and reader of a number, by the format's data type (table 1-1). */
type Getter = (view: DataView, at: number, little: boolean) => number;
const numberTypes: ReadonlyMap<number, { readonly bytes: number; readonly get: Getter }> = new Map([
  [1, { bytes: 1, get: (view, at) => view.getInt8(at) }],
  [2, { bytes: 1, get: (view, at) => view.getUint8(at) }],
  [3, { bytes: 2, get: (view, at, little) => view.getInt16(at, little) }],
  [4, { bytes: 2, get: (view, at, little) => view.getUint16(at, little) }],
  [5, { bytes: 4, get: (view, at, little) => view.getInt32(at, little) }],
  [6, { bytes: 4, get: (view, at, little) => view.getUint32(at, little) }],
  [7, { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) }],
  [9, { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) }],
  [12, { bytes: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  [13, { bytes: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) }],
]);

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A part of a matrix element, with its numbers not yet decoded. */
class Part {
  readonly length: number;
  readonly at: (index: number) => number;

  constructor(type: number, data: DataView, little: boolean) {
    const numbers = numberTypes.get(type);
    if (numbers === undefined) throw new RangeError(`data type ${type} is unknown`);
    const { bytes, get } = numbers;
    this.length = Math.floor(data.byteLength / bytes);
    this.at = (index) => get(data, index * bytes, little);
  }

  toArray(): number[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }
}

/** Reads the parts of a matrix element one after the other. */
class PartReader {
  readonly #view: DataView;
  readonly #little: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#view = viewOf(bytes);
    this.#little = little;
  }

  next(): Part {
    const word = this.#view.getUint32(this.#at, this.#little);
    // A part of at most four bytes is stored inside its own tag.
    const small = word >>> 16;
    const type = small === 0 ? word : word & 0xffff;
    const length = small === 0 ? this.#view.getUint32(this.#at + 4, this.#little) : small;
    const start = this.#at + (small === 0 ? tagBytes : 4);
    this.#at = small === 0 ? start + Math.ceil(length / 8) * 8 : this.#at + tagBytes;
    return new Part(type, new DataView(this.#view.buffer, this.#view.byteOffset + start, length), this.#little);
  }
}

/** Kind of a matrix that is not read; null for one that is. */
function otherKind({ matrixClass, complex, dimensions }: Heading): string | null {
  if (!isNumeric(matrixClass) && matrixClass !== classSparse)
    return otherClasses.get(matrixClass) ?? 'an unknown class';
  if (complex) return 'complex numbers';
  return dimensions.length === 2 ? null : `an array of ${dimensions.length} dimensions`;
}

interface Heading {
  readonly matrixClass: number;
  readonly complex: boolean;
  readonly dimensions: readonly number[];
  readonly name: string;
}

function headingOf(parts: PartReader): Heading {
  const flags = parts.next().at(0);
  const dimensions = parts.next().toArray();
  const name = String.fromCharCode(...parts.next().toArray());
  return { matrixClass: flags & 0xff, complex: ((flags >>> 8) & complexFlag) !== 0, dimensions, name };
}

/** Position of an element in the file. */
interface Element {
  readonly compressed: boolean;
  readonly start: number;
  readonly length: number;
}

/** Content of a matrix element, or at least its first `part` bytes. */
async function contentOf(file: FileHandle, element: Element, part?: number): Promise<Uint8Array> {
  const length = Math.min(element.length, part ?? element.length);
  const bytes = await readAt(file, element.start, length);
  if (!element.compressed) return bytes;
  const inflated =
    part === undefined
      ? await promisify(inflate)(bytes)
      : inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 26 });
  // Skip the tag: compressed data contains a whole element.
  return inflated.subarray(tagBytes);
}

function decode(content: Uint8Array, little: boolean): Matrix {
  const parts = new PartReader(content, little);
  const { matrixClass, dimensions } = headingOf(parts);
  const [rows = 0, columns = 0] = dimensions;
  if (matrixClass === classSparse) {
    const rowOf = parts.next().toArray();
    const starts = parts.next().toArray();
    return fromSparse(rows, starts, rowOf, parts.next().toArray());
  }
  const numbers = parts.next();
  if (numbers.length !== rows * columns) throw new RangeError('a matrix lacks some of its numbers');
  return fromColumns(rows, columns, numbers.at);
}

/** Opens a MAT-file and lists its matrices. Throws `unreadable` where it is damaged. */
export async function openMat5(path: string): Promise<MatrixFile> {
  const file = await open(path);
  try {
    const header = viewOf(await readAt(file, 0, headerBytes));
    const little = header.getUint8(126) === 0x49; // "IM", written "MI" by big-endian machines
    const { size } = await file.stat();
    const elements = new Map<string, Element>();
    const matrices = new Map<string, Shape>();
    const others = new Map<string, string>();
    for (let at = headerBytes; at + tagBytes <= size;) {
      const tag = viewOf(await readAt(file, at, tagBytes));
      const type = tag.getUint32(0, little);
      const element = {
        compressed: type === elementCompressed,
        start: at + tagBytes,
        length: tag.getUint32(4, little),
      };
      at = element.start + element.length;
      if (at > size) throw new RangeError('it ends too early');
      if (type !== elementMatrix && type !== elementCompressed) continue;
      const heading = headingOf(new PartReader(await contentOf(file, element, peekBytes), little));
      const other = otherKind(heading);
      if (other !== null) {
        others.set(heading.name, other);
        continue;
      }
      const [rows = 0, columns = 0] = heading.dimensions;
      elements.set(heading.name, element);
      matrices.set(heading.name, { rows, columns });
    }
    return { path, matrices, others, read: (name) => readMatrix(path, elements.get(name), little) };
  } catch (error) {
    throw unreadable(path, error instanceof RangeError ? error.message : 'it is not a whole MAT-file', error);
  } finally {
    await file.close();
  }
}

async function readMatrix(path: string, element: Element | undefined, little: boolean): Promise<Matrix> {
  if (element === undefined) throw new RangeError(`${path} has no such matrix`);
  const file = await open(path);
  try {
    return decode(await contentOf(file, element), little);
  } catch (error) {
    throw unreadable(path, 'its numbers are damaged', error);
  } finally {
    await file.close();
  }
}
