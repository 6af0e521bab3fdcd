// Folders that a person has added. A folder is never removed because its disk is offline.
import { relative } from 'node:path';
import type { Database } from 'better-sqlite3';
import { Statements } from './statements.ts';
import type { FolderId } from '../../shared/contract/ids.ts';

export interface FolderRow {
  readonly id: FolderId;
  readonly path: string;
  readonly folderNamesAsTags: boolean;
  readonly captionStamp: string;
  readonly lastScanAt: number | null;
  /** Photos whose file existed at the last scan. */
  readonly photos: number;
}

interface Raw extends Omit<FolderRow, 'folderNamesAsTags'> {
  readonly folderNamesAsTags: 0 | 1;
}

const columns = `id, path, folder_names_as_tags AS folderNamesAsTags, caption_stamp AS captionStamp,
  last_scan_at AS lastScanAt, (SELECT count(*) FROM photos p WHERE p.folder_id = folders.id AND p.present) AS photos`;
const toRow = (raw: Raw): FolderRow => ({ ...raw, folderNamesAsTags: raw.folderNamesAsTags === 1 });

/** A GLOB pattern of paths that begin with `prefix`. */
const globOf = (prefix: string): string => `${prefix.replaceAll(/[*?[]/g, '[$&]')}*`;

export class FolderStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  list(): FolderRow[] {
    return this.#db.prepare<[], Raw>(`SELECT ${columns} FROM folders ORDER BY id`).all().map(toRow);
  }

  paths(): string[] {
    return this.#db.prepare<[], string>('SELECT path FROM folders ORDER BY id').pluck().all();
  }

  get(id: FolderId): FolderRow | null {
    const raw = this.#statements.prepare<Raw>(`SELECT ${columns} FROM folders WHERE id = ?`).get(id);
    return raw ? toRow(raw) : null;
  }

  /** Adds the folder, or finds a known one; `folderNamesAsTags` null keeps a known folder's choice. */
  add(path: string, folderNamesAsTags: boolean | null): FolderRow {
    this.#db
      .prepare(
        'INSERT INTO folders (path, folder_names_as_tags, added_at) VALUES (?, ?, ?) ON CONFLICT (path) DO NOTHING',
      )
      .run(path, folderNamesAsTags === false ? 0 : 1, Date.now());
    const raw = this.#db.prepare<[string], { id: FolderId }>('SELECT id FROM folders WHERE path = ?').get(path);
    if (!raw) throw new Error(`folder ${path} was not stored`);
    const before = this.get(raw.id);
    if (before && folderNamesAsTags !== null && before.folderNamesAsTags !== folderNamesAsTags) {
      // A stamp that no scan can have makes the next scan read every photo's texts again.
      this.#db
        .prepare(`UPDATE folders SET folder_names_as_tags = ?, caption_stamp = 'stale' WHERE id = ?`)
        .run(folderNamesAsTags ? 1 : 0, raw.id);
    }
    const row = this.get(raw.id);
    if (!row) throw new Error(`folder ${path} was not stored`);
    return row;
  }

  /**
   * Removes the folder with all its photos, texts, features and codes. The files are not touched.
   * @returns the number of photos
   */
  remove(id: FolderId): number {
    const photos = this.#db.prepare('DELETE FROM photos WHERE folder_id = ?').run(id).changes;
    this.#db.prepare('DELETE FROM folders WHERE id = ?').run(id);
    return photos;
  }

  /** Changes the path of the folder; all data of its photos stay. */
  relocate(id: FolderId, path: string): void {
    this.#db.prepare('UPDATE folders SET path = ? WHERE id = ?').run(path, id);
  }

  /**
   * Changes the path of the folder, of which the folder `below` is at `path` now; all data of its photos stay. Call in a
   * transaction.
   * @param below all photos are in it; relative to the folder's old path, empty for all of it
   */
  relocatePart(id: FolderId, below: string, path: string): void {
    this.relocate(id, path);
    if (below === '') return;
    const start = `${below}/`;
    this.#db.prepare('DELETE FROM failures WHERE folder_id = ? AND path NOT GLOB ?').run(id, globOf(start));
    for (const table of ['photos', 'failures']) {
      // No path begins with a slash, so none of them meets one that is still to be changed. SQLite and JavaScript count emoji
      // differently, so SQLite counts the start, too.
      this.#db
        .prepare(`UPDATE ${table} SET path = '/' || substr(path, length(?) + 1) WHERE folder_id = ?`)
        .run(start, id);
      this.#db.prepare(`UPDATE ${table} SET path = substr(path, 2) WHERE folder_id = ?`).run(id);
    }
    // No scan has this stamp, so every photo gets its texts again.
    this.#db.prepare(`UPDATE folders SET caption_stamp = 'stale' WHERE id = ?`).run(id);
  }

  /** Moves the photos of a folder inside `around` to `around`. Call in a transaction. */
  adopt(around: Pick<FolderRow, 'id' | 'path'>, inside: Pick<FolderRow, 'id' | 'path'>): void {
    const prefix = `${relative(around.path, inside.path).replaceAll('\\', '/')}/`;
    for (const table of ['photos', 'failures']) {
      // An existing row with the same path dates from before the inner folder was added.
      this.#db.prepare(`DELETE FROM ${table} WHERE folder_id = ? AND path GLOB ?`).run(around.id, globOf(prefix));
      this.#db
        .prepare(`UPDATE ${table} SET folder_id = ?, path = ? || path WHERE folder_id = ?`)
        .run(around.id, prefix, inside.id);
    }
    // Folder names may be tags now. No scan has this stamp, so every photo gets its texts again.
    this.#db.prepare(`UPDATE folders SET caption_stamp = 'stale' WHERE id = ?`).run(around.id);
    this.remove(inside.id);
  }

  scanned(id: FolderId, captionStamp: string): void {
    this.#db
      .prepare('UPDATE folders SET last_scan_at = ?, caption_stamp = ? WHERE id = ?')
      .run(Date.now(), captionStamp, id);
  }
}
