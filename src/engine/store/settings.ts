// Settings of the library as a whole: the encoder and the hash model in use, and others.
import type { Database } from 'better-sqlite3';
import { Statements } from './statements.ts';

/**
 * `model` is the model chosen last, `model-of:<encoder>` the one chosen for an encoder, `model-before:<encoder>` the one
 * that was in use before that;
 * `encoder-hub` is the address of a mirror that encoders are downloaded from;
 * `encoder-device` is a device or `auto`; `encoder-measurements` is JSON, see models/encoder-devices.ts;
 * `query-log` is `off` where the person has switched it off; `precision` a number, see search/relevance/relevance.ts; `telemetry-store` is
 * `removed` once the events that ONNX Runtime recorded under earlier releases are deleted; `write-sidecars` is `on` where the person has allowed it;
 * `thumbnails-bytes` is the room of the thumbnails' cache; `thumbnails-tidied` the time of its last tidying, in milliseconds since 1970; `work-…` as in
 * WorkSettings, `on` or `off`, a word, and a number or `auto`.
 * `read-text` is `on` where the person has asked for it; `read-text-seconds` is how long a photo took in this library.
 * `shared-library-key` is a random name that distinguishes this library from others on a server. `shared-connections` is JSON
 * without passwords, see shared-library/connections.ts. `training-presets` is JSON, see models/training-presets.ts.
 */
export type Setting =
  | 'encoder'
  | 'encoder-device'
  | 'encoder-hub'
  | 'encoder-measurements'
  | 'model'
  | `model-of:${string}`
  | `model-before:${string}`
  | 'query-log'
  | 'precision'
  | 'shared-connections'
  | 'shared-library-key'
  | 'telemetry-store'
  | 'thumbnails-tidied'
  | 'training-presets'
  | 'thumbnails-bytes'
  | 'work-only-when-idle'
  | 'work-only-on-power'
  | 'work-speed'
  | 'work-threads'
  | 'write-sidecars'
  | 'read-text'
  | 'read-text-seconds';

export class SettingsStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  get(key: Setting): string | null {
    const row = this.#statements.prepare<{ value: string }>('SELECT value FROM settings WHERE key = ?').get(key);
    return row?.value ?? null;
  }

  /** Whether a switch that is off by default has been set to `on`. */
  isOn(key: Setting): boolean {
    return this.get(key) === 'on';
  }

  switch(key: Setting, on: boolean): void {
    this.set(key, on ? 'on' : 'off');
  }

  set(key: Setting, value: string): void {
    this.#db
      .prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, value);
  }
}
