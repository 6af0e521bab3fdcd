// Suggestions under the search box: saved and recent searches while it is empty, otherwise completions.
import type { Ask } from '../bridge.ts';
import type { SearchHistory } from './search-history.svelte.ts';

export type Suggestion =
  | { readonly kind: 'saved'; readonly id: number; readonly name: string; readonly text: string }
  | { readonly kind: 'recent'; readonly text: string }
  | {
      readonly kind: 'key' | 'value';
      readonly text: string;
      readonly photos: number | null;
      /** Range of the box's text that it replaces. */
      readonly from: number;
      readonly to: number;
    };

/** A text to complete. */
interface Asked {
  readonly text: string;
  readonly cursor: number;
  readonly request: number;
}

const typingPauseMs = 80;
const most = 8;

export class Suggestions {
  readonly #ask: Ask;
  readonly #history: SearchHistory;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the last request. Suggestions for earlier texts are dropped. */
  #lastRequest = 0;
  /** The text whose completions are not shown yet; null if those shown are for the present text. */
  #pending: Asked | null = null;

  items = $state.raw<readonly Suggestion[]>([]);
  /** Index of the selected suggestion; -1 for none. */
  selected = $state(-1);
  readonly open = $derived(this.items.length > 0);
  readonly chosen = $derived(this.items[this.selected] ?? null);

  constructor(ask: Ask, history: SearchHistory) {
    this.#ask = ask;
    this.#history = history;
  }

  /** Call when the box is focused or its text changes. */
  async offer(text: string, cursor: number): Promise<void> {
    clearTimeout(this.#timer);
    const request = ++this.#lastRequest;
    if (text.trim() === '') {
      await this.#history.load();
      if (request === this.#lastRequest) this.#show(this.#before());
      return;
    }
    const pending = { text, cursor, request };
    this.#pending = pending;
    this.#timer = setTimeout(() => void this.#complete(pending), typingPauseMs);
  }

  /** Shows the completions of what was typed last. @returns false if more was typed meanwhile */
  async settle(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#pending !== null) await this.#complete(this.#pending);
    return this.#pending === null;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#lastRequest++;
    this.#show([]);
  }

  /** Moves the selection up or down; past either end nothing is selected. */
  move(step: 1 | -1): void {
    const places = this.items.length + 1;
    this.selected = ((this.selected + 1 + step + places) % places) - 1;
  }

  /** Removes a saved or a recent search. */
  remove(item: Extract<Suggestion, { kind: 'saved' | 'recent' }>): Promise<void> {
    return this.#change(() =>
      item.kind === 'saved' ? this.#history.remove(item) : this.#history.removeRecent(item.text),
    );
  }

  /** Saves a recent search. */
  save({ text }: Extract<Suggestion, { kind: 'recent' }>): Promise<void> {
    return this.#change(() => this.#history.toggle(text));
  }

  /** Changes saved or recent searches, and lists them as they are then. */
  async #change(act: () => Promise<unknown>): Promise<void> {
    const request = this.#lastRequest;
    await act();
    if (request === this.#lastRequest) this.#show(this.#before());
  }

  #before(): Suggestion[] {
    const { saved, recent } = this.#history;
    return [
      ...saved.map(({ id, name, text }) => ({ kind: 'saved' as const, id, name, text })),
      ...recent
        .filter(({ text }) => this.#history.savedAs(text) === undefined)
        .map(({ text }) => ({ kind: 'recent' as const, text })),
    ];
  }

  async #complete({ text, cursor, request }: Asked): Promise<void> {
    try {
      const { from, to, items } = await this.#ask('search.complete', { text, cursor, limit: most });
      if (request !== this.#lastRequest) return;
      // Leave out suggestions equal to the present text.
      const news = items.filter((item) => item.text !== text.slice(from, to));
      this.#show(news.map((item) => ({ ...item, from, to })));
    } catch {
      // Suggestions are optional: after a failure the person continues typing.
      if (request === this.#lastRequest) this.#show([]);
    }
  }

  #show(items: readonly Suggestion[]): void {
    this.#pending = null;
    this.items = items;
    this.selected = -1;
  }
}

/** Text of the box after a completion: a key is followed by its value, a value by a space. */
export function completed(
  text: string,
  { kind, text: piece, from, to }: Extract<Suggestion, { kind: 'key' | 'value' }>,
): { readonly text: string; readonly cursor: number } {
  const after = text.slice(to);
  const space = kind === 'key' || after.startsWith(' ') ? '' : ' ';
  const before = `${text.slice(0, from)}${piece}${space}`;
  return { text: before + after, cursor: before.length };
}
