// A newer release: found, downloaded and installed, each when the person asks.
import type { Ask } from '../bridge.ts';

export type UpdateStep =
  | { readonly at: 'idle' | 'checking' | 'newest' }
  | { readonly at: 'found' | 'downloading' | 'ready'; readonly version: string };

export class UpdateSteps {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  step = $state.raw<UpdateStep>({ at: 'idle' });
  /** Percent of the download, 0 to 100. */
  percent = $state(0);

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  check = async (): Promise<void> => {
    this.step = { at: 'checking' };
    try {
      const { newer } = await this.#ask('app.checkForUpdates', {});
      this.step = newer === null ? { at: 'newest' } : { at: 'found', version: newer };
    } catch (error) {
      this.step = { at: 'idle' };
      this.#onError(error);
    }
  };

  download = async (): Promise<void> => {
    if (this.step.at !== 'found') return;
    const { version } = this.step;
    this.percent = 0;
    this.step = { at: 'downloading', version };
    try {
      await this.#ask('app.downloadUpdate', {});
      this.step = { at: 'ready', version };
    } catch (error) {
      this.step = { at: 'found', version };
      this.#onError(error);
    }
  };

  install = (): void => {
    this.#ask('app.installUpdate', {}).catch(this.#onError);
  };
}
