// The words that a library has learned.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { knownWords } from '../search/words/known-words.ts';
import { LibraryWords } from '../search/words/library-words.ts';
import { teachWord } from '../search/words/teach-word.ts';
import type { EngineServices } from './services.ts';

export function wordsApi({ store, active, prepareSearch }: Pick<EngineServices, 'store' | 'active' | 'prepareSearch'>) {
  const written = new LibraryWords(store);
  return {
    'words.list': async (page) => {
      await prepareSearch();
      return knownWords(store, active, written, page);
    },
    'words.teach': async (wanted) => {
      await prepareSearch();
      return teachWord(store, active.encoderInfo(active.encoderId()), wanted);
    },
  } satisfies Partial<EngineApi>;
}
