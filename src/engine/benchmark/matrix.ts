// A matrix of a data-set file, and a file of any format that contains matrices by name.
import { HashlensError } from '../../shared/errors.ts';
import { numberAt } from '../../shared/at.ts';

export interface Shape {
  readonly rows: number;
  readonly columns: number;
}

export interface Matrix extends Shape {
  /** `[rows, columns]`, row-major. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** An open file: its directory is known, its numbers are read on demand. */
export interface MatrixFile {
  readonly path: string;
  /** The numeric matrices with at most two dimensions, by name. */
  readonly matrices: ReadonlyMap<string, Shape>;
  /** Kind of everything else in it, e.g. `complex numbers`, by name. */
  readonly others: ReadonlyMap<string, string>;
  /** Throws `unreadable` where the numbers are damaged, RangeError where the file has no matrix of that name. */
  read(name: string): Promise<Matrix>;
}

/** The error for a damaged or unknown file. */
export function unreadable(path: string, what: string, cause?: unknown): HashlensError {
  return new HashlensError('unreadable', `${path} cannot be read: ${what}; copy or download the file again.`, {
    cause,
  });
}

/** Transposes `[columns, rows]`, as MATLAB stores a matrix, to row-major `[rows, columns]`. */
export function fromColumns(rows: number, columns: number, at: (index: number) => number): Matrix {
  const values = new Float32Array(rows * columns);
  for (let column = 0, from = 0; column < columns; column++) {
    for (let to = column; to < values.length; to += columns) values[to] = at(from++);
  }
  return { rows, columns, values };
}

/**
 * Expands a sparse matrix in MATLAB's form (compressed columns): the entries of column c are `starts[c]` to `starts[c +
 * 1]`, each with its row.
 */
export function fromSparse(
  rows: number,
  starts: ArrayLike<number>,
  rowOf: ArrayLike<number>,
  entries: ArrayLike<number>,
): Matrix {
  const columns = starts.length - 1;
  const values = new Float32Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    for (let i = numberAt(starts, column); i < numberAt(starts, column + 1); i++) {
      values[numberAt(rowOf, i) * columns + column] = numberAt(entries, i);
    }
  }
  return { rows, columns, values };
}
