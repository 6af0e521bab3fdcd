// Feature rows of photos, captions and tags, stored as float16 and never mixed between encoders.
import type { Database } from 'better-sqlite3';
import type { CaptionId, PhotoId } from '../../shared/contract/ids.ts';
import { fromFloat16Blob, toFloat16Blob } from '../numerics/float16.ts';
import { Statements } from './statements.ts';
import { presentRows, type ItemKind } from './item-kinds.ts';

export interface FeatureRows {
  readonly ids: readonly number[];
  /** `[ids.length, width]`, row-major. */
  readonly rows: Float32Array;
}

export class FeatureStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  put(kind: ItemKind, encoderId: string, id: number, row: Float32Array): void {
    this.#statements
      .prepare(
        `INSERT INTO ${kind}_features (encoder_id, ${kind}_id, row) VALUES (?, ?, ?)
         ON CONFLICT (encoder_id, ${kind}_id) DO UPDATE SET row = excluded.row`,
      )
      .run(encoderId, id, toFloat16Blob(row));
  }

  /** Copies the features of the same bytes under another path to this photo. @returns whether there were any */
  copyFromSameContent(encoderId: string, photoId: PhotoId): boolean {
    const { changes } = this.#db
      .prepare(
        `INSERT OR IGNORE INTO photo_features (encoder_id, photo_id, row)
         SELECT f.encoder_id, me.id, f.row FROM photos me
         JOIN photos other ON other.content_hash = me.content_hash AND other.id <> me.id
         JOIN photo_features f ON f.photo_id = other.id AND f.encoder_id = ? WHERE me.id = ? LIMIT 1`,
      )
      .run(encoderId, photoId);
    return changes > 0;
  }

  /** Ids from `from` to `to` of present rows without features of this encoder. */
  missing(kind: ItemKind, encoderId: string, from = 0, to = Number.MAX_SAFE_INTEGER): number[] {
    return this.#db
      .prepare<[number, number, string], number>(
        `SELECT x.id FROM ${presentRows[kind]} AND x.id BETWEEN ? AND ? AND NOT EXISTS
           (SELECT 1 FROM ${kind}_features f WHERE f.encoder_id = ? AND f.${kind}_id = x.id) ORDER BY x.id`,
      )
      .pluck()
      .all(from, to, encoderId);
  }

  /** The largest id of a kind; 0 where there is none. */
  lastId(kind: ItemKind): number {
    return this.#db.prepare<[], number | null>(`SELECT max(id) FROM ${kind}s`).pluck().get() ?? 0;
  }

  /** Those of these ids without features of this encoder. */
  lacking(kind: ItemKind, encoderId: string, ids: readonly number[]): number[] {
    return this.#db
      .prepare<[string, string], number>(
        `SELECT value FROM json_each(?) WHERE NOT EXISTS
           (SELECT 1 FROM ${kind}_features f WHERE f.encoder_id = ? AND f.${kind}_id = value)`,
      )
      .pluck()
      .all(JSON.stringify(ids), encoderId);
  }

  texts(kind: 'caption' | 'tag', ids: readonly number[]): string[] {
    const query = this.#db.prepare<[number], { text: string }>(
      kind === 'caption' ? 'SELECT text FROM captions WHERE id = ?' : 'SELECT name AS text FROM tags WHERE id = ?',
    );
    return ids.map((id) => query.get(id)?.text ?? '');
  }

  /** Rows in the order of `ids`; those without features are left out. */
  read(kind: ItemKind, encoderId: string, ids: readonly number[], width: number): FeatureRows {
    const query = this.#statements.prepare<{ row: Uint8Array }>(
      `SELECT row FROM ${kind}_features WHERE encoder_id = ? AND ${kind}_id = ?`,
    );
    const found: number[] = [];
    const rows = new Float32Array(ids.length * width);
    for (const id of ids) {
      const hit = query.get(encoderId, id);
      if (!hit || hit.row.byteLength !== width * 2) continue;
      fromFloat16Blob(hit.row, rows, found.length * width);
      found.push(id);
    }
    return { ids: found, rows: rows.subarray(0, found.length * width) };
  }

  /** Ids of present rows with features, ascending. */
  ids(kind: ItemKind, encoderId: string): number[] {
    return this.#db
      .prepare<[string], number>(
        `SELECT x.id FROM ${presentRows[kind]} AND EXISTS
           (SELECT 1 FROM ${kind}_features f WHERE f.encoder_id = ? AND f.${kind}_id = x.id) ORDER BY x.id`,
      )
      .pluck()
      .all(encoderId);
  }

  /** Every present row of the kind with features, in id order. */
  all(kind: ItemKind, encoderId: string, width: number): FeatureRows {
    return this.read(kind, encoderId, this.ids(kind, encoderId), width);
  }

  captionPhotos(ids: readonly number[]): PhotoId[] {
    const query = this.#db.prepare<[number], { photoId: PhotoId }>(
      'SELECT photo_id AS photoId FROM captions WHERE id = ?',
    );
    return ids.map((id) => {
      const row = query.get(id as CaptionId);
      if (!row) throw new Error(`caption ${id} has no photo`);
      return row.photoId;
    });
  }
}
