// Encoders a person has added or downloaded: their description and where their files lie.
import type { Database } from 'better-sqlite3';
import type { EncoderInfo } from '../encoder/encoder.ts';

export interface EncoderRow {
  readonly info: EncoderInfo;
  readonly path: string;
}

export class EncoderStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  list(): EncoderRow[] {
    return this.#db
      .prepare<[], { info: string; path: string }>('SELECT info, path FROM encoders ORDER BY id')
      .all()
      .map((row) => ({ info: JSON.parse(row.info) as EncoderInfo, path: row.path }));
  }

  put(row: EncoderRow): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO encoders (id, info, path) VALUES (?, ?, ?)')
      .run(row.info.id, JSON.stringify(row.info), row.path);
  }
}
