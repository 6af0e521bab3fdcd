// Hash models: their training data and quality. The networks themselves are in the model's folder.
import type { Database } from 'better-sqlite3';
import {
  epochMetricsSchema,
  evaluationContextSchema,
  type EpochMetrics,
  type EvaluationContext,
} from '../../shared/contract/evaluation.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { ModelState } from '../../shared/contract/models.ts';
import { settingValues } from '../../shared/contract/training.ts';
import { fromJson } from './stored-json.ts';

export interface ModelRow {
  readonly id: ModelId;
  readonly method: string;
  readonly bits: number;
  readonly encoderId: string;
  readonly state: ModelState;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly evaluation: EvaluationContext | null;
  readonly bestEpoch: number | null;
  readonly createdAt: number;
  /** The person's name and note for it; empty without them. */
  readonly name: string;
  readonly note: string;
}

interface Raw extends Omit<ModelRow, 'options' | 'evaluation'> {
  readonly options: string;
  readonly evaluation: string | null;
}

const columns = `id, method, bits, encoder_id AS encoderId, state, options, evaluation, best_epoch AS bestEpoch,
  created_at AS createdAt, name, note`;

/** Measures in another version's form are left out; the model itself is its files. */
function toRow(raw: Raw): ModelRow {
  return {
    ...raw,
    options: fromJson(settingValues, raw.options) ?? {},
    evaluation: fromJson(evaluationContextSchema, raw.evaluation),
  };
}

export class ModelStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first. */
  list(): ModelRow[] {
    return this.#db
      .prepare<[], Raw>(`SELECT ${columns} FROM models ORDER BY created_at DESC, id DESC`)
      .all()
      .map(toRow);
  }

  get(id: ModelId): ModelRow | null {
    const raw = this.#db.prepare<[string], Raw>(`SELECT ${columns} FROM models WHERE id = ?`).get(id);
    return raw ? toRow(raw) : null;
  }

  /** Starts a model's row, or restarts it: epochs of an interrupted training are removed. */
  begin(model: Pick<ModelRow, 'id' | 'method' | 'bits' | 'encoderId' | 'state' | 'options'>): void {
    this.#db.prepare('DELETE FROM epochs WHERE model_id = ?').run(model.id);
    this.#db
      .prepare(
        `INSERT INTO models (id, method, bits, encoder_id, state, options, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE
         SET state = excluded.state, encoder_id = excluded.encoder_id, evaluation = NULL, best_epoch = NULL`,
      )
      .run(model.id, model.method, model.bits, model.encoderId, model.state, JSON.stringify(model.options), Date.now());
  }

  /** A model made elsewhere, with its epochs. Throws if the id is taken. */
  add(model: Omit<ModelRow, 'name' | 'note'>, epochs: readonly EpochMetrics[]): void {
    const { id, method, bits, encoderId, state, options, evaluation, bestEpoch, createdAt } = model;
    this.#db.transaction(() => {
      this.#db
        .prepare(
          `INSERT INTO models (id, method, bits, encoder_id, state, options, evaluation, best_epoch, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          id,
          method,
          bits,
          encoderId,
          state,
          JSON.stringify(options),
          evaluation === null ? null : JSON.stringify(evaluation),
          bestEpoch,
          createdAt,
        );
      for (const metrics of epochs) this.addEpoch(id, metrics, false);
    })();
  }

  setEvaluation(id: ModelId, evaluation: EvaluationContext): void {
    this.#db.prepare('UPDATE models SET evaluation = ? WHERE id = ?').run(JSON.stringify(evaluation), id);
  }

  addEpoch(id: ModelId, metrics: EpochMetrics, best: boolean): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO epochs (model_id, epoch, metrics) VALUES (?, ?, ?)')
      .run(id, metrics.epoch, JSON.stringify(metrics));
    if (best) this.#db.prepare('UPDATE models SET best_epoch = ? WHERE id = ?').run(metrics.epoch, id);
  }

  epochs(id: ModelId): EpochMetrics[] {
    return this.#db
      .prepare<[string], { metrics: string }>('SELECT metrics FROM epochs WHERE model_id = ? ORDER BY epoch')
      .all(id)
      .flatMap((row) => fromJson(epochMetricsSchema, row.metrics) ?? []);
  }

  /** Absent values stay. */
  describe(
    id: ModelId,
    { name, note }: { readonly name?: string | undefined; readonly note?: string | undefined },
  ): void {
    this.#db
      .prepare('UPDATE models SET name = coalesce(?, name), note = coalesce(?, note) WHERE id = ?')
      .run(name ?? null, note ?? null, id);
  }

  setState(id: ModelId, state: ModelState): void {
    this.#db.prepare('UPDATE models SET state = ? WHERE id = ?').run(state, id);
  }

  remove(id: ModelId): void {
    this.#db.prepare('DELETE FROM models WHERE id = ?').run(id);
  }
}
