// Encoders a person has added or downloaded: their description and where their files lie.
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { EncoderInfo } from '../encoder/encoder.ts';

export interface EncoderRow {
  readonly info: EncoderInfo;
  readonly path: string;
}

export class EncoderStore {
  readonly #db: Database;
  readonly #libraryDir: string;
  constructor(db: Database, libraryDir: string) {
    this.#db = db;
    this.#libraryDir = resolve(libraryDir);
  }

  list(): EncoderRow[] {
    return this.#db
      .prepare<[], { info: string; path: string }>('SELECT info, path FROM encoders ORDER BY id')
      .all()
      .map((row) => ({ info: JSON.parse(row.info) as EncoderInfo, path: this.#absolute(row.path) }));
  }

  put(row: EncoderRow): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO encoders (id, info, path) VALUES (?, ?, ?)')
      .run(row.info.id, JSON.stringify(row.info), this.#stored(row.path));
  }

  /** What is inside the library is stored relative to it, so that the library may move. */
  #stored(path: string): string {
    const below = relative(this.#libraryDir, resolve(path));
    const isInside = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
    return isInside ? below.split(sep).join('/') : path;
  }

  #absolute(path: string): string {
    if (!isAbsolute(path)) return join(this.#libraryDir, path);
    if (existsSync(path)) return path;
    // Libraries of earlier releases name their own encoders by where the library was then.
    const here = join(this.#libraryDir, 'encoders', basename(path));
    return basename(dirname(path)) === 'encoders' && existsSync(here) ? here : path;
  }
}
