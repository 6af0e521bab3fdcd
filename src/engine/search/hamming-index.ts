// Exact search over packed codes held in one contiguous buffer.
import type { CodeRows } from '../store/codes.ts';

export interface Ranked {
  /** Nearest first; equal distances by ascending id. */
  readonly ids: Int32Array;
  readonly distances: Int32Array;
}

export class HammingIndex {
  readonly #ids: Int32Array;
  /** `[n, words]`, codes padded with zeros to whole 32-bit words. */
  readonly #words: Uint32Array;
  readonly #wordsPerCode: number;
  readonly bits: number;

  /**
   * @param rows ids ascending; codes `[n, bits / 8]`
   * @param bits 8 to 256, a multiple of 8
   */
  constructor(rows: CodeRows, bits: number) {
    const bytes = bits / 8;
    this.bits = bits;
    this.#ids = rows.ids;
    this.#wordsPerCode = Math.ceil(bits / 32);
    this.#words = toWords(rows.codes, bytes, this.#wordsPerCode);
  }

  get size(): number {
    return this.#ids.length;
  }

  /**
   * The n nearest codes, by counting sort over the distances: exact, and ties are stable.
   * @param code packed, bits / 8 bytes
   */
  rank(code: Uint8Array, n: number): Ranked {
    const distances = this.#distances(toWords(code, this.bits / 8, this.#wordsPerCode));
    const histogram = new Int32Array(this.bits + 2);
    for (let i = 0; i < distances.length; i++) {
      const d = (distances[i] as number) + 1;
      histogram[d] = (histogram[d] as number) + 1;
    }
    // next[d]: where the next code at distance d goes.
    const next = histogram;
    for (let d = 1; d < next.length; d++) next[d] = (next[d] as number) + (next[d - 1] as number);
    const count = Math.min(n, this.size);
    const ids = new Int32Array(count);
    const out = new Int32Array(count);
    for (let i = 0; i < distances.length; i++) {
      const d = distances[i] as number;
      const at = next[d] as number;
      if (at >= count) continue;
      next[d] = at + 1;
      ids[at] = this.#ids[i] as number;
      out[at] = d;
    }
    return { ids, distances: out };
  }

  #distances(query: Uint32Array): Uint16Array {
    const words = this.#words;
    const perCode = this.#wordsPerCode;
    const distances = new Uint16Array(this.size);
    for (let w = 0; w < perCode; w++) {
      const q = query[w] as number;
      for (let i = 0, at = w; i < distances.length; i++, at += perCode) {
        distances[i] = (distances[i] as number) + popcount((words[at] as number) ^ q);
      }
    }
    return distances;
  }
}

/** Bits set in a 32-bit word (Warren, Hacker's Delight, section 5-1). */
function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function toWords(codes: Uint8Array, bytes: number, wordsPerCode: number): Uint32Array {
  const n = codes.length / bytes;
  const padded = new Uint8Array(n * wordsPerCode * 4);
  for (let i = 0; i < n; i++) padded.set(codes.subarray(i * bytes, (i + 1) * bytes), i * wordsPerCode * 4);
  return new Uint32Array(padded.buffer);
}
