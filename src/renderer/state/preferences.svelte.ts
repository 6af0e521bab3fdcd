// The person's preferences for the window, stored by the main process.
import { preferences, type Preferences } from '../../shared/contract/preferences.ts';
import { language, m, setLanguage, type Language } from '../../language/language.ts';
import type { Ask } from '../bridge.ts';
import type { Edits } from './edits.svelte.ts';

/** Delay that combines a series of changes, as of a slider. */
const keepAfterMs = 300;

export class WindowPreferences {
  readonly #ask: Ask;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;
  now = $state.raw<Preferences>(preferences.parse({}));
  /** The language of the page. */
  language = $state<Language>(language());
  /** Whether Hashlens starts with the person's session; null until the system has answered. */
  startsAtLogin = $state<boolean | null>(null);
  #unkept: Partial<Preferences> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask, edits: Edits, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#edits = edits;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    const kept = await this.#ask('app.preferences', {});
    // Changes made meanwhile are newer.
    this.now = { ...kept, ...this.#unkept };
  }

  /** Reads the system's setting. */
  loadStartAtLogin = async (): Promise<void> => {
    try {
      ({ on: this.startsAtLogin } = await this.#ask('app.startAtLogin', {}));
    } catch (error) {
      this.#onError(error);
    }
  };

  startAtLogin = (on: boolean): Promise<boolean> => {
    const what = (): string => m.edits_setting({ setting: m.running_settings_login() });
    const put = async (value: boolean): Promise<void> => {
      ({ on: this.startsAtLogin } = await this.#ask('app.startAtLogin', { on: value }));
    };
    return this.#edits.set<boolean>(what, () => this.startsAtLogin === true, on, put);
  };

  /** Stores the choice and changes the page's language. */
  chooseLanguage = (chosen: Preferences['language']): Promise<boolean> =>
    this.choose({ language: chosen }, m.settings_language_label, async () => {
      const now = await this.#ask('app.language', {});
      setLanguage(now);
      this.language = now;
    });

  /**
   * Changes settings, undoably.
   * @param setting their name in the window
   * @param then called after each change
   */
  choose = (
    change: Partial<Preferences>,
    setting: () => string,
    then: () => Promise<void> = () => Promise.resolve(),
  ): Promise<boolean> => {
    const changed = (all: Preferences): Partial<Preferences> =>
      Object.fromEntries(Object.entries(all).filter(([key]) => key in change));
    const put = async (value: Partial<Preferences>): Promise<void> => {
      const shown = this.now;
      this.now = { ...shown, ...value };
      try {
        await this.#ask('app.preferences', value);
      } catch (error) {
        this.now = { ...this.now, ...changed(shown) };
        throw error;
      }
      await then().catch(this.#onError);
    };
    return this.#edits.set(
      () => m.edits_setting({ setting: setting() }),
      () => changed(this.now),
      change,
      put,
    );
  };

  /** Changes how the window is laid out, which is no step to undo. */
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
