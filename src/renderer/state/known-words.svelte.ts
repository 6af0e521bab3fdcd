// The words that the library has learned, as measured by the engine.
import type { KnownWords } from '../../shared/contract/words.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';

export class TaughtWords {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;

  /** Null until they are measured. */
  known = $state.raw<KnownWords | null>(null);
  busy = $state(false);
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
      this.known = await this.#ask('words.list', {});
    } catch (error) {
      if (!(error instanceof HashlensError) || error.code !== 'nothing-indexed') this.#onError(error);
    } finally {
      this.busy = false;
    }
    if (this.#isOutdated) await this.load();
  }
}
