// Who has a library open: any number of engines share it, and one repair or restore has it alone. The operating system
// frees both when the process ends, however it ends.
import type { Database } from 'better-sqlite3';
import { takeLock } from './lock-file.ts';

const patienceMs = 500;

export class Presence {
  readonly #file: string;
  #db: Database | null = null;

  /** @param file path of the lock; made when it is first taken, and left in place */
  constructor(file: string) {
    this.#file = file;
  }

  /** False while another process has the library alone. Where no lock can be made (a read-only disk) no process is kept out. */
  share(): boolean {
    try {
      return this.#take((db) => {
        db.exec('BEGIN');
        db.prepare('SELECT count(*) FROM sqlite_schema').get();
      });
    } catch {
      return true;
    }
  }

  /**
   * False while another process has the library open.
   * @throws HashlensError where no lock can be made: nobody would be kept out of what is being replaced
   */
  alone(): boolean {
    return this.#take((db) => db.exec('BEGIN EXCLUSIVE'));
  }

  #take(begin: (db: Database) => void): boolean {
    this.#db = takeLock(this.#file, patienceMs, begin);
    return this.#db !== null;
  }

  release(): void {
    this.#db?.close();
    this.#db = null;
  }
}
