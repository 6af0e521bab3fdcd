// The person's judgements of results.
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { JudgementOutcome, JudgementState, Judgement } from '../../shared/contract/judgements.ts';
import { HashlensError } from '../../shared/errors.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import { judgedQuery } from '../search/query/judged-query.ts';
import { shownOf } from '../store/photos.ts';
import type { EngineServices } from './services.ts';
import { requireWritable } from './writable.ts';

const judgementOf = (fits: boolean): Judgement => (fits ? 'match' : 'no-match');

export function judgementsApi({
  store,
  maintenance,
  recalibration,
}: Pick<EngineServices, 'store' | 'maintenance' | 'recalibration'>) {
  const give = ({ query, photoIds, judgement }: JudgementState) => {
    const words = wordsOf(query);
    const fits = judgement === null ? null : judgement === 'match';
    return store.judgements.set('search', words, photoIds, fits).map((before) => ({
      query: words,
      photoIds: before.photoIds,
      judgement: before.fits === null ? null : judgementOf(before.fits),
    }));
  };

  return {
    'judgements.give': async ({ states }): Promise<JudgementOutcome> => {
      requireWritable(store);
      const inverse = store.durably(() => states.flatMap(give)).reverse();
      const photos = new Set(inverse.flatMap(({ photoIds }) => photoIds)).size;
      if (photos > 0) {
        maintenance.changed();
        recalibration.changed();
      }
      return { photos, inverse };
    },
    'judgements.list': async ({ query, limit, offset }) => {
      const words = query === undefined ? undefined : wordsOf(query);
      const entries = store.judgements.list('search', limit, words, offset).flatMap(({ text, photoId, fits, at }) => {
        const line = store.photos.line(photoId);
        if (line === null) return [];
        const { path, caption } = shownOf(line);
        return [{ query: text, photoId, path, caption, judgement: judgementOf(fits), at }];
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
