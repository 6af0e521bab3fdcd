// Sketches of photos (search/sketch): their directions, one row per model, and a packed row for each block of ids.
// All of it can be computed again from `photo_vectors`; a block is valid while its codes have not changed.
import type { Database } from 'better-sqlite3';
import type { ModelId } from '../../shared/contract/ids.ts';
import { blockIds, type CodeBlock } from './codes.ts';

/** The directions of a model's sketches. */
export interface SketchSet {
  /** A random number that identifies the directions. */
  readonly stamp: bigint;
  /** Number of photos when the directions were found. */
  readonly photos: number;
  /** Packed as in search/sketch/basis.ts. */
  readonly basis: Uint8Array;
}

export class SketchStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  set(modelId: ModelId): SketchSet | null {
    const row = this.#db
      .prepare<[string], { stamp: bigint; photos: bigint; basis: Uint8Array }>(
        'SELECT stamp, photos, basis FROM sketch_sets WHERE model_id = ?',
      )
      .safeIntegers()
      .get(modelId);
    return row ? { ...row, photos: Number(row.photos) } : null;
  }

  /** Starts again with these directions and removes sketches in others. */
  begin(modelId: ModelId, photos: number, basis: Uint8Array): void {
    this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM packed_sketches WHERE model_id = ?').run(modelId);
        this.#db
          .prepare('INSERT OR REPLACE INTO sketch_sets (model_id, stamp, photos, basis) VALUES (?, random(), ?, ?)')
          .run(modelId, photos, basis);
      })
      .immediate();
  }

  /** Blocks without valid sketches, and the present stamps of their codes. */
  stale(modelId: ModelId): CodeBlock[] {
    return this.#db
      .prepare<[string], { block: bigint; stamp: bigint }>(
        `SELECT block, codes_stamp AS stamp FROM code_blocks b WHERE kind = 'photo' AND model_id = ? AND NOT EXISTS (
           SELECT 1 FROM packed_sketches s
           WHERE (s.kind, s.block, s.model_id, s.codes_stamp) = (b.kind, b.block, b.model_id, b.codes_stamp)) ORDER BY block`,
      )
      .safeIntegers()
      .all(modelId)
      .map(({ block, stamp }) => ({ block: Number(block), stamp }));
  }

  /**
   * Stores a block's sketches, unless its codes or the directions have changed since; a process with the block in
   * memory reads it again.
   * @param set stamp of the directions they are in
   * @param rows of the block's ids from the first on, zeros for missing ones
   */
  put(modelId: ModelId, set: bigint, { block, stamp }: CodeBlock, rows: Int8Array): void {
    this.#db
      .transaction(() => {
        const { changes } = this.#db
          .prepare(
            `UPDATE code_blocks SET rows_stamp = random()
             WHERE kind = 'photo' AND block = ? AND model_id = ? AND codes_stamp = ?
               AND EXISTS (SELECT 1 FROM sketch_sets s WHERE s.model_id = code_blocks.model_id AND s.stamp = ?)`,
          )
          .run(block, modelId, stamp, set);
        if (changes === 0) return;
        this.#db
          .prepare(`INSERT OR REPLACE INTO packed_sketches VALUES ('photo', ?, ?, ?, ?)`)
          .run(block, modelId, stamp, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
      })
      .immediate();
  }

  /** Invalidates the sketches of these photos' blocks: a photo may get its row long after its code. */
  remove(modelId: ModelId, ids: readonly number[]): void {
    const remove = this.#db.prepare(`DELETE FROM packed_sketches WHERE kind = 'photo' AND block = ? AND model_id = ?`);
    for (const block of new Set(ids.map((id) => Math.floor(id / blockIds)))) remove.run(block, modelId);
  }

  /** A block's valid sketches in the directions of this stamp, as given to `put`. */
  block(modelId: ModelId, block: number, set: bigint): Int8Array | null {
    const row = this.#db
      .prepare<[number, string, bigint], Uint8Array>(
        `SELECT s.rows FROM packed_sketches s JOIN code_blocks b USING (kind, block, model_id, codes_stamp)
         JOIN sketch_sets USING (model_id) WHERE kind = 'photo' AND block = ? AND model_id = ? AND stamp = ?`,
      )
      .pluck()
      .get(block, modelId, set);
    return row ? new Int8Array(row.buffer, row.byteOffset, row.byteLength) : null;
  }
}
