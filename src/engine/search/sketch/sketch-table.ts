// The sketches of the library's photos in one WebAssembly memory, block by block, and the search for the best ones.
import { readFileSync } from 'node:fs';
import { blockIds } from '../../store/codes.ts';
import type { SketchSet } from '../../store/sketches.ts';
import { ensureBytes } from '../hamming/memory.ts';
import type { FloatQuery } from '../rerank/rerank.ts';
import { deviationOf, sketchQuery, sketchWidth, unpackBasis, type SketchBasis } from './basis.ts';
import { blocksAt, listAt, listLength, queryAt } from './sketch-kernel-source.ts';
import { float32At, int32At } from '../../../shared/at.ts';

const blockBytes = blockIds * sketchWidth;
/** Largest number of the query in the kernel. */
const largest = 2 ** 15 - 1;

let compiled: WebAssembly.Module | undefined;

/** A block's place in the memory, and the number of its ids with a sketch, from the first on. */
interface LoadedBlock {
  readonly slot: number;
  readonly ids: number;
}

/** A query, and its weight; below zero: subtracted. */
export interface WeightedQuery {
  readonly query: FloatQuery;
  readonly weight: number;
}

export interface SketchMatches {
  /** Photos, in no order. */
  readonly ids: Int32Array;
  /** Whether all examined photos have sketches. */
  readonly isComplete: boolean;
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
  /** Sketches by block. */
  readonly #blocks = new Map<number, LoadedBlock>();
  readonly #free: number[] = [];

  /** Number of blocks with sketches. */
  get blocks(): number {
    return this.#blocks.size;
  }

  get memoryBytes(): number {
    return this.#memory?.memory.buffer.byteLength ?? 0;
  }

  /** Sets the directions of later sketches; sketches in other directions are dropped. */
  use(set: SketchSet | null): void {
    if (set?.stamp === this.#set?.stamp) return;
    this.#set = set && { stamp: set.stamp, basis: unpackBasis(set.basis) };
    for (const block of [...this.#blocks.keys()]) this.#drop(block);
  }

  /** @param rows of the block's ids from the first on, `sketchWidth` each; null without any */
  put(block: number, rows: Int8Array | null): void {
    // Without WebAssembly (`--jitless`) more photos are compared closely instead.
    if (rows === null || this.#set === null || typeof WebAssembly === 'undefined') {
      this.#drop(block);
      return;
    }
    const slot = this.#blocks.get(block)?.slot ?? this.#free.pop() ?? this.#blocks.size;
    (this.#memory ??= new SketchMemory()).write(slot, rows);
    this.#blocks.set(block, { slot, ids: rows.length / sketchWidth });
  }

  #drop(block: number): void {
    const loaded = this.#blocks.get(block);
    if (loaded === undefined) return;
    this.#free.push(loaded.slot);
    this.#blocks.delete(block);
  }

  /**
   * The `n` ids with the best sketches for the sum of the terms, as in query/score.ts: each term in standard
   * deviations times its weight; a subtracted term removes only positive evidence. Ids without a sketch are left
   * out.
   * @param onlySubtracted whether all terms are subtracted
   */
  best(ids: Int32Array, terms: readonly WeightedQuery[], n: number, onlySubtracted = false): SketchMatches {
    if (this.#set === null || this.#memory === null) return { ids: new Int32Array(0), isComplete: ids.length === 0 };
    const { basis } = this.#set;
    const sketched = new Int32Array(ids.length);
    const addresses = new Int32Array(ids.length);
    let count = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = int32At(ids, i);
      const place = id % blockIds;
      const loaded = this.#blocks.get((id - place) / blockIds);
      if (loaded === undefined || place >= loaded.ids) continue;
      addresses[count] = blocksAt + loaded.slot * blockBytes + place * sketchWidth;
      sketched[count++] = id;
    }
    const totals = new Float32Array(count);
    for (const { query, weight } of terms) {
      const asked = sketchQuery(basis, query);
      const { numbers, unit } = quantised(asked);
      const scores = addresses.slice(0, count);
      this.#memory.score(numbers, scores);
      const factor = (unit * basis.step) / (deviationOf(basis, asked) || 1);
      const least = weight > 0 || onlySubtracted ? -Infinity : 0;
      for (let i = 0; i < count; i++) {
        totals[i] = float32At(totals, i) + weight * Math.max(least, int32At(scores, i) * factor);
      }
    }
    const best = bestPlaces(totals, n).map((place) => int32At(sketched, place));
    return { ids: best, isComplete: count === ids.length };
  }

  /** Those of the ids without a sketch. */
  without(ids: Int32Array): Int32Array {
    return ids.filter((id) => (this.#blocks.get(Math.floor(id / blockIds))?.ids ?? 0) <= id % blockIds);
  }
}

const bins = 4096;

/** Indices of the `n` greatest scores, the first of equal ones, in no order: counting is faster than sorting. */
function bestPlaces(scores: Float32Array, n: number): Int32Array {
  if (scores.length <= n) return Int32Array.from(scores.keys());
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < scores.length; i++) {
    least = Math.min(least, float32At(scores, i));
    most = Math.max(most, float32At(scores, i));
  }
  const factor = most > least ? (bins - 1) / (most - least) : 0;
  const binOf = (score: number) => Math.floor((score - least) * factor);
  const counts = new Int32Array(bins);
  for (let i = 0; i < scores.length; i++) {
    const bin = binOf(float32At(scores, i));
    counts[bin] = int32At(counts, bin) + 1;
  }
  let border = bins - 1;
  for (let above = 0; above + int32At(counts, border) < n; border--) above += int32At(counts, border);
  const best: number[] = [];
  const atBorder: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const bin = binOf(float32At(scores, i));
    if (bin > border) best.push(i);
    else if (bin === border) atBorder.push(i);
  }
  atBorder.sort((i, j) => float32At(scores, j) - float32At(scores, i) || i - j);
  return Int32Array.from([...best, ...atBorder.slice(0, n - best.length)]);
}

/** Scaled to 16 bits, and the value of one unit. */
function quantised(query: Float32Array): { readonly numbers: Int16Array; readonly unit: number } {
  const most = query.reduce((sum, x) => Math.max(sum, Math.abs(x)), 0) || 1;
  const unit = most / largest;
  return { numbers: Int16Array.from(query, (x) => Math.round(x / unit)), unit };
}
