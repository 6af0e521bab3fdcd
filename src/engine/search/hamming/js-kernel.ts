// The kernel in plain JavaScript, with the same steps as hamming-kernel-source.ts: for Node without WebAssembly, and
// as a reference for measurements.
import type { ScanKernel } from './scan-kernel.ts';
import type { SharedMemory } from './memory.ts';
import { popcount } from '../../numerics/popcount.ts';
import { workspace as at } from './workspace.ts';
import { int32At, uint8At } from '../../../shared/at.ts';

/** Index of a field among the workspace's 32-bit numbers. */
const field = (offset: number): number => offset >>> 2;

export class JsKernel implements ScanKernel {
  readonly name = 'js';
  readonly #memory: SharedMemory;
  #bytes: Uint8Array;
  #words: Int32Array;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
  }

  #refresh(): void {
    if (this.#bytes.buffer === this.#memory.buffer) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
  }

  scan(work: number, from: number, words: number, occupied: number, live: number, mask: number): void {
    this.#refresh();
    const w = this.#words;
    const fields = work >>> 2;
    const bytes = int32At(w, fields + field(at.bytes));
    const query = this.#query(work, bytes);
    const inWords = bytes % 4 === 0;
    let address = from;
    for (let i = 0; i < 2 * words; i++) {
      const there = int32At(w, (occupied >>> 2) + i);
      let searched = int32At(w, (live >>> 2) + i);
      if (mask !== 0) searched &= int32At(w, (mask >>> 2) + i);
      if (searched === 0) {
        address += popcount(there) * bytes;
        continue;
      }
      for (let left = there; left !== 0; left &= left - 1, address += bytes) {
        if ((searched & left & -left) === 0) continue;
        const distance = inWords ? this.#wordDistance(address, query.words) : this.#byteDistance(address, query.bytes);
        if (distance < int32At(w, fields + field(at.limit))) this.#insert(fields, address, distance);
      }
    }
  }

  /** The query's code from the workspace, where it is stored as words of eight bytes and a rest. */
  #query(work: number, bytes: number): { bytes: Uint8Array; words: Int32Array } {
    const code = new Uint8Array(bytes);
    const whole = bytes & ~7;
    code.set(this.#bytes.subarray(work + at.query, work + at.query + whole));
    if (bytes > whole) {
      const restOffset = Math.max(0, bytes - 8);
      code.set(this.#bytes.subarray(work + at.restQuery, work + at.restQuery + bytes - restOffset), restOffset);
    }
    return { bytes: code, words: new Int32Array(code.buffer, 0, bytes >>> 2) };
  }

  #wordDistance(address: number, query: Int32Array): number {
    const first = address >>> 2;
    let sum = 0;
    for (let i = 0; i < query.length; i++) sum += popcount(int32At(this.#words, first + i) ^ int32At(query, i));
    return sum;
  }

  #byteDistance(address: number, query: Uint8Array): number {
    let sum = 0;
    for (let i = 0; i < query.length; i++) sum += popcount(uint8At(this.#bytes, address + i) ^ uint8At(query, i));
    return sum;
  }

  #insert(fields: number, address: number, distance: number): void {
    const w = this.#words;
    if (w[fields + field(at.count)] === w[fields + field(at.capacity)]) this.#compact(fields);
    const count = int32At(w, fields + field(at.count));
    const entry = (int32At(w, fields + field(at.entries)) >>> 2) + 2 * count;
    w[entry] = address / int32At(w, fields + field(at.bytes));
    w[entry + 1] = distance;
    w[fields + field(at.count)] = count + 1;
    const histogram = fields + field(at.histogram);
    w[histogram + distance] = int32At(w, histogram + distance) + 1;
    const wanted = int32At(w, fields + field(at.wanted));
    let limit = int32At(w, fields + field(at.limit));
    let below = int32At(w, fields + field(at.below)) + 1;
    while (below >= wanted) {
      limit--;
      below -= int32At(w, histogram + limit);
    }
    w[fields + field(at.below)] = below;
    w[fields + field(at.limit)] = limit;
  }

  #compact(fields: number): void {
    const w = this.#words;
    const limit = int32At(w, fields + field(at.limit));
    const entries = int32At(w, fields + field(at.entries)) >>> 2;
    const end = entries + 2 * int32At(w, fields + field(at.count));
    let to = entries;
    for (let from = entries; from < end; from += 2) {
      w[to] = int32At(w, from);
      w[to + 1] = int32At(w, from + 1);
      if (int32At(w, from + 1) <= limit) to += 2;
    }
    w[fields + field(at.count)] = (to - entries) / 2;
  }

  finish(work: number, out: number): number {
    this.#refresh();
    const w = this.#words;
    const fields = work >>> 2;
    const limit = int32At(w, fields + field(at.limit));
    const wanted = int32At(w, fields + field(at.wanted));
    const next = fields + field(at.histogram);
    let sum = 0;
    for (let d = 0; d <= limit; d++) {
      const n = int32At(w, next + d);
      w[next + d] = sum;
      sum += n;
    }
    const entries = int32At(w, fields + field(at.entries)) >>> 2;
    const end = entries + 2 * int32At(w, fields + field(at.count));
    for (let entry = entries; entry < end; entry += 2) {
      const distance = int32At(w, entry + 1);
      const place = int32At(w, next + distance);
      if (distance > limit || place >= wanted) continue;
      w[next + distance] = place + 1;
      w[(out >>> 2) + 2 * place] = int32At(w, entry);
      w[(out >>> 2) + 2 * place + 1] = distance;
    }
    return Math.min(sum, wanted);
  }
}
