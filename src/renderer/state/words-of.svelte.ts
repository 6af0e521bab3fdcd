// Words of some photos, loaded again after each change. The answer to the latest request counts, in any order of
// arrival.
import type { WordsOfPhotos } from '../../shared/contract/edits.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Edits } from './edits.svelte.ts';

/** Call during a component's initialisation. `current` is null before the first answer. */
export function wordsOf(
  edits: Pick<Edits, 'words' | 'version'>,
  photoIds: () => readonly PhotoId[],
): { readonly current: WordsOfPhotos | null } {
  let words = $state.raw<WordsOfPhotos | null>(null);
  let request = 0;
  $effect(() => {
    void edits.version;
    const mine = ++request;
    void edits.words(photoIds()).then((found) => {
      if (mine === request && found !== null) words = found;
    });
  });
  return {
    get current() {
      return words;
    },
  };
}
