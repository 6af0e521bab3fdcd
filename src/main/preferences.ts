// The person's preferences for the window, in a file of the profile. An unreadable file counts as empty.
import { preferences, type PreferenceChange, type Preferences } from '../shared/contract/preferences.ts';
import { parseJson } from '../shared/json.ts';
import { plainTextNow } from './plain-text.ts';
import { replaceFile } from './replace-file.ts';

export class PreferenceFile {
  readonly #path: string;
  readonly #onChange: (now: Preferences) => void;
  #now: Preferences;
  #written: Promise<void> = Promise.resolve();

  /** @param onChange receives the preferences, now and after each change */
  constructor(path: string, onChange: (now: Preferences) => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#now = read(path);
    onChange(this.#now);
  }

  get now(): Preferences {
    return this.#now;
  }

  /**
   * Changes the given preferences. If the file cannot be written now, the change is valid and is stored with the next
   * one.
   */
  change(change: PreferenceChange & { readonly programs?: readonly string[] }): Preferences {
    const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.#now = preferences.parse({ ...this.#now, ...named });
    this.#onChange(this.#now);
    const text = JSON.stringify(this.#now, null, 2);
    this.#written = this.#written.then(() => replaceFile(this.#path, text)).catch(() => undefined);
    return this.#now;
  }

  /** Settles when all changes are in the file, or could not be written. */
  written(): Promise<void> {
    return this.#written;
  }
}

function read(path: string): Preferences {
  try {
    return parseJson(preferences, plainTextNow(path));
  } catch {
    return preferences.parse({});
  }
}
