// The person's preferences for the window, stored by the main process.
import { preferences, type Preferences } from '../../shared/contract/preferences.ts';
import { language, setLanguage, type Language } from '../../language/language.ts';
import type { Ask } from '../bridge.ts';

/** Delay that combines a series of changes, as of a slider. */
const keepAfterMs = 300;

export class WindowPreferences {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  now = $state.raw<Preferences>(preferences.parse({}));
  /** The language of the page. */
  language = $state<Language>(language());
  /** Whether Hashlens starts with the person's session; null until the system has answered. */
  startsAtLogin = $state<boolean | null>(null);
  #unkept: Partial<Preferences> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    const kept = await this.#ask('app.preferences', {});
    // Changes made meanwhile are newer.
    this.now = { ...kept, ...this.#unkept };
  }

  /** Reads the system's setting; changes it first if `on` is given. */
  startAtLogin = async (on?: boolean): Promise<void> => {
    try {
      ({ on: this.startsAtLogin } = await this.#ask('app.startAtLogin', on === undefined ? {} : { on }));
    } catch (error) {
      this.#onError(error);
    }
  };

  /** Stores the choice and changes the page's language. */
  chooseLanguage = async (chosen: Preferences['language']): Promise<void> => {
    this.now = { ...this.now, language: chosen };
    try {
      await this.#ask('app.preferences', { language: chosen });
      const now = await this.#ask('app.language', {});
      setLanguage(now);
      this.language = now;
    } catch (error) {
      this.#onError(error);
    }
  };

  change = (change: Partial<Preferences>): void => {
    this.now = { ...this.now, ...change };
    this.#unkept = { ...this.#unkept, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.keep, keepAfterMs);
  };

  /** Stores changes that wait for more, as when the window closes. */
  keep = (): void => {
    clearTimeout(this.#timer);
    const kept = this.#unkept;
    if (Object.keys(kept).length === 0) return;
    this.#unkept = {};
    this.#ask('app.preferences', kept).catch(this.#onError);
  };
}
