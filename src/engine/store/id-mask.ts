// A set of ids as a bitmap: what filters hand to the index, so that a scan passes over everything else.

export class IdMask {
  /** Bit `id & 31` of word `id >>> 5`; ids beyond the last word are not in the set. */
  readonly words: Uint32Array;

  /** @param words may be shared with the caller, who can keep setting bits */
  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** @param ids 0 or above, in any order */
  static of(ids: ArrayLike<number>): IdMask {
    let largest = -1;
    for (let i = 0; i < ids.length; i++) largest = Math.max(largest, ids[i] as number);
    const words = new Uint32Array((largest >> 5) + 1);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      words[id >>> 5] = (words[id >>> 5] as number) | (1 << (id & 31));
    }
    return new IdMask(words);
  }

  has(id: number): boolean {
    return (((this.words[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1;
  }
}
