// The sketches of the library's photos in one WebAssembly memory, block by block, and the best of many by them.
import { readFileSync } from 'node:fs';
import { blockIds } from '../../store/codes.ts';
import type { SketchSet } from '../../store/sketches.ts';
import { ensureBytes } from '../hamming/memory.ts';
import type { FloatQuery } from '../rerank.ts';
import { sketchQuery, sketchWidth, unpackBasis, type SketchBasis } from './basis.ts';
import { blocksAt, listAt, listLength, queryAt } from './kernel-source.ts';

const blockBytes = blockIds * sketchWidth;
/** What the kernel takes a number of the query for. */
const largest = 2 ** 15 - 1;

let compiled: WebAssembly.Module | undefined;

/** A block's place in the memory, and how many of its ids have a sketch, from the first on. */
interface Held {
  readonly slot: number;
  readonly ids: number;
}

class SketchMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  readonly #score: (at: number, end: number) => void;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, { sketch: { memory: this.memory } });
    this.#score = exports['score'] as (at: number, end: number) => void;
  }

  write(slot: number, rows: Int8Array): void {
    const at = blocksAt + slot * blockBytes;
    ensureBytes(this.memory, at + blockBytes);
    new Int8Array(this.memory.buffer, at).set(rows);
  }

  /** Replaces the addresses of sketches by their scores. */
  score(query: Int16Array, list: Int32Array): void {
    new Int16Array(this.memory.buffer, queryAt, sketchWidth).set(query);
    for (let from = 0; from < list.length; from += listLength) {
      const part = list.subarray(from, from + listLength);
      const there = new Int32Array(this.memory.buffer, listAt, part.length);
      there.set(part);
      this.#score(listAt, listAt + 4 * part.length);
      part.set(there);
    }
  }
}

export class SketchTable {
  #set: { readonly stamp: bigint; readonly basis: SketchBasis } | null = null;
  #memory: SketchMemory | null = null;
  /** By block. */
  readonly #held = new Map<number, Held>();
  readonly #free: number[] = [];

  /** Blocks that have sketches. */
  get blocks(): number {
    return this.#held.size;
  }

  get memoryBytes(): number {
    return this.#memory?.memory.buffer.byteLength ?? 0;
  }

  /** Names the directions that sketches put from now on are in; those in others are forgotten. */
  use(set: SketchSet | null): void {
    if (set?.stamp === this.#set?.stamp) return;
    this.#set = set && { stamp: set.stamp, basis: unpackBasis(set.basis) };
    for (const block of [...this.#held.keys()]) this.#forget(block);
  }

  /** @param rows of the block's ids from the first on, `sketchWidth` each; null where there are none */
  put(block: number, rows: Int8Array | null): void {
    // Without WebAssembly (`--jitless`) more is compared closely instead.
    if (rows === null || this.#set === null || typeof WebAssembly === 'undefined') {
      this.#forget(block);
      return;
    }
    const slot = this.#held.get(block)?.slot ?? this.#free.pop() ?? this.#held.size;
    (this.#memory ??= new SketchMemory()).write(slot, rows);
    this.#held.set(block, { slot, ids: rows.length / sketchWidth });
  }

  #forget(block: number): void {
    const held = this.#held.get(block);
    if (held === undefined) return;
    this.#free.push(held.slot);
    this.#held.delete(block);
  }

  /**
   * The `n` ids whose sketches score best; of those without a sketch the first `unsketched`.
   */
  best(ids: Int32Array, query: FloatQuery, n: number, unsketched: number): Int32Array {
    if (this.#set === null || this.#memory === null) return ids.subarray(0, unsketched);
    const sketched = new Int32Array(ids.length);
    const scores = new Int32Array(ids.length);
    const others: number[] = [];
    let count = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      const place = id % blockIds;
      const held = this.#held.get((id - place) / blockIds);
      if (held === undefined || place >= held.ids) {
        if (others.length < unsketched) others.push(id);
        continue;
      }
      scores[count] = blocksAt + held.slot * blockBytes + place * sketchWidth;
      sketched[count++] = id;
    }
    const found = scores.subarray(0, count);
    this.#memory.score(quantised(sketchQuery(this.#set.basis, query)), found);
    const best = new Int32Array(Math.min(n, count) + others.length);
    let at = 0;
    for (const place of bestPlaces(found, n)) best[at++] = sketched[place] as number;
    best.set(others, at);
    return best;
  }
}

const bins = 4096;

/** Places of the `n` greatest scores, of equal ones the first, in no order: counting is faster than sorting. */
function bestPlaces(scores: Int32Array, n: number): Int32Array {
  if (scores.length <= n) return Int32Array.from(scores.keys());
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < scores.length; i++) {
    least = Math.min(least, scores[i] as number);
    most = Math.max(most, scores[i] as number);
  }
  const factor = bins / (most - least + 1);
  const binOf = (score: number) => Math.floor((score - least) * factor);
  const counts = new Int32Array(bins + 1);
  for (let i = 0; i < scores.length; i++) {
    const bin = binOf(scores[i] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  let border = bins;
  for (let above = 0; above + (counts[border] as number) < n; border--) above += counts[border] as number;
  const best: number[] = [];
  const atBorder: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const bin = binOf(scores[i] as number);
    if (bin > border) best.push(i);
    else if (bin === border) atBorder.push(i);
  }
  atBorder.sort((i, j) => (scores[j] as number) - (scores[i] as number) || i - j);
  return Int32Array.from([...best, ...atBorder.slice(0, n - best.length)]);
}

/** Scaled to 16 bits. */
function quantised(query: Float32Array): Int16Array {
  const most = query.reduce((sum, x) => Math.max(sum, Math.abs(x)), 0) || 1;
  return Int16Array.from(query, (x) => Math.round((x * largest) / most));
}
