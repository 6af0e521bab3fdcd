// Recent and saved searches. They are stored in the library's own file; remembering can be switched off.
import type { RecentSearch, SavedSearch } from '../../shared/contract/search.ts';
import type { Ask } from '../bridge.ts';

const shown = 8;
const longestName = 100;

export class SearchHistory {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;

  recent = $state.raw<readonly RecentSearch[]>([]);
  saved = $state.raw<readonly SavedSearch[]>([]);
  remembers = $state(true);

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    try {
      const [recent, saved, { enabled }] = await Promise.all([
        this.#ask('search.recent', { limit: shown }),
        this.#ask('search.saved', {}),
        this.#ask('search.log', {}),
      ]);
      this.recent = recent;
      this.saved = saved;
      this.remembers = enabled;
    } catch (error) {
      this.#onError(error);
    }
  }

  savedAs(text: string): SavedSearch | undefined {
    return this.saved.find((one) => one.text === text);
  }

  /** Saves these words under their own name, or removes that saved search. */
  async toggle(text: string): Promise<void> {
    const known = this.savedAs(text);
    if (known !== undefined) await this.remove(known.id);
    else await this.#run(() => this.#ask('search.save', { name: text.slice(0, longestName), text }));
  }

  /** Renames a saved search, in its place. */
  rename({ id, text }: SavedSearch, name: string): Promise<void> {
    return this.#run(async () => {
      const renamed = await this.#ask('search.save', { name, text });
      if (renamed.id !== id) await this.#ask('search.removeSaved', { id });
    });
  }

  /** Saves a removed search again, after the others. */
  restore({ name, text }: SavedSearch): Promise<void> {
    return this.#run(() => this.#ask('search.save', { name, text }));
  }

  /** @returns false after a failure */
  async remove(id: number): Promise<boolean> {
    let isRemoved = false;
    await this.#run(async () => {
      await this.#ask('search.removeSaved', { id });
      isRemoved = true;
    });
    return isRemoved;
  }

  removeRecent(text: string): Promise<void> {
    return this.#run(() => this.#ask('search.removeRecent', { text }));
  }

  remember(enabled: boolean): Promise<void> {
    return this.#run(() => this.#ask('search.log', { enabled }));
  }

  clear(): Promise<void> {
    return this.#run(() => this.#ask('search.clearLog', {}));
  }

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#onError(error);
    }
    await this.load();
  }
}
