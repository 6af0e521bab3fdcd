// Who has a library open: any number of engines share it, and one repair or restore has it alone. The operating system
// frees both when the process ends, however it ends.
import SQLite, { type Database } from 'better-sqlite3';

const isBusy = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

export class Presence {
  readonly #file: string;
  #db: Database | null = null;

  /** @param file path of the lock; made when it is first taken, and left in place */
  constructor(file: string) {
    this.#file = file;
  }

  /** False while another process has the library alone. Where no lock can be made (a read-only disk) no process is kept out. */
  share(): boolean {
    return this.#lock('BEGIN', 'SELECT count(*) FROM sqlite_schema');
  }

  /** False while another process has the library open. */
  alone(): boolean {
    return this.#lock('BEGIN EXCLUSIVE', null);
  }

  #lock(begin: string, read: string | null): boolean {
    let db: Database;
    try {
      db = new SQLite(this.#file, { timeout: 500 });
    } catch {
      return true;
    }
    try {
      db.exec(begin);
      if (read !== null) db.prepare(read).get();
    } catch (error) {
      db.close();
      if (isBusy(error)) return false;
      return true;
    }
    this.#db = db;
    return true;
  }

  release(): void {
    this.#db?.close();
    this.#db = null;
  }
}
