// Text in photos: the switch, progress, and time per photo.
import type { OcrStatus } from '../../shared/contract/ocr.ts';
import type { Ask } from '../bridge.ts';
import type { Jobs } from './jobs.svelte.ts';

export class Ocr {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #onError: (error: unknown) => void;

  /** Null until the engine has answered for the first time. */
  status = $state.raw<OcrStatus | null>(null);
  /** Whether photos are being read to measure the time of one. */
  measuring = $state(false);
  /** The time is known and the person has not decided yet whether to begin. */
  asking = $state(false);

  constructor(ask: Ask, jobs: Jobs, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    this.status = await this.#ask('ocr.status', {});
  }

  /** Measures the time of a photo, and asks whether to begin; begins at once if nothing is left to read. */
  prepare = (): Promise<void> =>
    this.#run(async () => {
      if (this.status !== null && this.status.read >= this.status.photos) return this.#set(true);
      this.measuring = true;
      try {
        this.status = await this.#ask('ocr.measure', {});
        this.asking = true;
      } finally {
        this.measuring = false;
      }
    });

  begin = (): Promise<void> => this.#run(() => this.#set(true));

  stop = (): Promise<void> => this.#run(() => this.#set(false));

  refuse = (): void => {
    this.asking = false;
  };

  removeText = (): Promise<void> => this.#run(async () => (this.status = await this.#ask('ocr.removeText', {})));

  async #set(on: boolean): Promise<void> {
    this.asking = false;
    const { status, job } = await this.#ask('ocr.set', { on });
    this.status = status;
    if (job !== null) this.#jobs.receive(job);
  }

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#onError(error);
    }
  }
}
