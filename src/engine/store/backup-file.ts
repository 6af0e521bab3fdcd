// A backup as one SQLite file: the tables that cannot be made again, and the manifests of the library's models.
import SQLite, { SqliteError, type Database } from 'better-sqlite3';
import { HashlensError, namingFault } from '../../shared/errors.ts';
import { columnsOf, copySequences, rowCount, keptTables, quotedName } from './kept-tables.ts';
import { migrate, schemaVersion } from './migrations.ts';

/** `HLBK`, which distinguishes a backup from a library. */
const applicationId = 0x484c424b;
const manifestTable = 'backup_model_manifests';
const timeoutMs = 15_000;

export interface SavedManifest {
  readonly modelId: string;
  /** The text of manifest.json. */
  readonly manifest: string;
}

export interface BackupContent {
  readonly schemaVersion: number;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly manifests: readonly SavedManifest[];
}

/**
 * Copies one consistent state of the library, which other processes may be using, into `target`, a new file.
 * @throws SqliteError where a page of the library cannot be read
 */
export function writeBackupFile(library: string, target: string, manifests: readonly SavedManifest[]): void {
  const db = new SQLite(target);
  try {
    // The caller flushes and renames the finished file; until then a crash may leave it in any state.
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma(`application_id = ${applicationId}`);
    attach(db, library, 'library');
    db.transaction(() => {
      // A foreign key may name a table that is created later, so rows are copied after all the tables exist.
      const tables = keptTables(db, 'library');
      for (const { sql } of tables) db.exec(sql);
      for (const { name } of tables) {
        db.exec(`INSERT INTO main.${quotedName(name)} SELECT * FROM library.${quotedName(name)}`);
      }
      copySequences(db, 'library', 'main');
      db.exec(`CREATE TABLE ${manifestTable} (model_id TEXT PRIMARY KEY, manifest TEXT NOT NULL) STRICT`);
      const insert = db.prepare(`INSERT INTO ${manifestTable} VALUES (?, ?)`);
      for (const { modelId, manifest } of manifests) insert.run(modelId, manifest);
      db.pragma(`user_version = ${Number(db.pragma('library.user_version', { simple: true }))}`);
    })();
  } finally {
    db.close();
  }
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof SqliteError && /^SQLITE_(IOERR|CANTOPEN)/.test(error.code);

/** Beginning of the message about a backup whose disk fails. */
export const cannotRead = (file: string): string => `The backup ${file} could not be read`;

/**
 * Reads every page of a backup and counts its rows.
 * @throws HashlensError `backup-damaged`; `io-error` where its disk cannot be read
 */
export function verifyBackupFile(file: string): BackupContent {
  const wrong = (what: string, cause?: unknown) =>
    new HashlensError('backup-damaged', `The backup ${file} cannot be used: ${what}. Take another one.`, { cause });
  let db: Database;
  try {
    db = new SQLite(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw isOfDisk(error) ? namingFault(cannotRead(file), error) : wrong('it cannot be opened', error);
  }
  try {
    if (Number(db.pragma('application_id', { simple: true })) !== applicationId) throw wrong('it is not a backup');
    const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
    if (first?.integrity_check !== 'ok') throw wrong(first?.integrity_check ?? 'it cannot be checked');
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0) throw wrong('rows belong to rows that are not there');
    const tables = keptTables(db).filter(({ name }) => name !== manifestTable);
    return {
      schemaVersion: Number(db.pragma('user_version', { simple: true })),
      counts: Object.fromEntries(tables.map(({ name }) => [name, rowCount(db, name)])),
      manifests: db
        .prepare<[], SavedManifest>(`SELECT model_id AS modelId, manifest FROM ${manifestTable} ORDER BY model_id`)
        .all(),
    };
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    if (isOfDisk(error)) throw namingFault(cannotRead(file), error);
    throw wrong(error instanceof Error ? error.message : String(error), error);
  } finally {
    db.close();
  }
}

/** A photo to remove from backups. Ids are used once in a library, but again after a restore. */
export interface PhotoToRemove {
  readonly id: number;
  readonly path: string;
  readonly contentHash: string;
}

/**
 * Copies a backup into `target`, a new file, without some photos and without a folder; the copy's pages contain
 * nothing of them.
 * @returns false if the backup has none of them; then nothing is written
 * @throws SqliteError where the backup cannot be read or the copy not be written
 */
export function copyWithout(
  file: string,
  target: string,
  photos: readonly PhotoToRemove[],
  folder: string | null,
): boolean {
  const isThere = 'EXISTS (SELECT 1 FROM removed r WHERE r.id = p.id AND (r.path = p.path OR r.hash = p.content_hash))';
  const source = new SQLite(file, { readonly: true, fileMustExist: true });
  try {
    listRemoved(source, photos);
    const holds = source
      .prepare<[string], number>(
        `SELECT EXISTS (SELECT 1 FROM photos p WHERE ${isThere}) OR EXISTS (SELECT 1 FROM folders WHERE path = ?)`,
      )
      .pluck()
      .get(folder ?? '');
    if (holds !== 1) return false;
    source.prepare('VACUUM INTO ?').run(target);
  } finally {
    source.close();
  }
  const db = new SQLite(target);
  try {
    db.pragma('journal_mode = MEMORY');
    db.pragma('foreign_keys = ON');
    listRemoved(db, photos);
    db.transaction(() => {
      db.prepare('DELETE FROM folders WHERE path = ?').run(folder ?? '');
      db.exec(`DELETE FROM photos AS p WHERE ${isThere}`);
      db.exec('DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM photo_tags)');
    })();
    // Pages are written without deleted data.
    db.exec('VACUUM');
    return true;
  } finally {
    db.close();
  }
}

function listRemoved(db: Database, photos: readonly PhotoToRemove[]): void {
  db.pragma('temp_store = MEMORY');
  db.exec('CREATE TEMP TABLE removed (id INTEGER PRIMARY KEY, path TEXT, hash TEXT)');
  const insert = db.prepare('INSERT INTO removed VALUES (?, ?, ?)');
  for (const { id, path, contentHash } of photos) insert.run(id, path, contentHash);
}

/**
 * Makes `target`, a new file, a library of the newest schema with the content of a backup.
 * @throws HashlensError `database-newer` for a backup of a later version of Hashlens
 */
export function makeLibraryFromBackup(backup: string, target: string): void {
  const db = new SQLite(target);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('foreign_keys = OFF');
    attach(db, backup, 'backup');
    const version = Number(db.pragma('backup.user_version', { simple: true }));
    if (version > schemaVersion) {
      throw new HashlensError(
        'database-newer',
        `The backup ${backup} was written by a newer Hashlens; update this one to restore it.`,
      );
    }
    // Create the tables of that time first, so that the later steps migrate the rows.
    migrate(db, target, version);
    db.transaction(() => {
      const known = new Set(keptTables(db).map(({ name }) => name));
      for (const { name } of keptTables(db, 'backup').filter((table) => known.has(table.name))) {
        db.exec(`DELETE FROM main.${quotedName(name)}`);
        copyRows(db, 'backup', name);
      }
      copySequences(db, 'backup', 'main');
    })();
    db.exec('DETACH backup');
    migrate(db, target);
  } finally {
    db.close();
  }
}

/** Copies rows that `main` does not have yet. */
export function copyRows(db: Database, from: string, table: string): number {
  const own = new Set(columnsOf(db, 'main', table));
  const columns = columnsOf(db, from, table)
    .filter((column) => own.has(column))
    .map(quotedName)
    .join(', ');
  return db
    .prepare(
      `INSERT OR IGNORE INTO main.${quotedName(table)} (${columns}) SELECT ${columns} FROM ${quotedName(from)}.${quotedName(table)}`,
    )
    .run().changes;
}

export function attach(db: Database, file: string, name: string): void {
  db.pragma(`busy_timeout = ${timeoutMs}`);
  db.prepare(`ATTACH ? AS ${quotedName(name)}`).run(file);
}
