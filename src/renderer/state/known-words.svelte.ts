// The words that the library has learned, as measured by the engine.
import type { KnownWords, TaughtWord } from '../../shared/contract/words.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';

const pageSize = 150;

export class TaughtWords {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;

  /** Null until they are measured. */
  known = $state.raw<KnownWords | null>(null);
  busy = $state(false);
  /** Number of words wanted: as many as were shown. */
  #asked = $state(pageSize);
  readonly hasMore = $derived(this.known !== null && this.#asked < this.known.total);
  /** Whether words have changed since the measuring that is going on began. */
  #isOutdated = false;

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    this.#isOutdated = this.busy;
    if (this.busy) return;
    this.busy = true;
    try {
      this.known = await this.#measured();
    } catch (error) {
      if (!(error instanceof HashlensError) || error.code !== 'nothing-indexed') this.#onError(error);
    } finally {
      this.busy = false;
    }
    if (this.#isOutdated) await this.load();
  }

  showMore = (): Promise<void> => {
    this.#asked += pageSize;
    return this.load();
  };

  /** As many words as were shown, page by page. The first page says how many photos a word needs. */
  async #measured(): Promise<KnownWords> {
    let known = await this.#ask('words.list', { limit: pageSize });
    for (let offset = pageSize; offset < Math.min(this.#asked, known.total); offset += pageSize) {
      const { words, total } = await this.#ask('words.list', { limit: pageSize, offset });
      // Words have moved between the pages if the library changed meanwhile.
      const isNew = ({ text }: TaughtWord) => known.words.every((word) => word.text !== text);
      known = { ...known, total, words: [...known.words, ...words.filter(isNew)] };
    }
    return known;
  }
}
