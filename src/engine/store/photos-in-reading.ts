// Photos being read now. Rows found here at the start of a job were being read when the program died.
import type { Database } from 'better-sqlite3';
import type { FolderId } from '../../shared/contract/ids.ts';
import { Statements } from './statements.ts';

export interface InterruptedPhoto {
  readonly path: string;
  /** Number of times the program died while it read this photo alone. */
  readonly deaths: number;
}

export class PhotosInReadingStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  start(folderId: FolderId, path: string, alone: boolean): void {
    this.#statements
      .prepare(
        // A folder may have been removed just now.
        `INSERT INTO photos_in_reading (folder_id, path, alone) SELECT id, ?, ? FROM folders WHERE id = ?
         ON CONFLICT (folder_id, path) DO UPDATE SET alone = excluded.alone`,
      )
      .run(path, alone ? 1 : 0, folderId);
  }

  end(folderId: FolderId, path: string): void {
    this.#statements.prepare('DELETE FROM photos_in_reading WHERE folder_id = ? AND path = ?').run(folderId, path);
  }

  /** Photos whose reading never ended. Each that was read alone gets one more death. */
  left(folderId: FolderId): InterruptedPhoto[] {
    this.#db
      .prepare('UPDATE photos_in_reading SET deaths = deaths + 1, alone = 0 WHERE folder_id = ? AND alone = 1')
      .run(folderId);
    return this.#db
      .prepare<[number], InterruptedPhoto>('SELECT path, deaths FROM photos_in_reading WHERE folder_id = ?')
      .all(folderId);
  }
}
