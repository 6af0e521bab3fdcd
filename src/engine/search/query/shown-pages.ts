// Results of a search that were given out already, so that the next ones can follow.
import { randomUUID } from 'node:crypto';
import type { RankedPhoto } from '../../../shared/contract/search.ts';
import { HashlensError } from '../../../shared/errors.ts';

export interface ShownPages {
  readonly photoIds: ReadonlySet<number>;
  /** Chance of the last of them: no later photo has a greater one. */
  readonly leastChance: number;
}

export const nothingShown: ShownPages = { photoIds: new Set(), leastChance: 1 };

/** Number of searches that can be continued. */
const most = 64;

/** Remembers what was shown, by a cursor; the oldest are forgotten. */
export class Cursors {
  readonly #shown = new Map<string, ShownPages>();

  /** @throws HashlensError `not-found` */
  shown(cursor: string | null): ShownPages {
    if (cursor === null) return nothingShown;
    const shown = this.#shown.get(cursor);
    if (shown === undefined) {
      throw new HashlensError('not-found', 'These results can no longer be continued; search again.');
    }
    return shown;
  }

  /** Cursor after these hits; null where there were fewer than requested, so that none follow. */
  next(before: ShownPages, hits: readonly RankedPhoto[], limit: number): string | null {
    if (hits.length < limit) return null;
    const cursor = randomUUID();
    this.#shown.set(cursor, {
      photoIds: new Set([...before.photoIds, ...hits.map(({ photoId }) => photoId)]),
      leastChance: hits.at(-1)?.probability ?? before.leastChance,
    });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > most && oldest !== undefined) this.#shown.delete(oldest);
    return cursor;
  }
}
