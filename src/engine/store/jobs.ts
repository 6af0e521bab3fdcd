// The durable job queue's rows: what was asked for, how far it is, how it ended.
import type { Database } from 'better-sqlite3';
import type { ErrorData } from '../../shared/errors.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import type { JobKind, JobState } from '../../shared/contract/jobs.ts';

export interface JobRow {
  readonly id: JobId;
  readonly kind: JobKind;
  /** As given when it was queued; parsed by the kind's runner. */
  readonly params: unknown;
  readonly state: JobState;
  readonly message: string;
  readonly done: number;
  readonly total: number;
  readonly attempts: number;
  readonly ownerPid: number | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly error: ErrorData | null;
  readonly result: unknown;
}

interface Raw extends Omit<JobRow, 'params' | 'error' | 'result'> {
  readonly params: string;
  readonly error: string | null;
  readonly result: string | null;
}

const columns = `id, kind, params, state, message, done, total, attempts, owner_pid AS ownerPid,
  created_at AS createdAt, finished_at AS finishedAt, error, result`;

function toRow(raw: Raw): JobRow {
  return {
    ...raw,
    params: JSON.parse(raw.params) as unknown,
    error: raw.error === null ? null : (JSON.parse(raw.error) as ErrorData),
    result: raw.result === null ? null : (JSON.parse(raw.result) as unknown),
  };
}

export class JobStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  insert(kind: JobKind, params: unknown): JobRow {
    const raw = this.#db
      .prepare<[string, string, number], Raw>(
        `INSERT INTO jobs (kind, params, state, created_at) VALUES (?, ?, 'queued', ?) RETURNING ${columns}`,
      )
      .get(kind, JSON.stringify(params), Date.now());
    if (!raw) throw new Error(`job ${kind} was not stored`);
    return toRow(raw);
  }

  get(id: JobId): JobRow | null {
    const raw = this.#db.prepare<[number], Raw>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id);
    return raw ? toRow(raw) : null;
  }

  /** Newest first: all that is unfinished and the last `finished` of the rest. */
  list(finished = 20): JobRow[] {
    return this.#db
      .prepare<[number], Raw>(
        `SELECT ${columns} FROM jobs WHERE finished_at IS NULL OR id IN
           (SELECT id FROM jobs WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT ?) ORDER BY id DESC`,
      )
      .all(finished)
      .map(toRow);
  }

  withState(state: JobState): JobRow[] {
    return this.#db
      .prepare<[string], Raw>(`SELECT ${columns} FROM jobs WHERE state = ? ORDER BY id`)
      .all(state)
      .map(toRow);
  }

  /** The process that will run it; a queued job whose process is gone may be taken over. */
  own(id: JobId, pid: number): void {
    this.#db.prepare('UPDATE jobs SET owner_pid = ? WHERE id = ?').run(pid, id);
  }

  start(id: JobId, pid: number): void {
    this.#db
      .prepare(`UPDATE jobs SET state = 'running', owner_pid = ?, attempts = attempts + 1 WHERE id = ?`)
      .run(pid, id);
  }

  progress(id: JobId, done: number, total: number, message: string): void {
    this.#db.prepare('UPDATE jobs SET done = ?, total = ?, message = ? WHERE id = ?').run(done, total, message, id);
  }

  /** Back to the queue after a stop that was asked for, paused or not; its work so far lies in the other tables. */
  release(id: JobId, state: 'queued' | 'paused', message: string): void {
    this.#db
      .prepare('UPDATE jobs SET state = ?, owner_pid = NULL, attempts = 0, message = ? WHERE id = ?')
      .run(state, message, id);
  }

  /** Back to the queue after a crash, which counts as an attempt. */
  requeue(id: JobId): void {
    this.#db
      .prepare(`UPDATE jobs SET state = 'queued', owner_pid = NULL, message = 'Waiting to go on' WHERE id = ?`)
      .run(id);
  }

  finish(id: JobId, state: 'done' | 'failed' | 'cancelled', outcome: { error?: ErrorData; result?: unknown }): void {
    this.#db
      .prepare('UPDATE jobs SET state = ?, owner_pid = NULL, finished_at = ?, error = ?, result = ? WHERE id = ?')
      .run(
        state,
        Date.now(),
        outcome.error ? JSON.stringify({ code: outcome.error.code, message: outcome.error.message }) : null,
        outcome.result === undefined ? null : JSON.stringify(outcome.result),
        id,
      );
  }
}
