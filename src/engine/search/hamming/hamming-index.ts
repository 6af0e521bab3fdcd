// Exact search over packed codes in one contiguous buffer: the nearest rows by distance, then by id.
import { CodeTable } from './code-table.ts';
import type { CodeRows } from '../../store/codes.ts';
import type { IdMask } from '../../store/id-mask.ts';
import { fastestKernel, openKernel } from './kernel.ts';
import type { ScanKernel, ScanKernelName } from './scan-kernel.ts';
import { hammingDistance } from '../../numerics/popcount.ts';
import { ScanPool } from './scan-pool.ts';
import { beginQuery, entryCapacity, outputOffset, workspaceBytes } from './workspace.ts';
import { entryOf, int32At } from '../../../shared/at.ts';

export { IdMask } from '../../store/id-mask.ts';

export interface Ranked {
  /** Nearest first; equal distances by ascending id. */
  readonly ids: Int32Array;
  readonly distances: Int32Array;
}

export interface IndexOptions {
  /** Measured on first use when not given. */
  readonly kernel?: ScanKernelName;
  /** Threads for large tables, the caller's included; 1 when not given. */
  readonly threads?: number;
  /** Bytes of codes from which threads are used. */
  readonly parallelFrom?: number;
  /** Bytes of codes from which a thread reads at two places at once. */
  readonly twoPlacesFrom?: number;
}

/** 64 MiB of codes: a second thread gains nothing on few codes (docs/measurements.md, Hamming index). */
const defaultParallelFrom = 64 * 2 ** 20;

/** 32 MiB of codes: fewer may be in the processor's cache, where two places gain nothing. */
const defaultTwoPlacesFrom = 32 * 2 ** 20;

export class HammingIndex {
  readonly bits: number;
  readonly #options: IndexOptions;
  #table: CodeTable;
  #kernel: ScanKernel;
  #pool: ScanPool | null = null;

  /**
   * @param rows ids ascending, each once; codes `[n, bits / 8]`
   * @param bits 8 to 256, a multiple of 8
   */
  constructor(rows: CodeRows, bits: number, options: IndexOptions = {}) {
    if (bits % 8 !== 0 || bits < 8 || bits > 256) throw new RangeError(`Codes of ${bits} bits cannot be searched.`);
    this.bits = bits;
    this.#options = options;
    this.#table = new CodeTable(bits / 8);
    this.#kernel = openKernel(options.kernel ?? fastestKernel(), this.#table.memory);
    this.#table.put(rows);
  }

  /** Number of codes that searches see. */
  get size(): number {
    return this.#table.size;
  }

  get kernel(): ScanKernelName {
    return this.#kernel.name;
  }

  /** Bytes in use: codes, ids, room to grow, working memory. */
  get memoryBytes(): number {
    return this.#table.memoryBytes;
  }

  /** Adds codes in any order; an existing id gets the new code. For an id given twice, the last code counts. */
  add(ids: ArrayLike<number>, codes: Uint8Array): void {
    this.#table.put(ascending(ids, codes, this.bits / 8));
  }

  /** Removes codes; unknown ids are ignored. */
  remove(ids: Iterable<number>): void {
    this.#table.remove(ids);
  }

  /** Replaces the codes of the ids in `[from, to)` by these. @param rows ids ascending */
  replaceRange(from: number, to: number, rows: CodeRows): void {
    const before = this.#table.idsBetween(from, to);
    if (before.length > 0) {
      const kept = new Set(rows.ids);
      this.#table.remove(before.filter((id) => !kept.has(id)));
    }
    this.#table.put(rows);
  }

  /** Replaces all codes of the index by these. @param rows ids ascending */
  replace(rows: CodeRows): void {
    this.#table.clear();
    this.#table.put(rows);
  }

  /**
   * The n nearest codes, exactly.
   * @param code packed, bits / 8 bytes
   * @param mask ids to search among; all when not given
   */
  rank(code: Uint8Array, n: number, mask?: IdMask): Ranked {
    const table = this.#table;
    const wanted = Math.min(n, table.size);
    if (wanted <= 0) return { ids: new Int32Array(0), distances: new Int32Array(0) };
    const pool = this.#threads();
    const threads = pool?.threads ?? 1;
    const capacity = entryCapacity(wanted, table.pages.rows);
    const step = workspaceBytes(wanted, capacity);
    const places = this.#places();
    const work = table.workspaces(threads * places * step);
    const maskAt = mask ? table.setMask(mask) : 0;
    const begin = (): void => {
      for (let w = 0; w < threads * places; w++) {
        const sibling = places === 2 && w % 2 === 0 ? work + (w + 1) * step : 0;
        beginQuery(table.memory.buffer, work + w * step, code, wanted, capacity, sibling);
      }
    };
    begin();
    if (pool === null || threads === 1 || !pool.scan(table, this.#kernel, work, places * step, maskAt)) {
      begin();
      const { occupied, live } = table.layout;
      this.#kernel.scan(work, 0, table.pages.count * 8, occupied, live, maskAt);
    }
    const lists = Array.from({ length: threads * places }, (_, t) => {
      const out = work + t * step + outputOffset(capacity);
      return new Int32Array(table.memory.buffer, out, 2 * this.#kernel.finish(work + t * step, out));
    });
    return this.#gather(lists, wanted);
  }

  /** Every id that a search with this mask sees, ascending. */
  ids(mask?: IdMask): Int32Array {
    return this.#table.liveIds(mask);
  }

  /** Hamming distance of one id's code, null for an id that a search does not see. */
  distance(id: number, code: Uint8Array): number | null {
    const found = this.#table.codeOf(id);
    return found && hammingDistance(found, code);
  }

  /** Merges the workspaces' lists of (row, distance), each in order, and turns rows into ids. */
  #gather(lists: readonly Int32Array[], wanted: number): Ranked {
    const [first = new Int32Array(0), ...others] = lists;
    const entries = others.reduce((all, list) => merged(all, list, wanted), first);
    const count = Math.min(wanted, entries.length / 2);
    const distances = new Int32Array(count);
    const rows = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      rows[i] = int32At(entries, 2 * i);
      distances[i] = int32At(entries, 2 * i + 1);
    }
    return { ids: this.#table.idsAt(rows), distances };
  }

  /** Number of places at which a thread reads at once. */
  #places(): 1 | 2 {
    const { bytes } = this.#table;
    const { twoPlacesFrom = defaultTwoPlacesFrom } = this.#options;
    return bytes % 8 === 0 && this.size * bytes >= twoPlacesFrom ? 2 : 1;
  }

  /** The threads, once the codes are large enough for them; they join searches once they have started. */
  #threads(): ScanPool | null {
    const { threads = 1, parallelFrom = defaultParallelFrom } = this.#options;
    if (threads < 2 || this.size * this.#table.bytes < parallelFrom) return null;
    const { memory } = this.#table;
    if (!(memory instanceof WebAssembly.Memory)) return null;
    return (this.#pool ??= new ScanPool(memory, this.#kernel, threads));
  }

  /** Resolves when the threads that the codes' size asks for have started. */
  async threadsReady(): Promise<number> {
    const pool = this.#threads();
    await pool?.ready();
    return pool?.threads ?? 1;
  }

  /** Ends the threads. The index remains usable, with the caller's thread alone until it starts new ones. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.close();
  }
}

/** The first `wanted` entries of two lists of (row, distance), by distance, then by row. */
function merged(a: Int32Array, b: Int32Array, wanted: number): Int32Array {
  const out = new Int32Array(Math.min(2 * wanted, a.length + b.length));
  let i = 0;
  let j = 0;
  for (let to = 0; to < out.length; to += 2) {
    const isA =
      j >= b.length ||
      (i < a.length &&
        (int32At(a, i + 1) < int32At(b, j + 1) || (a[i + 1] === b[j + 1] && int32At(a, i) < int32At(b, j))));
    if (isA) {
      out[to] = int32At(a, i);
      out[to + 1] = int32At(a, i + 1);
      i += 2;
    } else {
      out[to] = int32At(b, j);
      out[to + 1] = int32At(b, j + 1);
      j += 2;
    }
  }
  return out;
}

/** Rows by ascending id, each once. */
function ascending(ids: ArrayLike<number>, codes: Uint8Array, bytes: number): CodeRows {
  const list = Int32Array.from(ids);
  if (list.every((id, i) => i === 0 || int32At(list, i - 1) < id)) return { ids: list, codes };
  const last = new Map(Array.from(list, (id, i) => [id, i]));
  const sorted = Int32Array.from(last.keys()).sort();
  const out = new Uint8Array(sorted.length * bytes);
  sorted.forEach((id, i) => {
    const from = entryOf(last, id) * bytes;
    out.set(codes.subarray(from, from + bytes), i * bytes);
  });
  return { ids: sorted, codes: out };
}
