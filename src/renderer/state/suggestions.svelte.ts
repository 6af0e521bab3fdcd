// What is offered under the search box: searches kept and made before while it is empty, else what may come next.
import type { Ask } from '../bridge.ts';
import type { SearchHistory } from './search-history.svelte.ts';

export type Suggestion =
  | { readonly kind: 'saved'; readonly id: number; readonly name: string; readonly text: string }
  | { readonly kind: 'recent'; readonly text: string }
  | {
      readonly kind: 'key' | 'value';
      readonly text: string;
      readonly photos: number | null;
      /** What it takes the place of in the box. */
      readonly from: number;
      readonly to: number;
    };

const typingPauseMs = 80;
const most = 8;

export class Suggestions {
  readonly #ask: Ask;
  readonly #history: SearchHistory;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Only what fits the text as it is now is shown. */
  #asked = 0;

  items = $state.raw<readonly Suggestion[]>([]);
  /** -1 for none. */
  selected = $state(-1);
  readonly open = $derived(this.items.length > 0);
  readonly chosen = $derived(this.items[this.selected] ?? null);

  constructor(ask: Ask, history: SearchHistory) {
    this.#ask = ask;
    this.#history = history;
  }

  /** The box was entered, or what stands in it changed. */
  async offer(text: string, cursor: number): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    if (text.trim() === '') {
      await this.#history.load();
      if (asked === this.#asked) this.#show(this.#before());
      return;
    }
    this.#timer = setTimeout(() => void this.#complete(text, cursor, asked), typingPauseMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#show([]);
  }

  /** Goes around, by way of none. */
  move(step: 1 | -1): void {
    const places = this.items.length + 1;
    this.selected = ((this.selected + 1 + step + places) % places) - 1;
  }

  async forget(id: number): Promise<void> {
    const asked = this.#asked;
    await this.#history.forget(id);
    if (asked === this.#asked) this.#show(this.#before());
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

  async #complete(text: string, cursor: number, asked: number): Promise<void> {
    try {
      const { from, to, items } = await this.#ask('search.complete', { text, cursor, limit: most });
      if (asked !== this.#asked) return;
      // What stands there already is no news.
      const news = items.filter((item) => item.text !== text.slice(from, to));
      this.#show(news.map((item) => ({ ...item, from, to })));
    } catch {
      // Offering is a courtesy: without it the person types on.
      if (asked === this.#asked) this.#show([]);
    }
  }

  #show(items: readonly Suggestion[]): void {
    this.items = items;
    this.selected = -1;
  }
}

/** The box after a completion is taken: a key waits for its value, a value is followed by a space. */
export function completed(
  text: string,
  { kind, text: piece, from, to }: Extract<Suggestion, { kind: 'key' | 'value' }>,
): { readonly text: string; readonly cursor: number } {
  const after = text.slice(to);
  const space = kind === 'key' || after.startsWith(' ') ? '' : ' ';
  const before = `${text.slice(0, from)}${piece}${space}`;
  return { text: before + after, cursor: before.length };
}
