// Packed hash codes, one set a model. Every query names its model, so codes of two models never mix.
//
// One row per code is authoritative. Reading a million rows one by one is slow in any Node binding, so each block of
// 4096 ids also has a packed copy, valid while its stamp is the block's own (migrations/0002-packed-codes.ts). A
// block without a valid copy is read as one row of hexadecimal text, which SQLite joins in C (docs/measurements.md,
// Hamming index).
import type { Database, Statement } from 'better-sqlite3';
import type { ModelId } from '../../shared/contract/ids.ts';
import { presentRows, type ItemKind } from './item-kinds.ts';
import { present } from '../../shared/at.ts';

export interface CodeRows {
  readonly ids: Int32Array;
  /** `[ids.length, bits / 8]`, row-major. */
  readonly codes: Uint8Array;
}

/** A block of ids, and a number that changes with its codes and with the presence of its rows. */
export interface CodeBlock {
  readonly block: number;
  readonly stamp: bigint;
}

/** Ids in a block: block b holds the ids from `b * blockIds`. */
export const blockIds = 4096;

/** Ids with codes of missing photos; the reverse of `presentRows`. */
const hiddenRows: Readonly<Record<ItemKind, string>> = {
  photo: 'SELECT id FROM photos WHERE NOT present',
  caption: 'SELECT x.id FROM photos p CROSS JOIN captions x ON x.photo_id = p.id WHERE NOT p.present',
  tag: `SELECT t.id FROM tags t WHERE NOT EXISTS (SELECT 1 FROM photo_tags pt JOIN photos p ON p.id = pt.photo_id
    WHERE pt.tag_id = t.id AND p.present)`,
};

export class CodeStore {
  readonly #db: Database;
  readonly #puts = new Map<ItemKind, Statement<[string, number, Uint8Array]>>();
  constructor(db: Database) {
    this.#db = db;
  }

  /** Storing the same code again changes nothing. */
  put(kind: ItemKind, modelId: ModelId, id: number, code: Uint8Array): void {
    let put = this.#puts.get(kind);
    if (!put) {
      put = this.#db.prepare(
        `INSERT INTO ${kind}_codes (model_id, ${kind}_id, code) VALUES (?, ?, ?)
         ON CONFLICT (model_id, ${kind}_id) DO UPDATE SET code = excluded.code WHERE code IS NOT excluded.code`,
      );
      // Compiling it costs more than running it, and there may be a million.
      this.#puts.set(kind, put);
    }
    put.run(modelId, id, code);
  }

  /** Those of these ids without a code of this model. */
  lacking(kind: ItemKind, modelId: ModelId, ids: readonly number[]): number[] {
    return this.#db
      .prepare<[string, string], number>(
        `SELECT value FROM json_each(?) WHERE NOT EXISTS
           (SELECT 1 FROM ${kind}_codes c WHERE c.model_id = ? AND c.${kind}_id = value)`,
      )
      .pluck()
      .all(JSON.stringify(ids), modelId);
  }

  /** The code of one photo, caption or tag; null without one. */
  of(kind: ItemKind, modelId: ModelId, id: number): Uint8Array | null {
    return (
      this.#db
        .prepare<[string, number], Uint8Array>(`SELECT code FROM ${kind}_codes WHERE model_id = ? AND ${kind}_id = ?`)
        .pluck()
        .get(modelId, id) ?? null
    );
  }

  count(kind: ItemKind, modelId: ModelId): number {
    return (
      this.#db
        .prepare<[string], { n: number }>(
          `SELECT count(*) AS n FROM ${kind}_codes c
           WHERE c.model_id = ? AND c.${kind}_id IN (SELECT x.id FROM ${presentRows[kind]})`,
        )
        .get(modelId)?.n ?? 0
    );
  }

  /** All codes of a kind whose photos are present, in id order. */
  all(kind: ItemKind, modelId: ModelId, bytes: number): CodeRows {
    const hidden = this.hidden(kind);
    const blocks = this.blocks(kind, modelId).map(({ block }) => this.block(kind, modelId, block, bytes, hidden));
    const n = blocks.reduce((sum, rows) => sum + rows.ids.length, 0);
    const ids = new Int32Array(n);
    const codes = new Uint8Array(n * bytes);
    let at = 0;
    for (const rows of blocks) {
      ids.set(rows.ids, at);
      codes.set(rows.codes, at * bytes);
      at += rows.ids.length;
    }
    return { ids, codes };
  }

  /** Changes with every commit of any process; while it is equal, no block has changed. */
  revision(): string {
    const own = present(this.#db.prepare<[], number>('SELECT total_changes()').pluck().get());
    return `${own} ${String(this.#db.pragma('data_version', { simple: true }))}`;
  }

  /** Blocks that may have codes, in id order. */
  blocks(kind: ItemKind, modelId: ModelId): CodeBlock[] {
    return this.#db
      .prepare<[string, string], { block: bigint; stamp: bigint }>(
        'SELECT block, rows_stamp AS stamp FROM code_blocks WHERE kind = ? AND model_id = ? ORDER BY block',
      )
      .safeIntegers()
      .all(kind, modelId)
      .map(({ block, stamp }) => ({ block: Number(block), stamp }));
  }

  /** Ids of missing photos: their codes are kept, and not searched. */
  hidden(kind: ItemKind): ReadonlySet<number> {
    return new Set(this.#db.prepare<[], number>(hiddenRows[kind]).pluck().all());
  }

  /** Codes of one block, in id order, without those in `hidden`. @param bytes codes of another length are left out */
  block(kind: ItemKind, modelId: ModelId, block: number, bytes: number, hidden: ReadonlySet<number>): CodeRows {
    const rows = this.#packed(kind, modelId, block, bytes) ?? this.#unpacked(kind, modelId, block, bytes);
    return hidden.size === 0 || !rows.ids.some((id) => hidden.has(id)) ? rows : without(rows, hidden, bytes);
  }

  #packed(kind: ItemKind, modelId: ModelId, block: number, bytes: number): CodeRows | null {
    const row = this.#db
      .prepare<[string, number, string], { ids: Uint8Array; codes: Uint8Array }>(
        `SELECT p.ids, p.codes FROM packed_codes p JOIN code_blocks b USING (kind, block, model_id, codes_stamp)
         WHERE kind = ? AND block = ? AND model_id = ?`,
      )
      .get(kind, block, modelId);
    if (!row || row.codes.length !== (row.ids.length / 4) * bytes) return null;
    // The binding's buffers begin at any address; 32-bit numbers need a multiple of four.
    return { ids: new Int32Array(Uint8Array.from(row.ids).buffer), codes: row.codes };
  }

  #unpacked(kind: ItemKind, modelId: ModelId, block: number, bytes: number): CodeRows {
    const row = this.#db
      .prepare<[string, number, number, number], { ids: string | null; codes: string | null }>(
        `SELECT group_concat(id) AS ids, group_concat(hex(code), '') AS codes FROM (
           SELECT ${kind}_id AS id, code FROM ${kind}_codes
           WHERE model_id = ? AND ${kind}_id BETWEEN ? AND ? AND length(code) = ? ORDER BY ${kind}_id)`,
      )
      .get(modelId, block * blockIds, (block + 1) * blockIds - 1, bytes);
    if (!row || row.ids === null || row.codes === null) return { ids: new Int32Array(0), codes: new Uint8Array(0) };
    return { ids: Int32Array.from(row.ids.split(','), Number), codes: Buffer.from(row.codes, 'hex') };
  }

  /**
   * Packs the blocks that have changed since they were last packed, each in a separate transaction; called after
   * codes were made, so that the next start is fast. Interrupted, it leaves blocks that load a little slower.
   * Yields after each.
   */
  *pack(kind: ItemKind, modelId: ModelId, bytes: number): Generator<number> {
    const stale = this.#db
      .prepare<[string, string], number>(
        `SELECT block FROM code_blocks b WHERE kind = ? AND model_id = ? AND NOT EXISTS (SELECT 1 FROM packed_codes p
           WHERE (p.kind, p.block, p.model_id, p.codes_stamp) = (b.kind, b.block, b.model_id, b.codes_stamp)) ORDER BY block`,
      )
      .pluck()
      .all(kind, modelId);
    for (const block of stale) {
      this.#db.transaction(() => this.#packBlock(kind, modelId, block, bytes)).immediate();
      yield block;
    }
  }

  #packBlock(kind: ItemKind, modelId: ModelId, block: number, bytes: number): void {
    const { ids, codes } = this.#unpacked(kind, modelId, block, bytes);
    const key = [kind, block, modelId] as const;
    if (ids.length === 0) {
      this.#db.prepare('DELETE FROM code_blocks WHERE (kind, block, model_id) = (?, ?, ?)').run(...key);
      return;
    }
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO packed_codes (kind, block, model_id, codes_stamp, ids, codes)
         SELECT kind, block, model_id, codes_stamp, ?, ? FROM code_blocks WHERE (kind, block, model_id) = (?, ?, ?)`,
      )
      .run(new Uint8Array(ids.buffer), codes, ...key);
  }
}

function without({ ids, codes }: CodeRows, hidden: ReadonlySet<number>, bytes: number): CodeRows {
  const kept = ids.filter((id) => !hidden.has(id));
  const out = new Uint8Array(kept.length * bytes);
  let at = 0;
  ids.forEach((id, i) => {
    if (hidden.has(id)) return;
    out.set(codes.subarray(i * bytes, (i + 1) * bytes), at);
    at += bytes;
  });
  return { ids: kept, codes: out };
}
