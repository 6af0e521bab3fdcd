// Shared and exclusive use of a library: any number of engines share it, or one repair or restore uses it alone. The
// operating system releases both when the process ends in any way.
import type { Database } from 'better-sqlite3';
import { acquireLock } from './lock-file.ts';

const timeoutMs = 500;

export class Presence {
  readonly #file: string;
  #db: Database | null = null;

  /** @param file path of the lock; created on first use, and never removed */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * False while another process has the library exclusively. Without a lock (on a read-only disk) no process is
   * excluded.
   */
  share(): boolean {
    try {
      return this.#acquire((db) => {
        db.exec('BEGIN');
        db.prepare('SELECT count(*) FROM sqlite_schema').get();
      });
    } catch {
      return true;
    }
  }

  /**
   * False while another process has the library open.
   * @throws HashlensError if no lock can be made: other processes could then use files that are being replaced
   */
  alone(): boolean {
    return this.#acquire((db) => db.exec('BEGIN EXCLUSIVE'));
  }

  #acquire(begin: (db: Database) => void): boolean {
    this.#db = acquireLock(this.#file, timeoutMs, begin);
    return this.#db !== null;
  }

  release(): void {
    this.#db?.close();
    this.#db = null;
  }
}
