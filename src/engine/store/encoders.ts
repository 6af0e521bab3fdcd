// Encoders a person has added or downloaded: their description, the place of their files, and the files' checksums.
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { EncoderFiles } from '../encoder/encoder-files.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { itemKinds } from './item-kinds.ts';
import { fromJson } from './stored-json.ts';

export interface EncoderRow {
  readonly info: EncoderInfo;
  /** Absolute. */
  readonly path: string;
  /** Null for an encoder of an older library that has not been opened since. */
  readonly files: EncoderFiles | null;
}

const width = z.int().positive();
const storedInfo: z.ZodType<EncoderInfo> = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  imageWidth: width,
  textWidth: width,
  sharedWidth: width,
});
const file = z.object({ size: z.number(), mtimeMs: z.number(), ctimeMs: z.number(), sha256: z.string() });
const storedFiles: z.ZodType<EncoderFiles> = z.record(z.string(), file);

export class EncoderStore {
  readonly #db: Database;
  readonly #libraryDir: string;
  constructor(db: Database, libraryDir: string) {
    this.#db = db;
    this.#libraryDir = resolve(libraryDir);
  }

  /** Unreadable rows are left out: such an encoder is unknown and can be added again. */
  list(): EncoderRow[] {
    return this.#db
      .prepare<[], { info: string; path: string; files: string | null }>(
        'SELECT info, path, files FROM encoders ORDER BY id',
      )
      .all()
      .flatMap(({ info, path, files }) => {
        const known = fromJson(storedInfo, info);
        return known === null ? [] : [{ info: known, path: this.#absolute(path), files: fromJson(storedFiles, files) }];
      });
  }

  get(id: string): EncoderRow | null {
    return this.list().find(({ info }) => info.id === id) ?? null;
  }

  put({ info, path, files }: EncoderRow): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO encoders (id, info, path, files) VALUES (?, ?, ?, ?)')
      .run(info.id, JSON.stringify(info), this.#stored(path), files === null ? null : JSON.stringify(files));
  }

  /** Present photos with rows of an encoder, and the approximate size of its rows and its models' codes. */
  made({ id, imageWidth, textWidth, sharedWidth }: EncoderInfo): { photos: number; bytes: number } {
    const count = (sql: string, ...values: string[]) =>
      this.#db
        .prepare<string[], number>(sql)
        .pluck()
        .get(...values) ?? 0;
    let bytes = 0;
    for (const kind of itemKinds) {
      const rows = count(`SELECT count(*) FROM ${kind}_features WHERE encoder_id = ?`, id);
      bytes += rows * 2 * (kind === 'photo' ? imageWidth : textWidth);
      for (const { model, bits } of this.#models(id)) {
        const codes = count(`SELECT count(*) FROM ${kind}_codes WHERE model_id = ?`, model);
        // A code, its packed copy, and its row for close comparison.
        bytes += codes * (bits / 4 + 2 * (sharedWidth + bits));
      }
    }
    // Missing photos are few and have an index; present ones are not.
    const missing = count(
      `SELECT count(*) FROM photos x JOIN photo_features f ON f.encoder_id = ? AND f.photo_id = x.id WHERE NOT x.present`,
      id,
    );
    return { photos: count('SELECT count(*) FROM photo_features WHERE encoder_id = ?', id) - missing, bytes };
  }

  #models(encoderId: string): { model: string; bits: number }[] {
    return this.#db
      .prepare<[string], { model: string; bits: number }>('SELECT id AS model, bits FROM models WHERE encoder_id = ?')
      .all(encoderId);
  }

  /**
   * Removes all data of an encoder and its models for ids in a range, of any kind. After all ranges nothing of it
   * is left.
   */
  removeMade(id: string, from: number, to: number): void {
    for (const kind of itemKinds) {
      this.#db
        .prepare(
          `DELETE FROM ${kind}_codes WHERE model_id IN (SELECT id FROM models WHERE encoder_id = ?) AND ${kind}_id BETWEEN ? AND ?`,
        )
        .run(id, from, to);
      this.#db
        .prepare(`DELETE FROM ${kind}_features WHERE encoder_id = ? AND ${kind}_id BETWEEN ? AND ?`)
        .run(id, from, to);
    }
  }

  /** Forgets the place and the files of an encoder. */
  remove(id: string): void {
    this.#db.prepare('DELETE FROM encoders WHERE id = ?').run(id);
  }

  /** Paths inside the library are stored relative to it, so that the library may move. */
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
