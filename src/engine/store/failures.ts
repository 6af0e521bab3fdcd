// Files that could not be used, each with its reason, so that nothing is skipped silently.
import type { Database } from 'better-sqlite3';
import type { ErrorData } from '../../shared/errors.ts';
import type { FailureId, FolderId } from '../../shared/contract/ids.ts';
import { Statements } from './statements.ts';

export interface FailureRow {
  readonly id: FailureId;
  readonly folderId: FolderId;
  readonly folderPath: string;
  /** Relative to the folder. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly code: ErrorData['code'];
  readonly message: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly lastAt: number;
  /** The program that tried it last, as the caller of `record` describes it. */
  readonly triedBy: string;
  readonly ignored: 0 | 1;
}

export class FailureStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  /**
   * Adds `attempts` to those of the same file (path, size, mtime) with the same `triedBy`; otherwise it starts at
   * zero.
   * @param attempts 0 for a failure of the machine, which is not the file's
   */
  record(
    folderId: FolderId,
    file: { readonly path: string; readonly size: number; readonly mtimeMs: number },
    error: ErrorData,
    attempts: number,
    triedBy = '',
  ): void {
    this.#db
      .prepare(
        `INSERT INTO failures (folder_id, path, size, mtime_ms, code, message, last_at, attempts, tried_by, id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) + 1 FROM failures))
         ON CONFLICT (folder_id, path) DO UPDATE SET
           attempts = excluded.attempts +
             CASE WHEN size = excluded.size AND mtime_ms = excluded.mtime_ms AND tried_by = excluded.tried_by
               THEN attempts ELSE 0 END,
           ignored = CASE WHEN size = excluded.size AND mtime_ms = excluded.mtime_ms THEN ignored ELSE 0 END,
           size = excluded.size, mtime_ms = excluded.mtime_ms, code = excluded.code, message = excluded.message,
           last_at = excluded.last_at, tried_by = excluded.tried_by`,
      )
      .run(folderId, file.path, file.size, file.mtimeMs, error.code, error.message, Date.now(), attempts, triedBy);
  }

  /** The failure of a file as it is now; null if there is none, or one of the file as it was before a change. */
  of(folderId: FolderId, file: Pick<FailureRow, 'path' | 'size' | 'mtimeMs'>): Pick<FailureRow, 'triedBy'> | null {
    return (
      this.#statements
        .prepare<Pick<FailureRow, 'triedBy'>>(
          'SELECT tried_by AS triedBy FROM failures WHERE folder_id = ? AND path = ? AND size = ? AND mtime_ms = ?',
        )
        .get(folderId, file.path, file.size, file.mtimeMs) ?? null
    );
  }

  clear(folderId: FolderId, path: string): void {
    this.#statements.prepare('DELETE FROM failures WHERE folder_id = ? AND path = ?').run(folderId, path);
  }

  /** Resets the numbers of failures, so that the next run tries every file again; null for all folders. */
  resetAttempts(folderId: FolderId | null): void {
    this.#db.prepare('UPDATE failures SET attempts = 0 WHERE ? IS NULL OR folder_id = ?').run(folderId, folderId);
  }

  /** Ignores these files until they have changed, or stops ignoring them. */
  setIgnored(ids: readonly FailureId[], isIgnored: boolean): void {
    this.#db
      .prepare('UPDATE failures SET ignored = ? WHERE id IN (SELECT value FROM json_each(?))')
      .run(isIgnored ? 1 : 0, JSON.stringify(ids));
  }

  list(folderId?: FolderId): FailureRow[] {
    return this.#db
      .prepare<[number | null, number | null], FailureRow>(
        `SELECT f.id, f.ignored, f.folder_id AS folderId, d.path AS folderPath, f.path, f.size, f.mtime_ms AS mtimeMs, f.code, f.message,
           f.attempts, f.last_at AS lastAt, f.tried_by AS triedBy FROM failures f JOIN folders d ON d.id = f.folder_id
         WHERE ? IS NULL OR f.folder_id = ? ORDER BY f.folder_id, f.path`,
      )
      .all(folderId ?? null, folderId ?? null);
  }

  /** Without ignored files. */
  count(): number {
    return this.#db.prepare<[], { n: number }>('SELECT count(*) AS n FROM failures WHERE NOT ignored').get()?.n ?? 0;
  }
}
