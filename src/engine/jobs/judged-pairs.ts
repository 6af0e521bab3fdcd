// Training pairs from judgements, beside those of captions: the words of a search with the photos marked as right.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Encoder } from '../encoder/encoder.ts';
import { judgedQueries } from '../search/relevance/judged-queries.ts';
import type { Store } from '../store/database.ts';

export interface JudgedPairs {
  readonly photoIds: readonly PhotoId[];
  readonly texts: readonly string[];
  /** `[pairs, textWidth]`, row-major. */
  readonly rows: Float32Array;
}

export const noPairs: JudgedPairs = { photoIds: [], texts: [], rows: new Float32Array(0) };

/** No pairs while the encoder cannot be used. Photos marked as wrong are negatives like all others. */
export async function judgedPairs(
  store: Store,
  active: { encoderForJobs(): Promise<Pick<Encoder, 'encodeTexts'> | null> },
): Promise<JudgedPairs> {
  const encoder = await active.encoderForJobs();
  const pairs = judgedQueries(store).flatMap(({ text, photos }) =>
    Array.from(photos).flatMap(([photoId, fits]) => (fits ? [{ photoId, text }] : [])),
  );
  if (encoder === null || pairs.length === 0) return noPairs;
  // A stable order, so that a training can be resumed.
  pairs.sort((a, b) => a.photoId - b.photoId || (a.text < b.text ? -1 : 1));
  const texts = pairs.map(({ text }) => text);
  return { photoIds: pairs.map(({ photoId }) => photoId), texts, rows: await encoder.encodeTexts(texts) };
}
