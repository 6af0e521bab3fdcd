// The words that the library has learned, as measured by the engine.
import type { KnownWords, TaughtWord } from '../../shared/contract/words.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';
import { loadPages } from './pages.ts';

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

  load(): Promise<void> {
    return this.#measure(() => loadPages(this.#asked, pageSize, (offset) => this.#page(offset), joined));
  }

  /** Measures the words that follow alone. */
  showMore = async (): Promise<void> => {
    const { known } = this;
    if (known === null || this.busy) return;
    const offset = this.#asked;
    this.#asked += pageSize;
    await this.#measure(async () => joined(known, await this.#page(offset)));
  };

  #page(offset: number): Promise<KnownWords> {
    return this.#ask('words.list', { limit: pageSize, ...(offset === 0 ? {} : { offset }) });
  }

  async #measure(words: () => Promise<KnownWords>): Promise<void> {
    this.#isOutdated = this.busy;
    if (this.busy) return;
    this.busy = true;
    try {
      this.known = await words();
    } catch (error) {
      if (!(error instanceof HashlensError) || error.code !== 'nothing-indexed') this.#onError(error);
    } finally {
      this.busy = false;
    }
    if (this.#isOutdated) await this.load();
  }
}

/** The first page says how many photos a word needs. */
function joined(known: KnownWords, { words, total }: KnownWords): KnownWords {
  const isNew = ({ text }: TaughtWord) => known.words.every((word) => word.text !== text);
  return { ...known, total, words: [...known.words, ...words.filter(isNew)] };
}
