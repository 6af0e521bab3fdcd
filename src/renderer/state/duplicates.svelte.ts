// Near-duplicates found by the last search.
import type { DuplicateReport } from '../../shared/contract/duplicates.ts';
import type { Ask } from '../bridge.ts';
import type { Jobs } from './jobs.svelte.ts';

export class Duplicates {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #onError: (error: unknown) => void;

  /** Null before the first search has ended. */
  report = $state.raw<DuplicateReport | null>(null);
  /** Whether the engine has answered the request for a report. */
  loaded = $state(false);
  readonly searching = $derived.by(() => this.#jobs.active.some((job) => job.kind === 'duplicates'));

  constructor(ask: Ask, jobs: Jobs, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    try {
      this.report = await this.#ask('photos.duplicates', {});
      this.loaded = true;
    } catch (error) {
      this.#onError(error);
    }
  }

  find = async (): Promise<void> => {
    try {
      this.#jobs.receive(await this.#ask('photos.findDuplicates', {}));
    } catch (error) {
      this.#onError(error);
    }
  };
}
