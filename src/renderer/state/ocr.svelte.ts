// Text in photos: the switch, progress, and time per photo.
import type { OcrStatus } from '../../shared/contract/ocr.ts';
import type { Ask } from '../bridge.ts';
import { m } from '../../language/language.ts';
import type { Edits } from './edits.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';

export class Ocr {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;

  /** Null until the engine has answered for the first time. */
  status = $state.raw<OcrStatus | null>(null);
  /** Whether photos are being read to measure the time of one. */
  measuring = $state(false);
  /** The time is known and the person has not decided yet whether to begin. */
  asking = $state(false);

  constructor(ask: Ask, jobs: Jobs, edits: Edits, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#edits = edits;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    this.status = await this.#ask('ocr.status', {});
  }

  /** Measures the time of a photo, and asks whether to begin; begins at once if nothing is left to read. */
  prepare = (): Promise<void> =>
    this.#run(async () => {
      if (this.status !== null && this.status.read >= this.status.photos) return void (await this.#set(true));
      this.measuring = true;
      try {
        this.status = await this.#ask('ocr.measure', {});
        this.asking = true;
      } finally {
        this.measuring = false;
      }
    });

  begin = (): Promise<unknown> => this.#set(true);

  stop = (): Promise<unknown> => this.#set(false);

  refuse = (): void => {
    this.asking = false;
  };

  /** Removes the text for good. */
  removeText = (): Promise<boolean> =>
    this.#edits.perform(async () => {
      this.status = await this.#ask('ocr.removeText', {});
      return { what: m.text_in_photos_removed(), final: m.text_in_photos_final() };
    });

  #set(on: boolean): Promise<boolean> {
    this.asking = false;
    const what = (): string => m.edits_setting({ setting: m.text_in_photos_read() });
    const put = async (value: boolean): Promise<void> => {
      const { status, job } = await this.#ask('ocr.set', { on: value });
      this.status = status;
      if (job !== null) this.#jobs.receive(job);
    };
    return this.#edits.set(what, () => this.status?.on ?? !on, on, put);
  }

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#onError(error);
    }
  }
}
