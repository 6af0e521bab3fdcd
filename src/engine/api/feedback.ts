// The person's judgements of results.
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { FeedbackOutcome, FeedbackState, Verdict } from '../../shared/contract/feedback.ts';
import { HashlensError } from '../../shared/errors.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import { judgedQuery } from '../search/query/judged-query.ts';
import { shownOf } from '../store/photos.ts';
import type { EngineServices } from './services.ts';
import { requireWritable } from './writable.ts';

const verdictOf = (fits: boolean): Verdict => (fits ? 'match' : 'no-match');

export function feedbackApi({
  store,
  maintenance,
  recalibration,
}: Pick<EngineServices, 'store' | 'maintenance' | 'recalibration'>) {
  const give = ({ query, photoIds, verdict }: FeedbackState) => {
    const words = wordsOf(query);
    const fits = verdict === null ? null : verdict === 'match';
    return store.judgements.set('search', words, photoIds, fits).map((before) => ({
      query: words,
      photoIds: before.photoIds,
      verdict: before.fits === null ? null : verdictOf(before.fits),
    }));
  };

  return {
    'feedback.give': async ({ states }): Promise<FeedbackOutcome> => {
      requireWritable(store);
      const inverse = store.durably(() => states.flatMap(give)).reverse();
      const photos = new Set(inverse.flatMap(({ photoIds }) => photoIds)).size;
      if (photos > 0) {
        maintenance.changed();
        recalibration.changed();
      }
      return { photos, inverse };
    },
    'feedback.list': async ({ query, limit }) => {
      const words = query === undefined ? undefined : wordsOf(query);
      const entries = store.judgements.list('search', limit, words).flatMap(({ text, photoId, fits, at }) => {
        const line = store.photos.line(photoId);
        if (line === null) return [];
        const { path, caption } = shownOf(line);
        return [{ query: text, photoId, path, caption, verdict: verdictOf(fits), at }];
      });
      return { total: store.judgements.count('search', words), entries };
    },
  } satisfies Partial<EngineApi>;
}

/** @throws HashlensError `bad-argument` */
function wordsOf(query: string): string {
  const words = judgedQuery(parseQuery(query).terms);
  if (words !== null) return words;
  throw new HashlensError(
    'bad-argument',
    'Only what a search with words has found can be said to be right or wrong; give the words.',
  );
}
