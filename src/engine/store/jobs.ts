// Rows of the durable job queue: parameters, progress and outcome of each job.
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { errorCodes, type ErrorData } from '../../shared/errors.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import type { JobKind, JobState } from '../../shared/contract/jobs.ts';
import { fromJson } from './stored-json.ts';

/** Request to a job that another process runs. */
export type JobRequest = 'pause' | 'cancel';

export interface JobRow {
  readonly id: JobId;
  readonly kind: JobKind;
  /** Parameters as queued; the kind's runner parses them. */
  readonly params: unknown;
  readonly state: JobState;
  readonly message: string;
  readonly done: number;
  readonly total: number;
  /** Number of starts since the last request. */
  readonly attempts: number;
  /** The process that queued it or runs it, for messages. Only the lock shows whether that process is alive. */
  readonly ownerPid: number | null;
  readonly createdAt: number;
  /** Time of the first start; null while it waits, and for jobs of older releases. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly error: ErrorData | null;
  readonly result: unknown;
}

export interface JobOutcome {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly error?: ErrorData;
  /** Stack and causes of the error. */
  readonly errorDetail?: string;
  readonly result?: unknown;
}

interface Raw extends Omit<JobRow, 'params' | 'error' | 'result'> {
  readonly params: string;
  readonly error: string | null;
  readonly result: string | null;
}

const columns = `id, kind, params, state, message, done, total, attempts, owner_pid AS ownerPid,
  created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt, error, result`;

const storedError = z.object({ code: z.enum(errorCodes), message: z.string() });
const lostError: ErrorData = { code: 'internal', message: 'The reason was not kept.' };

function toRow(raw: Raw): JobRow {
  return {
    ...raw,
    params: fromJson(z.unknown(), raw.params),
    error: raw.error === null ? null : (fromJson(storedError, raw.error) ?? lostError),
    result: fromJson(z.unknown(), raw.result),
  };
}

export class JobStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  insert(kind: JobKind, params: unknown, ownerPid: number | null): JobRow {
    const { lastInsertRowid } = this.#db
      .prepare(`INSERT INTO jobs (kind, params, state, owner_pid, created_at) VALUES (?, ?, 'queued', ?, ?)`)
      .run(kind, JSON.stringify(params), ownerPid, Date.now());
    const row = this.get(Number(lastInsertRowid) as JobId);
    if (!row) throw new Error(`job ${kind} was not stored`);
    return row;
  }

  get(id: JobId): JobRow | null {
    const raw = this.#db.prepare<[number], Raw>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id);
    return raw ? toRow(raw) : null;
  }

  /** Newest first: all unfinished jobs, and the last `finished` of the rest. */
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

  /** Stack and causes of a failed job's error; null where none were kept. */
  errorDetail(id: JobId): string | null {
    const read = this.#db.prepare<[number], string | null>('SELECT error_detail FROM jobs WHERE id = ?').pluck();
    return read.get(id) ?? null;
  }

  /** Marks a queued job as running here. False if it is no longer queued, because another process was faster. */
  start(id: JobId, pid: number): boolean {
    return (
      this.#db
        .prepare(
          `UPDATE jobs SET state = 'running', owner_pid = ?, attempts = attempts + 1, request = NULL,
             started_at = coalesce(started_at, ?)
           WHERE id = ? AND state = 'queued'`,
        )
        .run(pid, Date.now(), id).changes === 1
    );
  }

  progress(id: JobId, done: number, total: number, message: string): void {
    this.#db.prepare('UPDATE jobs SET done = ?, total = ?, message = ? WHERE id = ?').run(done, total, message, id);
  }

  /**
   * Sets a job in one of the states `from` back to the queue or to a pause; its work so far is in the other tables. False
   * when it is in another state by now.
   */
  release(
    id: JobId,
    from: readonly JobState[],
    to: { state: 'queued' | 'paused'; message: string; keepAttempts?: boolean },
  ): boolean {
    return (
      this.#db
        .prepare(
          `UPDATE jobs SET state = ?, message = ?, owner_pid = NULL, request = NULL,
             attempts = CASE WHEN ? THEN attempts ELSE 0 END
           WHERE id = ? AND state IN (SELECT value FROM json_each(?))`,
        )
        .run(to.state, to.message, to.keepAttempts === true ? 1 : 0, id, JSON.stringify(from)).changes === 1
    );
  }

  /** Ends a job that is in one of the states `from`. False when it is in another state by now. */
  finish(id: JobId, from: readonly JobState[], { state, error, errorDetail, result }: JobOutcome): boolean {
    return (
      this.#db
        .prepare(
          `UPDATE jobs SET state = ?, owner_pid = NULL, request = NULL, finished_at = ?, error = ?, error_detail = ?,
             result = ? WHERE id = ? AND state IN (SELECT value FROM json_each(?))`,
        )
        .run(
          state,
          Date.now(),
          error ? JSON.stringify({ code: error.code, message: error.message }) : null,
          errorDetail ?? null,
          result === undefined ? null : JSON.stringify(result),
          id,
          JSON.stringify(from),
        ).changes === 1
    );
  }

  /** Sends a request to the process that runs the job. A request to pause does not replace one to cancel. */
  ask(id: JobId, request: JobRequest): void {
    this.#db
      .prepare(
        `UPDATE jobs SET request = ? WHERE id = ? AND state = 'running' AND (request IS NULL OR request = 'pause')`,
      )
      .run(request, id);
  }

  request(id: JobId): JobRequest | null {
    const read = this.#db.prepare<[number], JobRequest | null>('SELECT request FROM jobs WHERE id = ?').pluck();
    return read.get(id) ?? null;
  }
}
