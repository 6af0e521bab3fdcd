// The ids of an index and their rows, in about two bits an id: 32-bit ids beside codes of 64 bits would add half of
// their size again.
//
// Rows are in ascending id order, so an id's row is the number of occupied ids below it. A page is 512 ids: 64 bytes of
// bits, and the number of rows before it. Only pages with an id in them exist, so that sparse ids cost little (the ids of
// tags are sparse: SQLite uses up one for every INSERT that meets a name it knows).
import { popcount } from '../../numerics/popcount.ts';
import { int32At, uint32At } from '../../../shared/at.ts';

export const pageWords = 16;
const pageShift = 9;
const pageIds = 1 << pageShift;

/** The bits of all pages, page after page: which ids have a row, and which of those are searched. */
export interface PageBits {
  readonly occupied: Uint32Array;
  readonly live: Uint32Array;
}

export class IdPages {
  /** Ascending: ids `512 number` to `512 number + 511`. */
  numbers = new Int32Array(0);
  /** `[pages + 1]`: rows before each page, then rows in all. */
  first = new Int32Array(1);

  get count(): number {
    return this.numbers.length;
  }

  get rows(): number {
    return int32At(this.first, this.count);
  }

  /** Bytes held outside of the shared memory. */
  get bytes(): number {
    return this.numbers.byteLength + this.first.byteLength;
  }

  /** First page that has this id or higher ones. */
  from(id: number): number {
    return firstNotBelow(this.numbers, pageNumber(id));
  }

  /** Page of an id, or -1. */
  pageOf(id: number): number {
    const page = this.from(id);
    return this.numbers[page] === pageNumber(id) ? page : -1;
  }

  /** Numbers of the pages that these ids need and that do not exist yet. @param ids ascending */
  missing(ids: Int32Array): number[] {
    const out: number[] = [];
    let last = -1;
    for (const id of ids) {
      if (pageNumber(id) === last) continue;
      last = pageNumber(id);
      if (this.pageOf(id) === -1) out.push(last);
    }
    return out;
  }

  /** Counts the rows again, from this page on. */
  recount(bits: PageBits, from = 0): void {
    for (let page = from; page < this.count; page++) {
      let rows = int32At(this.first, page);
      for (let w = page * pageWords; w < (page + 1) * pageWords; w++) rows += popcount(uint32At(bits.occupied, w));
      this.first[page + 1] = rows;
    }
  }

  /** Occupied ids below this one: its row when it is occupied itself. */
  rank(bits: PageBits, id: number): number {
    const page = this.from(id);
    let rows = int32At(this.first, page);
    if (this.numbers[page] !== pageNumber(id)) return rows;
    const word = page * pageWords + wordOf(id);
    for (let w = page * pageWords; w < word; w++) rows += popcount(uint32At(bits.occupied, w));
    return rows + popcount(uint32At(bits.occupied, word) & (bitOf(id) - 1));
  }

  /** Id of a row. */
  idAt(bits: PageBits, row: number): number {
    const page = firstAbove(this.first, row) - 1;
    let rest = row - int32At(this.first, page);
    // Usually every id of a page has a row.
    if (int32At(this.first, page + 1) - int32At(this.first, page) === pageIds) {
      return (int32At(this.numbers, page) << pageShift) + rest;
    }
    let word = page * pageWords;
    for (;;) {
      const there = popcount(uint32At(bits.occupied, word));
      if (rest < there) break;
      rest -= there;
      word++;
    }
    let bitsLeft = uint32At(bits.occupied, word);
    for (; rest > 0; rest--) bitsLeft &= bitsLeft - 1;
    const bit = 31 - Math.clz32(bitsLeft & -bitsLeft);
    return (int32At(this.numbers, page) << pageShift) + (word - page * pageWords) * 32 + bit;
  }
}

export const pageNumber = (id: number): number => id >> pageShift;
/** Word of an id within its page. */
export const wordOf = (id: number): number => (id >> 5) & (pageWords - 1);
export const bitOf = (id: number): number => 1 << (id & 31);

/** Index of the first element that is not below `value`. */
function firstNotBelow(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (int32At(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const firstAbove = (sorted: Int32Array, value: number): number => firstNotBelow(sorted, value + 1);
