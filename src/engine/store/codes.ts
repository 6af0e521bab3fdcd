// Packed hash codes, one set a model: the codes of two models can never meet, because every query names one.
import type { Database } from 'better-sqlite3';
import type { ModelId } from '../../shared/types.ts';
import { presentRows, type Kind } from './kinds.ts';

export interface CodeRows {
  readonly ids: Int32Array;
  /** `[ids.length, bits / 8]`, row-major. */
  readonly codes: Uint8Array;
}

export class CodeStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  put(kind: Kind, modelId: ModelId, id: number, code: Uint8Array): void {
    this.#db
      .prepare(
        `INSERT INTO ${kind}_codes (model_id, ${kind}_id, code) VALUES (?, ?, ?)
         ON CONFLICT (model_id, ${kind}_id) DO UPDATE SET code = excluded.code`,
      )
      .run(modelId, id, code);
  }

  /** Ids of rows that have features of the model's encoder and no code of the model yet. */
  missing(kind: Kind, modelId: ModelId, encoderId: string): number[] {
    return this.#db
      .prepare<[string, string], { id: number }>(
        `SELECT x.id FROM ${presentRows[kind]}
           AND EXISTS (SELECT 1 FROM ${kind}_features f WHERE f.encoder_id = ? AND f.${kind}_id = x.id)
           AND NOT EXISTS (SELECT 1 FROM ${kind}_codes c WHERE c.model_id = ? AND c.${kind}_id = x.id) ORDER BY x.id`,
      )
      .all(encoderId, modelId)
      .map((row) => row.id);
  }

  /** All codes of a kind, of rows that are there, in id order. */
  all(kind: Kind, modelId: ModelId, bytes: number): CodeRows {
    const count = this.count(kind, modelId);
    const ids = new Int32Array(count);
    const codes = new Uint8Array(count * bytes);
    const rows = this.#db
      .prepare<[string], [number, Uint8Array]>(
        `SELECT c.${kind}_id, c.code FROM ${kind}_codes c
         WHERE c.model_id = ? AND c.${kind}_id IN (SELECT x.id FROM ${presentRows[kind]}) ORDER BY c.${kind}_id`,
      )
      .raw()
      .iterate(modelId);
    let n = 0;
    for (const [id, code] of rows) {
      if (code.byteLength !== bytes || n === count) continue;
      ids[n] = id;
      codes.set(code, n * bytes);
      n++;
    }
    return { ids: ids.subarray(0, n), codes: codes.subarray(0, n * bytes) };
  }

  count(kind: Kind, modelId: ModelId): number {
    return (
      this.#db
        .prepare<[string], { n: number }>(
          `SELECT count(*) AS n FROM ${kind}_codes c
           WHERE c.model_id = ? AND c.${kind}_id IN (SELECT x.id FROM ${presentRows[kind]})`,
        )
        .get(modelId)?.n ?? 0
    );
  }
}
