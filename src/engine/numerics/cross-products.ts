// Sums of products of columns, X^T Y, over many rows: the dense part of covariances.
import { float64At } from '../../shared/at.ts';

/** Rows that are collected before they are multiplied; the columns of two blocks then fit into a processor's cache. */
const blockRows = 64;
/** Columns of X and of Y that are multiplied at once. Sixteen registers hold their sums and factors. */
const [tileX, tileY] = [2, 4];

/** Rows of one width, collected column by column. */
export class ColumnBlock {
  readonly width: number;
  /** `[columns, blockRows]`, the columns a multiple of 4; 0 where there is no row or column. */
  readonly columns: Float64Array;
  #rows = 0;

  constructor(width: number) {
    this.width = width;
    this.columns = new Float64Array(Math.ceil(width / tileY) * tileY * blockRows);
  }

  get isFull(): boolean {
    return this.#rows === blockRows;
  }

  /** Takes a row of `width` numbers. */
  add(row: Float32Array): void {
    let at = this.#rows++;
    for (const value of row) {
      this.columns[at] = value;
      at += blockRows;
    }
  }

  clear(): void {
    this.columns.fill(0);
    this.#rows = 0;
  }
}

/**
 * Adds X^T Y of blocks of the same rows to `sums`, whose rows have `stride` numbers.
 * @param part with `lower`, numbers right of the diagonal may be left out
 */
export function addCrossProducts(
  sums: Float64Array,
  stride: number,
  x: ColumnBlock,
  y: ColumnBlock,
  part: 'all' | 'lower',
): void {
  const add = (i: number, j: number, sum: number) => {
    if (i < x.width && j < y.width) sums[i * stride + j] = float64At(sums, i * stride + j) + sum;
  };
  for (let i = 0; i < x.width; i += tileX) {
    const end = part === 'all' ? y.width : Math.min(y.width, i + tileX);
    for (let j = 0; j < end; j += tileY) addTile(x.columns, y.columns, i, j, add);
  }
}

/** Gives the products of columns i and i + 1 of X and columns j to j + 3 of Y. */
function addTile(
  x: Float64Array,
  y: Float64Array,
  i: number,
  j: number,
  add: (i: number, j: number, sum: number) => void,
): void {
  const a = i * blockRows;
  const b = j * blockRows;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let k = 0; k < blockRows; k++) {
    const left = float64At(x, a + k);
    const right = float64At(x, a + blockRows + k);
    const y0 = float64At(y, b + k);
    const y1 = float64At(y, b + blockRows + k);
    const y2 = float64At(y, b + 2 * blockRows + k);
    const y3 = float64At(y, b + 3 * blockRows + k);
    a0 += left * y0;
    a1 += left * y1;
    a2 += left * y2;
    a3 += left * y3;
    b0 += right * y0;
    b1 += right * y1;
    b2 += right * y2;
    b3 += right * y3;
  }
  add(i, j, a0);
  add(i, j + 1, a1);
  add(i, j + 2, a2);
  add(i, j + 3, a3);
  add(i + 1, j, b0);
  add(i + 1, j + 1, b1);
  add(i + 1, j + 2, b2);
  add(i + 1, j + 3, b3);
}
