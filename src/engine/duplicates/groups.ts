// Joins pairs into groups: items linked directly or through others belong together.
import { int32At } from '../../shared/at.ts';

/** Disjoint sets with path halving (Tarjan and van Leeuwen 1984). */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(items: number) {
    this.#parent = Int32Array.from({ length: items }, (_, i) => i);
  }

  find(item: number): number {
    const parent = this.#parent;
    let at = item;
    for (let above = int32At(parent, at); above !== at; above = int32At(parent, at)) {
      parent[at] = int32At(parent, above);
      at = int32At(parent, at);
    }
    return at;
  }

  join(a: number, b: number): void {
    // The smaller root becomes the parent, so that the result does not depend on the order of the pairs.
    const [first, second] = [this.find(a), this.find(b)].sort((x, y) => x - y) as [number, number];
    this.#parent[second] = first;
  }

  /** Sets with at least two items, each ascending, in the order of their first items. */
  groups(): number[][] {
    const sets = new Map<number, number[]>();
    for (let item = 0; item < this.#parent.length; item++) {
      const leader = this.find(item);
      const set = sets.get(leader);
      if (set) set.push(item);
      else sets.set(leader, [item]);
    }
    return [...sets.values()].filter((set) => set.length > 1);
  }
}
