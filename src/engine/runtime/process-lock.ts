// A lock between processes that the operating system releases when its holder ends in any way.
import SQLite, { type Database } from 'better-sqlite3';
import { isBusy, acquireLock } from './lock-file.ts';
import { otherKindAt } from './plain-file.ts';

/** Longest wait of `acquire` for a process that only checks whether the lock is held. */
const lookMs = 200;

export class ProcessLock {
  readonly #file: string;
  #db: Database | null = null;

  /** @param file path of the lock file; created on first use and never removed */
  constructor(file: string) {
    this.#file = file;
  }

  get held(): boolean {
    return this.#db !== null;
  }

  /**
   * Acquires the lock, or returns false at once where another process (or another lock object) holds it.
   * @throws HashlensError `unreadable`, `read-only`, `disk-full` or `io-error` where the lock file cannot be made or opened
   */
  acquire(): boolean {
    this.#db ??= acquireLock(this.#file, lookMs, (db) => db.exec('BEGIN EXCLUSIVE'));
    return this.#db !== null;
  }

  release(): void {
    this.#db?.close();
    this.#db = null;
  }

  /** Whether another process holds the lock now. Changes nothing and makes no file. */
  heldByOther(): boolean {
    if (this.#db !== null || otherKindAt(this.#file) !== null) return false;
    let db: Database;
    try {
      db = new SQLite(this.#file, { fileMustExist: true, timeout: 0 });
    } catch {
      return false;
    }
    try {
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return false;
    } catch (error) {
      return isBusy(error);
    } finally {
      db.close();
    }
  }
}
