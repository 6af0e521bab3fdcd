// A sample of the library's photos for comparison with every query: it gives the usual distribution of its
// similarities.
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import { readCandidates, type CandidateRows } from '../rerank/rerank.ts';

/** The standard error of a mean of 256 is a sixteenth of the deviation, and comparing 256 photos takes no time. */
const size = 256;
/** The sample is drawn again when the size of the library has changed by this share. */
const growth = 1.25;

export class BackgroundSample {
  #held: { readonly key: string; readonly rows: Promise<CandidateRows> } | null = null;

  /** @param photos approximate number of photos now */
  rows(store: Store, info: EncoderInfo, active: ActiveModel, photos: number): Promise<CandidateRows> {
    const key = `${active.id} ${Math.round(Math.log(photos + 1) / Math.log(growth))}`;
    if (this.#held?.key === key) return this.#held.rows;
    const rows = readCandidates(store, info, active, 'photo', store.photos.spread(size));
    this.#held = { key, rows };
    return rows;
  }
}
