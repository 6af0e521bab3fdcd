// Relevance: an item is relevant to a query if both share a label. For own captions, the label is the photo.
import { entryOf, int32At } from '../../../shared/at.ts';

/** For each row a list of label ids, any non-negative whole numbers: row i has `labels[offsets[i]..offsets[i + 1]]`. */
export interface LabelSets {
  /** `[rows + 1]`. */
  readonly offsets: Int32Array;
  readonly labels: Int32Array;
}

export const rowsOf = ({ offsets }: LabelSets): number => offsets.length - 1;

export function labelSets(rows: readonly (readonly number[])[]): LabelSets {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((labels, i) => (offsets[i + 1] = int32At(offsets, i) + labels.length));
  return { offsets, labels: Int32Array.from(rows.flat()) };
}

/** One label a row. */
export function singleLabels(labels: Int32Array): LabelSets {
  return { offsets: Int32Array.from({ length: labels.length + 1 }, (_, i) => i), labels };
}

/** The items of each label, to find the relevant items of a query without a pass over all items. */
export class RelevanceIndex {
  readonly items: number;
  readonly #dense = new Map<number, number>();
  readonly #starts: Int32Array;
  readonly #postings: Int32Array;

  constructor(items: LabelSets) {
    this.items = rowsOf(items);
    for (const label of items.labels) if (!this.#dense.has(label)) this.#dense.set(label, this.#dense.size);
    const ids = items.labels.map((label) => entryOf(this.#dense, label));
    const starts = new Int32Array(this.#dense.size + 1);
    for (const id of ids) starts[id + 1] = int32At(starts, id + 1) + 1;
    for (let id = 0; id < this.#dense.size; id++) starts[id + 1] = int32At(starts, id + 1) + int32At(starts, id);
    const next = starts.slice();
    this.#postings = new Int32Array(ids.length);
    for (let item = 0; item < this.items; item++) {
      for (let i = int32At(items.offsets, item); i < int32At(items.offsets, item + 1); i++) {
        const id = int32At(ids, i);
        const place = int32At(next, id);
        this.#postings[place] = item;
        next[id] = place + 1;
      }
    }
    this.#starts = starts;
  }

  /** Sets `flags[item]` to `value` for each item relevant to row `query`. Returns how many flags changed. */
  mark(queries: LabelSets, query: number, flags: Uint8Array, value: 0 | 1 = 1): number {
    let changed = 0;
    for (let i = int32At(queries.offsets, query); i < int32At(queries.offsets, query + 1); i++) {
      const id = this.#dense.get(int32At(queries.labels, i));
      if (id === undefined) continue;
      const end = int32At(this.#starts, id + 1);
      for (let at = int32At(this.#starts, id); at < end; at++) {
        const item = int32At(this.#postings, at);
        if (flags[item] !== value) {
          flags[item] = value;
          changed++;
        }
      }
    }
    return changed;
  }
}
