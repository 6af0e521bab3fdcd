// Search: queries, completion, recent and saved searches.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError } from '../../shared/errors.ts';
import { loggedText } from '../search/query/logged-text.ts';
import { exampleQueries } from '../search/query/example-queries.ts';
import { plain } from '../search/searcher.ts';
import { precisionOf } from '../search/relevance/relevance.ts';
import type { EngineServices } from './services.ts';

export function searchApi({
  store,
  searcher,
  prepareSearch,
}: Pick<EngineServices, 'store' | 'searcher' | 'prepareSearch'>) {
  return {
    'search.query': async ({ log, ...query }) => {
      await prepareSearch();
      const answer = await searcher.query(query);
      if (log) store.queryLog.add(loggedText(query), answer.hits.length);
      return answer;
    },
    'search.complete': async ({ text, cursor, limit }) => searcher.complete(text, cursor, limit),
    'search.recent': async ({ limit }) => store.queryLog.recent(limit),
    'search.log': async ({ enabled }) => {
      if (enabled !== undefined) store.queryLog.setEnabled(enabled);
      return { enabled: store.queryLog.enabled };
    },
    'search.precision': async ({ precision }) => {
      if (precision !== undefined) store.settings.set('precision', String(precision));
      return { precision: precisionOf(store.settings) };
    },
    'search.remember': async ({ text, hits }) => (store.queryLog.add(text, hits), null),
    'search.removeRecent': async ({ text }) => ({ removed: store.queryLog.remove(text) }),
    'search.clearLog': async () => ({ removed: store.queryLog.clear() }),
    'search.restoreRecent': async ({ entries }) => (store.queryLog.restore(entries), null),
    'search.saved': async () => store.queryLog.saved(),
    'search.save': async ({ name, text }) => store.queryLog.save(name, text),
    'search.removeSaved': async ({ id }) => {
      if (!store.queryLog.removeSaved(id)) throw new HashlensError('not-found', `There is no saved search ${id}.`);
      return null;
    },
    'search.compare': async ({ modelIds, queries, limit }) => {
      const requests = queries.map((text) => ({ ...plain, text, limit }));
      const answers = await searcher.compare(modelIds, requests);
      return queries.map((text, i) => ({ text, answers: itemAt(answers, i) }));
    },
    'search.examples': ({ limit }) => Promise.resolve(exampleQueries(store, limit)),
    'search.text': async ({ query, limit }) => {
      await prepareSearch();
      const answer = await searcher.textToPhotos(query, limit);
      store.queryLog.add(query, answer.hits.length);
      return answer;
    },
    'search.image': async ({ image, limit }) => (await prepareSearch(), searcher.imageToPhotos(image, limit)),
    'search.similar': async ({ photoId, limit }) => (await prepareSearch(), searcher.similarPhotos(photoId, limit)),
    'search.describe': async ({ source, target, limit }) => (
      await prepareSearch(),
      searcher.imageToTexts(source, target, limit)
    ),
  } satisfies Partial<EngineApi>;
}
