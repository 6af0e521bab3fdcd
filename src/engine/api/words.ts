// The words a library has been taught.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { knownWords } from '../search/words/known-words.ts';
import type { EngineServices } from './services.ts';

export function wordsApi({ store, active, prepareSearch }: Pick<EngineServices, 'store' | 'active' | 'prepareSearch'>) {
  return {
    'words.list': async ({ limit }) => {
      await prepareSearch();
      return knownWords(store, active, limit);
    },
  } satisfies Partial<EngineApi>;
}
