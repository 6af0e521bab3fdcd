// A sample of the library's photos that every query is compared with, to know what its similarities are in general.
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import { readCandidates, type CandidateRows } from '../rerank/rerank.ts';

/** The mean of 256 is known to a sixteenth of a deviation, and they take no time to compare with. */
const size = 256;
/** The sample is drawn anew when the library has grown or shrunk this much. */
const growth = 1.25;

export class BackgroundSample {
  #held: { readonly key: string; readonly rows: Promise<CandidateRows> } | null = null;

  /** @param photos how many there are about now */
  rows(store: Store, info: EncoderInfo, active: ActiveModel, photos: number): Promise<CandidateRows> {
    const key = `${active.id} ${Math.round(Math.log(photos + 1) / Math.log(growth))}`;
    if (this.#held?.key === key) return this.#held.rows;
    const rows = readCandidates(store, info, active, 'photo', spread(store));
    this.#held = { key, rows };
    return rows;
  }
}

/** Photos that are there, at even distances from the first id to the last: found by the index, however many there are. */
function spread(store: Store): number[] {
  const ends = store.db
    .prepare<[], { least: number | null; most: number | null }>('SELECT min(id) AS least, max(id) AS most FROM photos')
    .get();
  if (!ends || ends.least === null || ends.most === null) return [];
  const next = store.db
    .prepare<[number], number>('SELECT id FROM photos WHERE id >= ? AND present ORDER BY id LIMIT 1')
    .pluck();
  const step = Math.max(1, (ends.most - ends.least + 1) / size);
  const ids = new Set<number>();
  for (let at = ends.least; at <= ends.most; at += step) {
    const id = next.get(Math.ceil(at));
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}
