// Every word that people have written about the library's photos, with the number of its photos.
import type { Store } from '../../store/database.ts';
import { phraseQuery, writings } from '../../store/fulltext.ts';
import { Yielder } from '../../runtime/yielder.ts';
import { rawContentWords } from '../../text/content-words.ts';
import { fold } from '../../text/fold.ts';
import { hasWords, indexTerms } from '../../text/index-terms.ts';
import { isFunctionWord } from '../../text/stop-words.ts';

export interface LibraryWord {
  readonly text: string;
  readonly isTag: boolean;
  /** Number of present photos with it in captions or tags. */
  readonly photos: number;
}

/** Captions read at once. */
const captionsAtOnce = 1000;

/** Keeps the words until the library changes: a page of them needs the order of all. */
export class LibraryWords {
  readonly #store: Store;
  #known: { readonly revision: string; readonly words: readonly LibraryWord[] } | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Tags, and words of captions, each form once, the most used first; a tag represents the word. */
  async all(): Promise<readonly LibraryWord[]> {
    const revision = this.#store.codes.revision();
    if (this.#known?.revision !== revision) this.#known = { revision, words: await listWords(this.#store) };
    return this.#known.words;
  }
}

/** Photos with a word in captions or tags, missing ones too. A tag of signs alone is no word of full text. */
export function photosWithWord({ fullText, texts }: Store, word: string): readonly number[] {
  return hasWords(word) ? fullText.described([phraseQuery(word)]) : texts.photosTagged(word);
}

async function listWords(store: Store): Promise<LibraryWord[]> {
  const { texts, codes } = store;
  const yielder = new Yielder();
  const words = new Map<string, { readonly text: string; readonly isTag: boolean }>();
  const add = (text: string, isTag: boolean): void => {
    const key = indexTerms(text).join(' ') || fold(text);
    if (words.has(key)) return;
    // "men" and "man" find the same photos.
    const isListed = writings(text).some((writing) => words.has(indexTerms(writing).join(' ')));
    if (!isListed) words.set(key, { text, isTag });
  };
  for (const name of texts.writtenTags()) add(name, true);
  let after = 0;
  for (;;) {
    const captions = texts.writtenCaptions(after, captionsAtOnce);
    for (const { id, text } of captions) {
      for (const word of rawContentWords(text)) if (!isFunctionWord(word)) add(word, false);
      after = id;
    }
    await yielder.yieldIfDue();
    if (captions.length < captionsAtOnce) break;
  }
  const missing = codes.hidden('photo');
  const written: LibraryWord[] = [];
  for (const { text, isTag } of words.values()) {
    const photos = photosWithWord(store, text).filter((id) => !missing.has(id)).length;
    if (photos > 0) written.push({ text, isTag, photos });
    if (yielder.due) await yielder.yieldIfDue();
  }
  return written.sort((a, b) => b.photos - a.photos || (a.text < b.text ? -1 : 1));
}
