// A set of ids as a bitmap. Filters pass it to the index, and a scan skips everything outside it.
import { uint32At } from '../../shared/at.ts';

export class IdMask {
  /** Bit `id & 31` of word `id >>> 5`; ids beyond the last word are not in the set. */
  readonly words: Uint32Array;

  /** @param words may be shared with the caller, who can keep setting bits */
  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** @param ids 0 or above, in any order */
  static of(ids: ArrayLike<number>): IdMask {
    const list = ids instanceof Int32Array ? ids : Int32Array.from(ids);
    let largest = -1;
    for (const id of list) largest = Math.max(largest, id);
    const words = new Uint32Array((largest >> 5) + 1);
    for (const id of list) {
      words[id >>> 5] = uint32At(words, id >>> 5) | (1 << (id & 31));
    }
    return new IdMask(words);
  }

  /** The word `index`; 0 beyond the last word, where no id is in the set. */
  wordAt(index: number): number {
    return index < this.words.length ? uint32At(this.words, index) : 0;
  }

  /** The set without some of its ids. */
  without(ids: Iterable<number>): IdMask {
    const words = this.words.slice();
    for (const id of ids) {
      if (id >>> 5 < words.length) words[id >>> 5] = uint32At(words, id >>> 5) & ~(1 << (id & 31));
    }
    return new IdMask(words);
  }

  has(id: number): boolean {
    return ((this.wordAt(id >>> 5) >>> (id & 31)) & 1) === 1;
  }
}
