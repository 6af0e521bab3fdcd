// Pairs to train on beside those of captions: photos that a person said are what a search asks for, with its words.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { ActiveModels } from '../models/active-models.ts';
import { judgedQueries } from '../search/relevance/judged-queries.ts';
import type { Store } from '../store/database.ts';

export interface JudgedPairs {
  readonly photoIds: readonly PhotoId[];
  readonly texts: readonly string[];
  /** `[pairs, textWidth]`, row-major. */
  readonly rows: Float32Array;
}

export const noPairs: JudgedPairs = { photoIds: [], texts: [], rows: new Float32Array(0) };

/** None while the encoder cannot be used. Photos that are not what was asked for are negatives like all others. */
export async function judgedPairs(store: Store, active: ActiveModels): Promise<JudgedPairs> {
  const encoder = await active.encoderForJobs();
  const pairs = judgedQueries(store).flatMap(({ text, photos }) =>
    Array.from(photos).flatMap(([photoId, fits]) => (fits ? [{ photoId, text }] : [])),
  );
  if (encoder === null || pairs.length === 0) return noPairs;
  // The same order whenever it is asked, so that a training can be resumed.
  pairs.sort((a, b) => a.photoId - b.photoId || (a.text < b.text ? -1 : 1));
  const texts = pairs.map(({ text }) => text);
  return { photoIds: pairs.map(({ photoId }) => photoId), texts, rows: await encoder.encodeTexts(texts) };
}
