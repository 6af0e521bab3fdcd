// Reads HDF5 files: MATLAB's (`save -v7.3`), which store a matrix column by column, and h5py's, which store it row by
// row.
import { Dataset, File, Group, ready } from 'h5wasm/node';
import { fromSparse, unreadable, type Matrix, type MatrixFile, type Shape } from './matrix.ts';
import { numberAt } from '../../shared/at.ts';

/** Numbers read in one block: the library's own memory is limited. */
const blockNumbers = 2 ** 24;

/** Attributes by which MATLAB marks its matrices and its sparse matrices. */
const matlabClass = 'MATLAB_class';
const matlabSparse = 'MATLAB_sparse';

/** Kind of a data set that is not a matrix of numbers; null for a matrix. */
function otherKind({ dtype, shape, metadata }: Dataset): string | null {
  const name = typeof dtype === 'string' ? dtype : '';
  // h5py writes truth values as an enumeration of whole numbers.
  if (metadata.enum_type === undefined && !/^[<>|]?[bBhHiIlLqQefd]$/.test(name)) {
    if (/^[SA]\d*$/.test(name)) return 'text';
    if (metadata.compound_type !== undefined) return 'complex numbers or records';
    if (metadata.ref_type !== undefined) return 'a cell array';
    return `values of ${8 * metadata.size} bits`;
  }
  if (shape === null) return 'an empty data set';
  return shape.length > 2 ? `an array of ${shape.length} dimensions` : null;
}

function denseShape(dataset: Dataset): Shape {
  const [outer = 1, inner = 1] = dataset.shape ?? [];
  return matlabClass in dataset.attrs ? { rows: inner, columns: outer } : { rows: outer, columns: inner };
}

function sparseShape(group: Group): Shape | null {
  const rows = group.attrs[matlabSparse]?.value;
  const starts = group.get('jc');
  if (rows === undefined || !(starts instanceof Dataset)) return null;
  return { rows: Number(rows), columns: (starts.shape?.[0] ?? 1) - 1 };
}

/** Shape of a matrix, or kind of something else. */
function describe(entity: ReturnType<File['get']>): Shape | string {
  if (entity instanceof Group) return sparseShape(entity) ?? 'a group';
  return entity instanceof Dataset ? (otherKind(entity) ?? denseShape(entity)) : 'a link or a type';
}

function numbersOf(value: unknown): ArrayLike<number> {
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Float64Array.from(value, Number);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as ArrayLike<number>;
  throw new RangeError('its numbers are of an unknown kind');
}

type Ranges = Parameters<Dataset['slice']>[0];

/** Reads the numbers in some ranges. */
function sliceReader(dataset: Dataset): (ranges: Ranges) => ArrayLike<number> {
  const { dtype, metadata } = dataset;
  if (typeof dtype !== 'string' || !dtype.endsWith('e')) return (ranges) => numbersOf(dataset.slice(ranges));
  // The library does not decode float16, and gives its bits where it takes them for whole numbers.
  Object.defineProperty(dataset, 'metadata', { value: { ...metadata, type: 0, signed: false } });
  return (ranges) => {
    const bits = dataset.slice(ranges);
    if (!(bits instanceof Uint16Array)) throw new RangeError('its numbers are of an unknown kind');
    const view = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
    return Float32Array.from(bits, (_, i) => view.getFloat16(2 * i, true));
  };
}

/** Numbers `[outer, inner]` in file order, a block of outer rows at a time. */
function* blocks(dataset: Dataset, outer: number, inner: number) {
  const step = Math.max(1, Math.floor(blockNumbers / Math.max(inner, 1)));
  const read = sliceReader(dataset);
  for (let start = 0; start < outer; start += step) {
    const end = Math.min(start + step, outer);
    const ranges: Ranges = [[start, end]];
    const numbers = read((dataset.shape ?? []).length > 1 ? [...ranges, []] : ranges);
    if (numbers.length !== (end - start) * inner) throw new RangeError('a matrix lacks some of its numbers');
    yield { start, numbers };
  }
}

function readDense(dataset: Dataset): Matrix {
  const [outer = 1, inner = 1] = dataset.shape ?? [];
  const byColumns = matlabClass in dataset.attrs;
  const [rows, columns] = byColumns ? [inner, outer] : [outer, inner];
  const values = new Float32Array(rows * columns);
  for (const { start, numbers } of blocks(dataset, outer, inner)) {
    if (!byColumns) values.set(numbers, start * columns);
    else {
      for (let i = 0; i < numbers.length; i++) {
        values[(i % rows) * columns + start + Math.floor(i / rows)] = numberAt(numbers, i);
      }
    }
  }
  return { rows, columns, values };
}

/** A group of `data`, `ir` (row of each entry) and `jc` (first entry of each column). */
function readSparse(group: Group): Matrix {
  const part = (name: string) => {
    const dataset = group.get(name);
    // MATLAB leaves `data` and `ir` out of an empty matrix.
    return dataset instanceof Dataset ? numbersOf(dataset.value) : [];
  };
  return fromSparse(sparseShape(group)?.rows ?? 0, part('jc'), part('ir'), part('data'));
}

/** Opens the file, uses it and closes it. Errors of the library become `unreadable`. */
async function withFile<T>(path: string, use: (file: File) => T): Promise<T> {
  // Make errors throw; otherwise the library also prints them.
  (await ready).activate_throwing_error_handler();
  let file: File | undefined;
  try {
    file = new File(path, 'r');
    return use(file);
  } catch (error) {
    throw unreadable(path, error instanceof RangeError ? error.message : 'it is not a whole HDF5 file', error);
  } finally {
    file?.close();
  }
}

/** Opens an HDF5 file and lists its top-level matrices. Throws `unreadable` where it is damaged. */
export function openHdf5(path: string): Promise<MatrixFile> {
  return withFile(path, (file) => {
    const matrices = new Map<string, Shape>();
    const others = new Map<string, string>();
    for (const name of file.keys()) {
      const found = describe(file.get(name));
      if (typeof found === 'string') others.set(name, found);
      else matrices.set(name, found);
    }
    return { path, matrices, others, read: (name) => withFile(path, (again) => readNamed(again, name)) };
  });
}

function readNamed(file: File, name: string): Matrix {
  const entity = file.get(name);
  if (entity instanceof Dataset) return readDense(entity);
  if (entity instanceof Group) return readSparse(entity);
  throw new RangeError(`it has no ${name}`);
}
