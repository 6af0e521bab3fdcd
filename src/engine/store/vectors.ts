// Rows for close comparison of photos, captions and tags: the features that the modalities share, and the model's
// real outputs, side by side as float16.
//
// Rows are sorted by one number made of the model and the id, so that a row is one look-up in one tree, and one
// statement reads a list of them. That is faster than reading features and running the network again
// (docs/measurements.md, Hamming index).
import type { Database, Statement } from 'better-sqlite3';
import type { ModelId } from '../../shared/contract/ids.ts';
import { fromFloat16Blob, toFloat16Blob } from '../numerics/float16.ts';
import { present } from '../../shared/at.ts';
import { Statements } from './statements.ts';
import { presentRows, type ItemKind } from './item-kinds.ts';

export interface VectorRows {
  /** Existing ones, ascending. */
  readonly ids: readonly number[];
  /** `[ids.length, width]`, row-major. */
  readonly rows: Float32Array;
}

/** A row's key is the model's number times this, and the id (migrations/0005-vectors.ts). */
const idsInSet = 2 ** 32;

export class VectorStore {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #reads = new Map<ItemKind, Statement<[string], [number, Uint8Array]>>();
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  /** Stores the rows of items that have codes of the model. */
  put(kind: ItemKind, modelId: ModelId, { ids, rows }: VectorRows): void {
    const width = rows.length / ids.length;
    this.#statements.prepare('INSERT OR IGNORE INTO vector_sets (model_id) VALUES (?)').run(modelId);
    const set = present(this.#set(modelId));
    const put = this.#statements.prepare(`INSERT OR REPLACE INTO ${kind}_vectors (key, row) VALUES (?, ?)`);
    for (const [i, id] of ids.entries()) {
      put.run(BigInt(set * idsInSet + id), toFloat16Blob(rows.subarray(i * width, (i + 1) * width)));
    }
  }

  /** Rows of one width; missing ones and those of another width are left out. */
  read(kind: ItemKind, modelId: ModelId, ids: readonly number[], width: number): VectorRows {
    const set = ids.length === 0 ? null : this.#set(modelId);
    if (set === null) return { ids: [], rows: new Float32Array(0) };
    let read = this.#reads.get(kind);
    if (!read) {
      read = this.#db
        .prepare<[string], [number, Uint8Array]>(
          `SELECT v.key, v.row FROM json_each(?) wanted CROSS JOIN ${kind}_vectors v ON v.key = wanted.value`,
        )
        .raw();
      this.#reads.set(kind, read);
    }
    const found: number[] = [];
    // Join first: converting one long row to float32 is several times as fast as converting many short ones.
    const bytes = new Uint8Array(2 * ids.length * width);
    // Reading rows in their stored order is faster.
    const keys = Float64Array.from(ids, (id) => set * idsInSet + id).sort();
    for (const [key, row] of read.all(JSON.stringify(Array.from(keys)))) {
      if (row.byteLength !== 2 * width) continue;
      bytes.set(row, found.length * 2 * width);
      found.push(key % idsInSet);
    }
    const rows = new Float32Array(found.length * width);
    fromFloat16Blob(bytes.subarray(0, 2 * rows.length), rows);
    return { ids: found, rows };
  }

  /** Ids from `from` to `to` with features of the model's encoder, but without a code of the model or a row here. */
  missing(kind: ItemKind, modelId: ModelId, encoderId: string, from = 0, to = 2 ** 32): number[] {
    const base = BigInt((this.#set(modelId) ?? 0) * idsInSet);
    return this.#db
      .prepare<[number, number, string, string, bigint], number>(
        `SELECT x.id FROM ${presentRows[kind]} AND x.id BETWEEN ? AND ?
           AND EXISTS (SELECT 1 FROM ${kind}_features f WHERE f.encoder_id = ? AND f.${kind}_id = x.id)
           AND (NOT EXISTS (SELECT 1 FROM ${kind}_codes c WHERE c.model_id = ? AND c.${kind}_id = x.id)
             OR NOT EXISTS (SELECT 1 FROM ${kind}_vectors v WHERE v.key = ? + x.id)) ORDER BY x.id`,
      )
      .pluck()
      .all(from, to, encoderId, modelId, base);
  }

  #set(modelId: ModelId): number | null {
    return (
      this.#db.prepare<[string], number>('SELECT id FROM vector_sets WHERE model_id = ?').pluck().get(modelId) ?? null
    );
  }
}
