// Words of names in the library: of people, and of tags that name something.
import type { Store } from '../../store/database.ts';
import { foldedWords } from '../../text/index-terms.ts';
import type { EnglishWords } from './english-words.ts';

/** Words, folded. */
export interface NameWords {
  readonly people: ReadonlySet<string>;
  /** Words of capitalized tags, without those that name a visible thing: pictures show it without a tag. */
  readonly tags: ReadonlySet<string>;
}

/** Whether a tag, or a part of its path, begins with a capital letter, or one of a script without them. */
export const isCapitalized = (tag: string): boolean => /(?:^|\/)(?:\p{Lu}|\p{Lo})/u.test(tag);

/** Reads the names once for each state of the library. */
export class LibraryNames {
  readonly #store: Store;
  readonly #english: (() => Promise<EnglishWords>) | null;
  #known: { readonly state: string; readonly words: NameWords } | null = null;

  /** @param english null where names cannot be told from things */
  constructor(store: Store, english: (() => Promise<EnglishWords>) | null) {
    this.#store = store;
    this.#english = english;
  }

  /** @param state changes whenever the library's texts may have changed */
  async of(state: string): Promise<NameWords> {
    if (this.#known?.state === state) return this.#known.words;
    const english = await this.#english?.();
    const { people, tags } = this.#store.texts.names();
    const ofTags = [...new Set(tags.filter(isCapitalized).flatMap(foldedWords))];
    const words = {
      people: new Set(people.flatMap(foldedWords)),
      tags: new Set(ofTags.filter((word) => english?.mayBeName(word) !== false)),
    };
    this.#known = { state, words };
    return words;
  }
}
