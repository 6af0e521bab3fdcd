// Recent and saved searches. They are stored in the library's own file; remembering can be switched off.
import { m } from '../../language/language.ts';
import type { LoggedSearch, RecentSearch, SavedSearch } from '../../shared/contract/search.ts';
import type { Ask } from '../bridge.ts';
import { shownName } from '../text/shown-text.ts';
import type { Edits, Undo } from './edits.svelte.ts';

type Named = Pick<SavedSearch, 'name' | 'text'>;

/** Searches to save and names of those to remove. */
interface Change {
  readonly save: readonly Named[];
  readonly remove: readonly string[];
}

const shown = 8;
const longestName = 100;

export class SearchHistory {
  readonly #ask: Ask;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;

  recent = $state.raw<readonly RecentSearch[]>([]);
  saved = $state.raw<readonly SavedSearch[]>([]);
  remembers = $state(true);

  constructor(ask: Ask, edits: Edits, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#edits = edits;
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
  toggle(text: string): Promise<boolean> {
    const known = this.savedAs(text);
    if (known !== undefined) return this.remove(known);
    // The engine cuts spaces off, and the name is needed as it is stored to undo this.
    const name = text.slice(0, longestName).trim();
    return this.#change({ save: [{ name, text }], remove: [] }, m.search_history_saved({ name: shownName(name) }));
  }

  /** Renames a saved search. */
  rename({ name: before, text }: Named, name: string): Promise<boolean> {
    if (name === before) return Promise.resolve(true);
    const change = { save: [{ name, text }], remove: [before] };
    return this.#change(change, m.search_history_renamed({ name: shownName(name) }));
  }

  /** @returns whether it is removed */
  remove({ name }: Pick<Named, 'name'>): Promise<boolean> {
    return this.#change({ save: [], remove: [name] }, m.sidebar_saved_removed({ name: shownName(name) }));
  }

  #change(change: Change, what: string): Promise<boolean> {
    return this.#edits.perform(async () => ({ what, undo: await this.#changing(change)() }));
  }

  /** Saves and removes searches. Undo restores the earlier search of each name. */
  #changing({ save, remove }: Change): Undo {
    return async () => {
      try {
        const all = await this.#ask('search.saved', {});
        const names = [...save.map(({ name }) => name), ...remove];
        const before = all.filter(({ name }) => names.includes(name));
        for (const { name, text } of save) await this.#ask('search.save', { name, text });
        for (const { id, name } of before) if (remove.includes(name)) await this.#ask('search.removeSaved', { id });
        const added = names.filter((name) => !before.some((one) => one.name === name));
        return this.#changing({ save: before, remove: added });
      } finally {
        await this.load();
      }
    };
  }

  removeRecent(text: string): Promise<boolean> {
    const what = m.search_history_forgotten({ search: shownName(text) });
    return this.#forget(what, () => this.#ask('search.removeRecent', { text }));
  }

  clear(): Promise<boolean> {
    return this.#forget(m.search_history_cleared(), () => this.#ask('search.clearLog', {}));
  }

  #forget(what: string, remove: () => Promise<{ removed: readonly LoggedSearch[] }>): Promise<boolean> {
    return this.#edits.perform(async () => ({ what, undo: await this.#forgetting(remove)() }));
  }

  #forgetting(remove: () => Promise<{ removed: readonly LoggedSearch[] }>): Undo {
    return async () => {
      try {
        const { removed } = await remove();
        return async () => {
          try {
            await this.#ask('search.restoreRecent', { entries: [...removed] });
            return this.#forgetting(remove);
          } finally {
            await this.load();
          }
        };
      } finally {
        await this.load();
      }
    };
  }

  remember(enabled: boolean): Promise<boolean> {
    const what = (): string => m.edits_setting({ setting: m.search_memory_remember() });
    const put = async (value: boolean): Promise<void> => {
      try {
        await this.#ask('search.log', { enabled: value });
      } finally {
        await this.load();
      }
    };
    return this.#edits.set<boolean>(what, () => this.remembers, enabled, put);
  }
}
