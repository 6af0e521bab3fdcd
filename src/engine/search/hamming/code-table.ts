// The codes of an index in one contiguous memory, in ascending id order, and the bits that map rows to ids.
//
//   codes, `bytes` apart, nothing between them | occupied | live | mask | workspaces of the threads
//
// Codes have no padding at any width: the kernel reads words that end with the code. The areas after the codes are
// small and move when they grow, so that codes stay in place. Beyond the codes there are 3 bits per id and, after
// growth, 1/64 of room to grow further: 1.05 to 1.07 times the codes for 64 bits, less for more.
import { bitOf, IdPages, pageNumber, pageWords, wordOf, type PageBits } from './id-pages.ts';
import type { CodeRows } from '../../store/codes.ts';
import type { IdMask } from '../../store/id-mask.ts';
import { ensureBytes, newMemory, type SharedMemory } from './memory.ts';
import { int32At, numberAt, uint32At } from '../../../shared/at.ts';

/** Addresses in the memory. */
interface Layout {
  readonly occupied: number;
  readonly live: number;
  readonly mask: number;
  readonly work: number;
}

const wordBytes = 4;
const alignment = 64;
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
/** Codes below 64 bits are read as part of a word of 8 bytes. */
const readBeyond = 8;

export class CodeTable {
  readonly bytes: number;
  readonly memory: SharedMemory;
  readonly pages = new IdPages();
  #live = 0;
  /** Rows and pages there is room for. */
  #rowRoom = 0;
  #pageRoom = 0;
  #layout: Layout = layoutOf(0, 0);

  /** @param bytes of a code, 1 to 32 */
  constructor(bytes: number) {
    this.bytes = bytes;
    this.memory = newMemory();
  }

  /** Number of codes that searches see. */
  get size(): number {
    return this.#live;
  }

  get layout(): Layout {
    return this.#layout;
  }

  get memoryBytes(): number {
    return this.memory.buffer.byteLength + this.pages.bytes;
  }

  #bits(): PageBits {
    return { occupied: this.#words(this.#layout.occupied), live: this.#words(this.#layout.live) };
  }

  #words(address: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, this.pages.count * pageWords);
  }

  /** Room for the workspaces of a search: their address. */
  workspaces(bytes: number): number {
    ensureBytes(this.memory, this.#layout.work + bytes);
    return this.#layout.work;
  }

  idAt(row: number): number {
    return this.pages.idAt(this.#bits(), row);
  }

  /** Ids of these rows. */
  idsAt(rows: Int32Array): Int32Array {
    const bits = this.#bits();
    return rows.map((row) => this.pages.idAt(bits, row));
  }

  /** The code of an id that searches see: a view, valid until the table changes. */
  codeOf(id: number): Uint8Array | null {
    const bits = this.#bits();
    const page = this.pages.pageOf(id);
    if (page === -1 || (uint32At(bits.live, page * pageWords + wordOf(id)) & bitOf(id)) === 0) return null;
    return new Uint8Array(this.memory.buffer, this.pages.rank(bits, id) * this.bytes, this.bytes);
  }

  /** Lays an id mask over the pages. @returns its address */
  setMask(mask: IdMask): number {
    const target = this.#words(this.#layout.mask);
    const { numbers, count } = this.pages;
    for (let page = 0; page < count;) {
      // Pages whose numbers follow one another are copied as one.
      let after = page + 1;
      while (after < count && numbers[after] === int32At(numbers, after - 1) + 1) after++;
      const from = int32At(numbers, page) * pageWords;
      const source = mask.words.subarray(from, from + (after - page) * pageWords);
      target.set(source, page * pageWords);
      target.fill(0, page * pageWords + source.length, after * pageWords);
      page = after;
    }
    return this.#layout.mask;
  }

  /** Adds codes; an existing id gets the new code. @param rows ids ascending, each once */
  put({ ids, codes }: CodeRows): void {
    if (ids.length === 0) return;
    this.#addPages(this.pages.missing(ids));
    const words = this.#wordsOf(ids);
    const { occupied } = this.#bits();
    const fresh: number[] = []; // positions in `ids` of those that have no row yet
    for (let i = 0; i < ids.length; i++) {
      if ((uint32At(occupied, int32At(words, i)) & bitOf(int32At(ids, i))) === 0) fresh.push(i);
    }
    const rows = this.pages.rows;
    this.#makeRoom(rows + fresh.length, this.pages.count);
    const all = new Uint8Array(this.memory.buffer);
    if (fresh.length === ids.length && (rows === 0 || this.idAt(rows - 1) < int32At(ids, 0))) {
      all.set(codes, rows * this.bytes);
    } else {
      this.#overwrite(all, words, { ids, codes });
      this.#insert(all, fresh, { ids, codes });
    }
    const bits = this.#bits();
    for (let i = 0; i < ids.length; i++) {
      const bit = bitOf(int32At(ids, i));
      const word = int32At(words, i);
      bits.occupied[word] = uint32At(bits.occupied, word) | bit;
      if ((uint32At(bits.live, word) & bit) === 0) this.#live++;
      bits.live[word] = uint32At(bits.live, word) | bit;
    }
    this.pages.recount(bits, this.pages.pageOf(int32At(ids, 0)));
  }

  /** For each id the index of its word among all pages' words. */
  #wordsOf(ids: Int32Array): Int32Array {
    let number = -1;
    let page = 0;
    return ids.map((id) => {
      if (pageNumber(id) !== number) {
        number = pageNumber(id);
        page = this.pages.pageOf(id);
      }
      return page * pageWords + wordOf(id);
    });
  }

  #code(codes: Uint8Array, i: number): Uint8Array {
    return codes.subarray(i * this.bytes, (i + 1) * this.bytes);
  }

  #overwrite(all: Uint8Array, words: Int32Array, { ids, codes }: CodeRows): void {
    const bits = this.#bits();
    for (let i = 0; i < ids.length; i++) {
      const id = int32At(ids, i);
      if ((uint32At(bits.occupied, int32At(words, i)) & bitOf(id)) === 0) continue;
      all.set(this.#code(codes, i), this.pages.rank(bits, id) * this.bytes);
    }
  }

  /**
   * Moves the rows after each new one, starting with the last. New photos have the highest ids, so mostly nothing
   * moves.
   */
  #insert(all: Uint8Array, fresh: readonly number[], { ids, codes }: CodeRows): void {
    const { bytes } = this;
    const bits = this.#bits();
    let end = this.pages.rows;
    for (let k = fresh.length - 1; k >= 0; k--) {
      const i = numberAt(fresh, k);
      const row = this.pages.rank(bits, int32At(ids, i));
      all.copyWithin((row + k + 1) * bytes, row * bytes, end * bytes);
      all.set(this.#code(codes, i), (row + k) * bytes);
      end = row;
    }
  }

  /** Hides ids from searches. One pass over the codes removes their rows once there are enough of them. */
  remove(ids: Iterable<number>): void {
    const bits = this.#bits();
    for (const id of ids) {
      const page = this.pages.pageOf(id);
      const word = page * pageWords + wordOf(id);
      if (page === -1 || (uint32At(bits.live, word) & bitOf(id)) === 0) continue;
      bits.live[word] = uint32At(bits.live, word) & ~bitOf(id);
      this.#live--;
    }
    const dead = this.pages.rows - this.#live;
    if (dead > 1024 && dead > this.pages.rows / 32) this.#compact();
  }

  /** Ids that searches see, ascending; with a mask, only its ids. */
  liveIds(mask?: IdMask): Int32Array {
    const { live } = this.#bits();
    const ids = new Int32Array(this.#live);
    let count = 0;
    for (let page = 0; page < this.pages.count; page++) {
      const first = int32At(this.pages.numbers, page) * pageWords;
      for (let w = 0; w < pageWords; w++) {
        let left = uint32At(live, page * pageWords + w);
        if (mask) left &= mask.wordAt(first + w);
        for (; left !== 0; left &= left - 1) ids[count++] = (first + w) * 32 + (31 - Math.clz32(left & -left));
      }
    }
    return ids.subarray(0, count);
  }

  /** Ids that searches see, ascending, in `[from, to)`. */
  idsBetween(from: number, to: number): number[] {
    const bits = this.#bits();
    const out: number[] = [];
    for (let page = this.pages.from(from); page < this.pages.count; page++) {
      const start = int32At(this.pages.numbers, page) * pageWords * 32;
      if (start >= to) break;
      for (let w = 0; w < pageWords; w++) {
        for (let left = uint32At(bits.live, page * pageWords + w); left !== 0; left &= left - 1) {
          const id = start + w * 32 + (31 - Math.clz32(left & -left));
          if (id >= from && id < to) out.push(id);
        }
      }
    }
    return out;
  }

  clear(): void {
    this.pages.numbers = new Int32Array(0);
    this.pages.first = new Int32Array(1);
    this.#live = 0;
  }

  #compact(): void {
    const bits = this.#bits();
    const all = new Uint8Array(this.memory.buffer);
    let from = 0;
    let to = 0;
    for (let w = 0; w < bits.occupied.length; w++) {
      const live = uint32At(bits.live, w);
      for (let left = uint32At(bits.occupied, w); left !== 0; left &= left - 1, from++) {
        if ((live & left & -left) === 0) continue;
        if (from !== to) all.copyWithin(to * this.bytes, from * this.bytes, (from + 1) * this.bytes);
        to++;
      }
    }
    bits.occupied.set(bits.live);
    this.pages.recount(bits);
  }

  /** Opens pages for ids beyond those known. @param numbers ascending, none of them there */
  #addPages(numbers: readonly number[]): void {
    const opened = numbers[0];
    if (opened === undefined) return;
    const old = this.pages.numbers;
    const merged = new Int32Array(old.length + numbers.length);
    merged.set(old);
    merged.set(numbers, old.length);
    // Pages of newly added photos come last; any others are sorted in.
    if (old.length > 0 && int32At(old, old.length - 1) > opened) merged.sort();
    this.#makeRoom(this.pages.rows, merged.length);
    const changedFrom = merged.indexOf(opened);
    for (const address of [this.#layout.occupied, this.#layout.live]) {
      const area = new Uint32Array(this.memory.buffer, address, merged.length * pageWords);
      // From the back, because the old pages' bits move up within their own area.
      for (let page = merged.length - 1, from = old.length - 1; page >= changedFrom; page--) {
        if (from >= 0 && old[from] === merged[page]) {
          area.copyWithin(page * pageWords, from * pageWords, (from + 1) * pageWords);
          from--;
        } else area.fill(0, page * pageWords, (page + 1) * pageWords);
      }
    }
    const first = new Int32Array(merged.length + 1);
    first.set(this.pages.first.subarray(0, changedFrom + 1));
    this.pages.numbers = merged;
    this.pages.first = first;
    this.pages.recount(this.#bits(), changedFrom);
  }

  /** Grows the memory where needed, and moves the bits to make room for codes. */
  #makeRoom(rows: number, pages: number): void {
    if (rows <= this.#rowRoom && pages <= this.#pageRoom) return;
    // The first chunk may be the only one.
    const room = (needed: number, now: number, spare: number) =>
      needed <= now ? now : now === 0 ? needed : Math.ceil(needed * (1 + 1 / 64)) + spare;
    const rowRoom = room(rows, this.#rowRoom, 64);
    const pageRoom = room(pages, this.#pageRoom, 4);
    const before = this.#layout;
    const after = layoutOf(rowRoom * this.bytes, pageRoom);
    ensureBytes(this.memory, after.work);
    const all = new Uint8Array(this.memory.buffer);
    const used = this.pages.count * pageWords * wordBytes;
    // In ascending order, so that the last area moves first.
    all.copyWithin(after.live, before.live, before.live + used);
    all.copyWithin(after.occupied, before.occupied, before.occupied + used);
    this.#rowRoom = rowRoom;
    this.#pageRoom = pageRoom;
    this.#layout = after;
  }
}

function layoutOf(codeBytes: number, pages: number): Layout {
  const occupied = align(codeBytes + readBeyond);
  const area = pages * pageWords * wordBytes;
  return { occupied, live: occupied + area, mask: occupied + 2 * area, work: occupied + 3 * area };
}
