// The folders a person has added. A folder is never removed because its disk is away.
import type { Database } from 'better-sqlite3';
import type { FolderId } from '../../shared/contract/ids.ts';

export interface FolderRow {
  readonly id: FolderId;
  readonly path: string;
  readonly folderNamesAsTags: boolean;
  readonly captionStamp: string;
  readonly lastScanAt: number | null;
  /** Photos whose file was there at the last scan. */
  readonly photos: number;
}

interface Raw extends Omit<FolderRow, 'folderNamesAsTags'> {
  readonly folderNamesAsTags: 0 | 1;
}

const columns = `id, path, folder_names_as_tags AS folderNamesAsTags, caption_stamp AS captionStamp,
  last_scan_at AS lastScanAt, (SELECT count(*) FROM photos p WHERE p.folder_id = folders.id AND p.present) AS photos`;
const toRow = (raw: Raw): FolderRow => ({ ...raw, folderNamesAsTags: raw.folderNamesAsTags === 1 });

export class FolderStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  list(): FolderRow[] {
    return this.#db.prepare<[], Raw>(`SELECT ${columns} FROM folders ORDER BY id`).all().map(toRow);
  }

  get(id: FolderId): FolderRow | null {
    const raw = this.#db.prepare<[number], Raw>(`SELECT ${columns} FROM folders WHERE id = ?`).get(id);
    return raw ? toRow(raw) : null;
  }

  /** Adds the folder, or finds it when it is known already; `folderNamesAsTags` null leaves a known folder's choice. */
  add(path: string, folderNamesAsTags: boolean | null): FolderRow {
    const raw = this.#db
      .prepare<[string, number, number], { id: FolderId }>(
        `INSERT INTO folders (path, folder_names_as_tags, added_at) VALUES (?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET path = excluded.path RETURNING id`,
      )
      .get(path, folderNamesAsTags === false ? 0 : 1, Date.now());
    if (!raw) throw new Error(`folder ${path} was not stored`);
    const before = this.get(raw.id);
    if (before && folderNamesAsTags !== null && before.folderNamesAsTags !== folderNamesAsTags) {
      // A stamp no scan can have makes the next one give every photo its texts anew.
      this.#db
        .prepare(`UPDATE folders SET folder_names_as_tags = ?, caption_stamp = 'stale' WHERE id = ?`)
        .run(folderNamesAsTags ? 1 : 0, raw.id);
    }
    const row = this.get(raw.id);
    if (!row) throw new Error(`folder ${path} was not stored`);
    return row;
  }

  /** Forgets the folder with all its photos, texts, features and codes. The files are not touched. */
  remove(id: FolderId): void {
    this.#db.prepare('DELETE FROM folders WHERE id = ?').run(id);
  }

  scanned(id: FolderId, captionStamp: string): void {
    this.#db
      .prepare('UPDATE folders SET last_scan_at = ?, caption_stamp = ? WHERE id = ?')
      .run(Date.now(), captionStamp, id);
  }
}
