// A lock between processes that the operating system releases when its holder ends in any way: an exclusive transaction
// on an SQLite file of its own. SQLite's locks work on Linux, macOS and Windows, and on network drives that support
// locks.
import SQLite, { type Database } from 'better-sqlite3';

/** How long `acquire` waits for a process that only checks whether the lock is held. */
const lookMs = 200;

const isBusy = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

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
   * @throws the file system's error where the lock file cannot be made or opened
   */
  acquire(): boolean {
    if (this.#db !== null) return true;
    const db = new SQLite(this.#file, { timeout: lookMs });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      if (isBusy(error)) return false;
      throw error;
    }
    this.#db = db;
    return true;
  }

  release(): void {
    this.#db?.close();
    this.#db = null;
  }

  /** Whether another process holds the lock now. Changes nothing and makes no file. */
  heldByOther(): boolean {
    if (this.#db !== null) return false;
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
