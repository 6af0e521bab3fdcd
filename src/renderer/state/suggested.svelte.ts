// Suggestions of the person's own words for photos, and rejected ones.
import { m } from '../../language/language.ts';
import type { Params } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { SuggestedWords, SuggestedWord } from '../../shared/contract/suggestions.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';
import type { Edits, Undo } from './edits.svelte.ts';

type States = readonly Params<'suggestions.reject'>['states'][number][];

export const keyOfWord = ({ kind, text }: Pick<SuggestedWord, 'kind' | 'text'>): string => `${kind} ${text}`;

export class Suggested {
  readonly #ask: Ask;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;

  /** Words rejected since the suggestion. */
  rejected = $state.raw<readonly string[]>([]);

  constructor(ask: Ask, edits: Edits, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#edits = edits;
    this.#onError = onError;
  }

  /** Null without suggestions. */
  async words(photoIds: readonly PhotoId[]): Promise<SuggestedWords | null> {
    this.rejected = [];
    try {
      return await this.#ask('suggestions.words', { photoIds: [...photoIds] });
    } catch (error) {
      // This happens in a library that cannot be searched yet.
      if (!(error instanceof HashlensError) || error.code === 'internal') this.#onError(error);
      return null;
    }
  }

  isRejected(suggestion: SuggestedWord): boolean {
    return this.rejected.includes(keyOfWord(suggestion));
  }

  /** Stores that a word does not fit photos, or removes that. */
  reject(photoIds: readonly PhotoId[], { kind, text }: SuggestedWord, rejected: boolean): Promise<boolean> {
    const states = [{ kind, text, photoIds: [...photoIds], rejected }];
    return this.#edits.perform(async () => {
      const { photos, inverse } = await this.#ask('suggestions.reject', { states });
      this.#note(states);
      if (photos === 0) return null;
      const what = rejected ? m.suggested_fits_not({ word: text }) : m.suggested_fits({ word: text });
      return { what, undo: this.#restoring(inverse) };
    });
  }

  #restoring(states: States): Undo {
    return async () => {
      const { inverse } = await this.#ask('suggestions.reject', { states: [...states] });
      this.#note(states);
      return this.#restoring(inverse);
    };
  }

  #note(states: States): void {
    for (const state of states) {
      const key = keyOfWord(state);
      const others = this.rejected.filter((other) => other !== key);
      this.rejected = state.rejected ? [...others, key] : others;
    }
  }
}
