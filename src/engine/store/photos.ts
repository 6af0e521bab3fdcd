// Photos: one row per file, found by folder and relative path, recognised by content hash after a move.
import { join } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { parseIntegers, parseJson } from '../../shared/json.ts';
import { favouriteTag } from '../../shared/contract/edits.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoOrder } from '../../shared/contract/photos.ts';
import type { Condition } from './conditions.ts';
import type { PhotoToRemove } from './backup-file.ts';
import { captionOrder } from './caption-order.ts';
import { Statements } from './statements.ts';

const paths = z.array(z.string());

export interface PhotoFile {
  /** Relative to the folder, `/` between names. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Time of the last change of content or permissions; null if unknown. */
  readonly ctimeMs: number | null;
  readonly sidecarStamp: string;
  /** Paths, relative to the folder, of other versions of the photo. */
  readonly versions: readonly string[];
}

export interface PhotoDescription {
  readonly contentHash: string;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly capturedAt: number | null;
  /** End of the year, month or day where no more is known; null for a time of day. */
  readonly capturedUntil: number | null;
  /** Minutes from UTC to local time. */
  readonly utcOffset: number | null;
  readonly dateSource: string | null;
  readonly camera: string | null;
  /** One to five stars. */
  readonly rating: number | null;
  /** Place in words, the nearest name first. */
  readonly place: string | null;
  /** Degrees, north and east positive. */
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
  /** Place in words, derived from the position. */
  readonly positionPlace: string | null;
  /** Version of the reader that read this data. */
  readonly metadataReader: number;
}

export interface KnownPhoto extends PhotoFile {
  readonly id: PhotoId;
  readonly folderId: FolderId;
  readonly contentHash: string;
  readonly present: 0 | 1;
  /** Time of the last reading. */
  readonly indexedAt: number;
  readonly metadataReader: number;
}

export interface PhotoRow extends PhotoFile, Omit<PhotoDescription, 'position' | 'metadataReader'> {
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly id: PhotoId;
  readonly folderId: FolderId;
  readonly folderPath: string;
  readonly present: 0 | 1;
  /** Time of its first reading. */
  readonly addedAt: number;
}

/** Data of a photo for a list of results. */
export interface PhotoLine {
  readonly id: PhotoId;
  readonly folderPath: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly caption: string | null;
  /** One to five stars. */
  readonly rating: number | null;
  readonly isFavourite: 0 | 1;
}

/** A photo whose file is missing. */
export interface MissingPhotoRow extends PhotoLine {
  readonly folderId: FolderId;
  /** Milliseconds since 1970; null if an older release did not record it. */
  readonly missingSince: number | null;
  /** Whether words were written about it in the application, or it is in an album. */
  readonly isWritten: 0 | 1;
}

const known = `id, folder_id AS folderId, path, size, mtime_ms AS mtimeMs, ctime_ms AS ctimeMs, sidecar_stamp AS sidecarStamp, content_hash AS contentHash, present, metadata_reader AS metadataReader, versions, indexed_at AS indexedAt`;
const line = `p.id, d.path AS folderPath, p.path, p.width, p.height,
  (SELECT text FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags' ORDER BY ${captionOrder('c')}
    LIMIT 1) AS caption, p.rating,
  EXISTS (SELECT 1 FROM photo_tags t WHERE t.photo_id = p.id
    AND t.tag_id = (SELECT id FROM tags WHERE name = '${favouriteTag}')) AS isFavourite`;

const added = 'coalesce(added_at, indexed_at)';
/** Orders of the library, with the time that divides the list into months and days. */
const orders: Readonly<Record<PhotoOrder, { readonly at: string; readonly by: string }>> = {
  taken: { at: 'captured_at', by: 'captured_at DESC NULLS LAST, mtime_ms DESC, id DESC' },
  added: { at: added, by: `${added} DESC, id DESC` },
  name: { at: 'NULL', by: 'path COLLATE NOCASE, path, id' },
};

/** The path of a missing photo whose place has another photo's file. No file has such a path, as no name is empty. */
export const pathSetAside = (path: string, id: PhotoId): string => `${path}//${id}`;

/** The file's absolute path in the machine's own notation; the former one of a photo that was set aside. */
export const absolutePath = (photo: { folderPath: string; path: string }): string =>
  join(photo.folderPath, photo.path.replace(/\/\/\d+$/, ''));

/** Data of a photo at any position of a list. */
export const shownOf = (line: PhotoLine) => {
  const { id, caption, width, height, rating, isFavourite } = line;
  const path = absolutePath(line);
  return { photoId: id, path, caption, rating, isFavourite: isFavourite === 1, width, height };
};

/** A row as it is in the database. */
type Stored<T extends PhotoFile> = Omit<T, 'versions'> & { readonly versions: string };

const none: readonly string[] = [];
const withVersions = <T extends PhotoFile>(row: Stored<T>): T =>
  // Few photos have any, so absent values are left out. TypeScript cannot see that they are restored.
  ({ ...row, versions: row.versions === '[]' ? none : parseJson(paths, row.versions) }) as unknown as T;

/** Photos with words written in the application, or in an album. */
const written = `(SELECT photo_id FROM own_captions UNION SELECT photo_id FROM own_tags
  UNION SELECT photo_id FROM own_facts UNION SELECT photo_id FROM album_photos)`;

const missingCondition = (keepWritten: boolean): string =>
  `NOT present AND missing_since <= ?${keepWritten ? ` AND id NOT IN ${written}` : ''}`;

/** A list of ids as a parameter. */
const amongIds = 'id IN (SELECT value FROM json_each(?))';

export class PhotoStore {
  readonly #db: Database;
  readonly #statements: Statements;
  #line: Statement<[number], PhotoLine> | null = null;
  #hasContent: Statement<[string], number> | null = null;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  inFolder(folderId: FolderId): KnownPhoto[] {
    const sql = `SELECT ${known} FROM photos WHERE folder_id = ?`;
    return this.#db.prepare<[number], Stored<KnownPhoto>>(sql).all(folderId).map(withVersions);
  }

  /** Up to `count` photos of a folder, by path, from the first after `after` on. */
  inFolderAfter(folderId: FolderId, after: string, count: number): KnownPhoto[] {
    const sql = `SELECT ${known} FROM photos WHERE folder_id = ? AND path > ? ORDER BY path LIMIT ?`;
    return this.#db
      .prepare<[number, string, number], Stored<KnownPhoto>>(sql)
      .all(folderId, after, count)
      .map(withVersions);
  }

  /**
   * Photos of one sub-folder, `''` for the folder itself, and of its sub-folders for which `enters` holds. The
   * time depends on the number of these photos and folders, not on the others.
   * @param enters receives the path of a folder in the sub-folder
   */
  inSubfolder(folderId: FolderId, subfolder: string, enters: (path: string) => boolean): KnownPhoto[] {
    const prefix = subfolder === '' ? '' : `${subfolder}/`;
    // '0' is the character after '/', and no path sorts after the last character of Unicode.
    const end = subfolder === '' ? '\u{10ffff}' : `${subfolder}0`;
    const rows = this.#db.prepare<[number, string, string], Stored<KnownPhoto>>(
      `SELECT ${known} FROM photos WHERE folder_id = ? AND path > ? AND path < ? ORDER BY path`,
    );
    const found: KnownPhoto[] = [];
    for (let from: string | null = prefix; from !== null;) {
      const start: string = from;
      from = null;
      for (const row of rows.iterate(folderId, start, end)) {
        const slash = row.path.indexOf('/', prefix.length);
        if (slash >= 0 && !enters(row.path.slice(0, slash))) {
          from = `${row.path.slice(0, slash)}0`;
          break;
        }
        found.push(withVersions(row));
      }
    }
    return found;
  }

  at(folderId: FolderId, path: string): KnownPhoto | null {
    const row = this.#db
      .prepare<[number, string], Stored<KnownPhoto>>(`SELECT ${known} FROM photos WHERE folder_id = ? AND path = ?`)
      .get(folderId, path);
    return row === undefined ? null : withVersions(row);
  }

  /**
   * Photos with these bytes; those known to be missing come first, because a new file with the same bytes may be
   * one of them, moved or renamed.
   */
  mayHaveMovedWith(contentHash: string): KnownPhoto[] {
    const sql = `SELECT ${known} FROM photos WHERE content_hash = ? ORDER BY present, id LIMIT 64`;
    return this.#statements.prepare<Stored<KnownPhoto>>(sql).all(contentHash).map(withVersions);
  }

  insert(folderId: FolderId, file: PhotoFile, facts: PhotoDescription): PhotoId {
    const { lastInsertRowid } = this.#statements
      .prepare(
        `INSERT INTO photos (folder_id, path, size, mtime_ms, ctime_ms, sidecar_stamp, content_hash, width, height, format,
           captured_at, captured_until, utc_offset, date_source, camera, rating, place, latitude, longitude, position_place,
           metadata_reader, versions, indexed_at, added_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...this.#values(folderId, file, facts), Date.now());
    return Number(lastInsertRowid) as PhotoId;
  }

  /** New facts for a known photo, at its old path or a new one. Other bytes invalidate its features and codes. */
  update(id: PhotoId, folderId: FolderId, file: PhotoFile, facts: PhotoDescription): void {
    const before = this.#db
      .prepare<[number], { contentHash: string }>('SELECT content_hash AS contentHash FROM photos WHERE id = ?')
      .get(id);
    this.#db
      .prepare(
        `UPDATE photos SET folder_id = ?, path = ?, size = ?, mtime_ms = ?, ctime_ms = ?, sidecar_stamp = ?, content_hash = ?,
           width = ?, height = ?, format = ?, captured_at = ?, captured_until = ?, utc_offset = ?,
           date_source = ?, camera = ?, rating = ?, place = ?, latitude = ?, longitude = ?, position_place = ?,
           metadata_reader = ?, versions = ?, indexed_at = ?, present = 1, missing_since = NULL WHERE id = ?`,
      )
      .run(...this.#values(folderId, file, facts), id);
    if (before?.contentHash !== facts.contentHash) {
      this.#db.prepare('DELETE FROM photo_features WHERE photo_id = ?').run(id);
      this.#db.prepare('DELETE FROM photo_codes WHERE photo_id = ?').run(id);
    }
  }

  #values(folderId: FolderId, file: PhotoFile, facts: PhotoDescription): (string | number | null)[] {
    return [
      folderId,
      file.path,
      file.size,
      file.mtimeMs,
      file.ctimeMs,
      file.sidecarStamp,
      facts.contentHash,
      facts.width,
      facts.height,
      facts.format,
      facts.capturedAt,
      facts.capturedUntil,
      facts.utcOffset,
      facts.dateSource,
      facts.camera,
      facts.rating,
      facts.place,
      facts.position?.latitude ?? null,
      facts.position?.longitude ?? null,
      facts.positionPlace,
      facts.metadataReader,
      JSON.stringify(file.versions),
      Date.now(),
    ];
  }

  setPresent(id: PhotoId, present: boolean): void {
    this.#db
      .prepare('UPDATE photos SET present = ?, missing_since = ?, words_passed_on = 0 WHERE id = ?')
      .run(present ? 1 : 0, present ? null : Date.now(), id);
  }

  /** Frees the path of a photo, which is missing, for another photo. */
  setAside(id: PhotoId, path: string): void {
    this.#db
      .prepare(
        `UPDATE photos SET path = ?, missing_since = iif(present, ?, missing_since), words_passed_on = iif(present, 0, words_passed_on),
           present = 0 WHERE id = ?`,
      )
      .run(pathSetAside(path, id), Date.now(), id);
  }

  /** Sets the time of disappearance of all missing photos to `time`. */
  setMissingSince(time: number): void {
    this.#db.prepare('UPDATE photos SET missing_since = ? WHERE NOT present').run(time);
  }

  /**
   * Moves photos to new places, which may still belong to others of them. Folder names, sidecars and caption files
   * differ there, so their metadata counts as never read.
   */
  moveAmong(moves: readonly { readonly id: PhotoId; readonly folderId: FolderId; readonly path: string }[]): void {
    const leave = this.#db.prepare('UPDATE photos SET path = ? WHERE id = ?');
    const arrive = this.#db.prepare('UPDATE photos SET folder_id = ?, path = ?, metadata_reader = 0 WHERE id = ?');
    // No file has such a name.
    for (const { id } of moves) leave.run(`\0${id}`, id);
    for (const { id, folderId, path } of moves) arrive.run(folderId, path, id);
  }

  /** Those of the folders that have a photo of the size and time of one of the files. */
  foldersWith(
    files: readonly { readonly size: number; readonly mtimeMs: number }[],
    folders: ReadonlySet<FolderId>,
  ): Set<FolderId> {
    const wanted = new Set(files.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`));
    const rows = this.#db
      .prepare<[number], [number, number]>('SELECT size, mtime_ms FROM photos WHERE folder_id = ? AND present')
      .raw();
    const has = (id: FolderId): boolean => {
      for (const [size, mtimeMs] of rows.iterate(id)) if (wanted.has(`${size} ${mtimeMs}`)) return true;
      return false;
    };
    return new Set([...folders].filter(has));
  }

  /** Stores a scan's data of a file whose content has not changed. */
  touch(id: PhotoId, { ctimeMs, sidecarStamp }: Pick<PhotoFile, 'ctimeMs' | 'sidecarStamp'>): void {
    this.#db.prepare('UPDATE photos SET ctime_ms = ?, sidecar_stamp = ? WHERE id = ?').run(ctimeMs, sidecarStamp, id);
  }

  /**
   * Removes photos missing since before `time`, with their texts, features and codes.
   * @param keepWritten keeps those with words written in the application
   * @returns their number
   */
  removeMissingSince(time: number, keepWritten: boolean): number {
    return this.#db.prepare(`DELETE FROM photos WHERE ${missingCondition(keepWritten)}`).run(time).changes;
  }

  /**
   * Missing photos with words written in the application that were not passed on, each with a present photo of the same
   * content, best one in the same folder.
   */
  missingWithCopies(): { readonly id: PhotoId; readonly copyId: PhotoId }[] {
    // The plus keeps SQLite from looking at each photo with words, of which there may be many more than missing ones.
    return this.#db
      .prepare<[], { id: PhotoId; copyId: PhotoId }>(
        `SELECT m.id, (
           SELECT c.id FROM photos c WHERE c.content_hash = m.content_hash AND c.present
           ORDER BY c.folder_id = m.folder_id DESC, c.id LIMIT 1
         ) AS copyId
         FROM photos m WHERE NOT m.present AND NOT m.words_passed_on AND +m.id IN ${written} AND copyId IS NOT NULL
         ORDER BY m.missing_since, m.id`,
      )
      .all();
  }

  /** Notes that a missing photo's words were passed on, until it is missing once more, and the time of it. */
  setPassedOn(id: PhotoId): void {
    this.#db.prepare('UPDATE photos SET words_passed_on = 1, words_passed_at = ? WHERE id = ?').run(Date.now(), id);
  }

  /** Time at which the words of a photo were last passed on; null for never. */
  passedOnAt(id: PhotoId): number | null {
    const sql = 'SELECT words_passed_at FROM photos WHERE id = ?';
    return this.#db.prepare<[number], number | null>(sql).pluck().get(id) ?? null;
  }

  /** Missing photos, the latest first. */
  missing(limit: number, offset: number): MissingPhotoRow[] {
    return this.#db
      .prepare<[number, number], MissingPhotoRow>(
        `SELECT ${line}, p.folder_id AS folderId, p.missing_since AS missingSince, p.id IN ${written} AS isWritten
         FROM photos p JOIN folders d ON d.id = p.folder_id WHERE NOT p.present
         ORDER BY p.missing_since DESC, p.id DESC LIMIT ? OFFSET ?`,
      )
      .all(limit, offset);
  }

  /** Removes a photo whose file is now a version of another one, with all its data. */
  removeVersion(id: PhotoId): void {
    this.#db.prepare('DELETE FROM photos WHERE id = ?').run(id);
  }

  /** Removes the missing ones of these photos with all their data. @returns their number */
  removeMissing(ids: readonly PhotoId[]): number {
    return this.#db.prepare(`DELETE FROM photos WHERE NOT present AND ${amongIds}`).run(JSON.stringify(ids)).changes;
  }

  /** The photos that `removeMissingSince` or `removeMissing` would remove, or all of a folder. */
  toRemove(
    which:
      { readonly missingSince: number } | { readonly folderId: FolderId } | { readonly missing: readonly PhotoId[] },
  ): PhotoToRemove[] {
    const [where, value] =
      'folderId' in which
        ? (['folder_id = ?', which.folderId] as const)
        : 'missing' in which
          ? ([`NOT present AND ${amongIds}`, JSON.stringify(which.missing)] as const)
          : (['NOT present AND missing_since <= ?', which.missingSince] as const);
    return this.#db
      .prepare<[number | string], PhotoToRemove>(
        `SELECT id, path, content_hash AS contentHash FROM photos WHERE ${where}`,
      )
      .all(value);
  }

  /** Contents of the photos that `removeMissingSince` would remove, each once. */
  contentsMissingSince(time: number, keepWritten: boolean): string[] {
    return this.#db
      .prepare<[number], string>(`SELECT DISTINCT content_hash FROM photos WHERE ${missingCondition(keepWritten)}`)
      .pluck()
      .all(time);
  }

  /** Whether a photo of the library has this content, missing or not. */
  hasContent(contentHash: string): boolean {
    this.#hasContent ??= this.#db
      .prepare<[string], number>('SELECT 1 FROM photos WHERE content_hash = ? LIMIT 1')
      .pluck();
    return this.#hasContent.get(contentHash) !== undefined;
  }

  /** Contents of a folder's photos, each once. */
  contentsOf(folderId: FolderId): string[] {
    return this.#db
      .prepare<[number], string>('SELECT DISTINCT content_hash FROM photos WHERE folder_id = ?')
      .pluck()
      .all(folderId);
  }

  /** Up to `count` present photos of a folder, evenly sampled. */
  sample(
    folderId: FolderId,
    count: number,
  ): { readonly path: string; readonly size: number; readonly contentHash: string }[] {
    const total = this.#db
      .prepare<[number], number>('SELECT count(*) FROM photos WHERE folder_id = ? AND present')
      .pluck()
      .get(folderId);
    const step = Math.max(1, Math.floor((total ?? 0) / count));
    return this.#db
      .prepare<[number, number, number], { path: string; size: number; contentHash: string }>(
        `SELECT path, size, contentHash FROM (
           SELECT path, size, content_hash AS contentHash, row_number() OVER (ORDER BY path) - 1 AS n
           FROM photos WHERE folder_id = ? AND present
         ) WHERE n % ? = 0 LIMIT ?`,
      )
      .all(folderId, step, count);
  }

  /** Whether a folder has photos in one of its sub-folders. @param below path from the folder, `/` between names */
  hasBelow(folderId: FolderId, below: string): boolean {
    return (
      this.#db
        .prepare<[number, string, string], number>(
          'SELECT 1 FROM photos WHERE folder_id = ? AND substr(path, 1, length(?)) = ? LIMIT 1',
        )
        .pluck()
        .get(folderId, `${below}/`, `${below}/`) !== undefined
    );
  }

  /** The deepest folder that contains all photos of a folder, present or missing, relative to it; empty for the folder itself. */
  commonFolder(folderId: FolderId): string {
    const [first = '', last = ''] =
      this.#db
        .prepare<[number], [string | null, string | null]>(
          'SELECT min(path), max(path) FROM photos WHERE folder_id = ?',
        )
        .raw()
        .get(folderId)
        ?.map((path) => path ?? '') ?? [];
    // All others are between these two in the order of bytes, and so begin like both.
    const [a, b] = [first, last].map((path) => path.split('/').slice(0, -1));
    const parts: string[] = [];
    for (const [at, part] of (a ?? []).entries()) {
      if (b?.[at] !== part) break;
      parts.push(part);
    }
    return parts.join('/');
  }

  /** Contents of all photos, each once, and whether a photo with it is present. */
  contents(): Map<string, boolean> {
    const rows = this.#db
      .prepare<[], [string, 0 | 1]>('SELECT content_hash, max(present) FROM photos GROUP BY content_hash')
      .raw()
      .iterate();
    const contents = new Map<string, boolean>();
    for (const [contentHash, present] of rows) contents.set(contentHash, present === 1);
    return contents;
  }

  /** A present photo with this content in a folder that is not in `offline`; null without one. */
  withContent(
    contentHash: string,
    offline: ReadonlySet<number>,
  ): { readonly folderPath: string; readonly path: string } | null {
    const rows = this.#db
      .prepare<[string], { folderId: FolderId; folderPath: string; path: string }>(
        `SELECT p.folder_id AS folderId, d.path AS folderPath, p.path FROM photos p
         JOIN folders d ON d.id = p.folder_id WHERE p.content_hash = ? AND p.present ORDER BY p.id`,
      )
      .all(contentHash);
    return rows.find(({ folderId }) => !offline.has(folderId)) ?? null;
  }

  get(id: PhotoId): PhotoRow | null {
    const row = this.#db
      .prepare<[number], Stored<PhotoRow>>(
        `SELECT p.id, p.folder_id AS folderId, d.path AS folderPath, p.path, p.size, p.mtime_ms AS mtimeMs,
           p.ctime_ms AS ctimeMs, p.sidecar_stamp AS sidecarStamp, p.content_hash AS contentHash, p.width, p.height, p.format,
           p.captured_at AS capturedAt, p.captured_until AS capturedUntil, p.utc_offset AS utcOffset,
           p.date_source AS dateSource, p.camera, p.rating, p.place, p.latitude, p.longitude,
           p.position_place AS positionPlace, p.present, p.versions,
           coalesce(p.added_at, p.indexed_at) AS addedAt
         FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.id = ?`,
      )
      .get(id);
    return row === undefined ? null : withVersions(row);
  }

  line(id: PhotoId): PhotoLine | null {
    this.#line ??= this.#db.prepare<[number], PhotoLine>(
      `SELECT ${line} FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.id = ?`,
    );
    return this.#line.get(id) ?? null;
  }

  /** Newest first, by capture date, else by the file's own. */
  recent(limit: number, offset: number): PhotoLine[] {
    return this.#db
      .prepare<[number, number], PhotoLine>(
        `SELECT ${line} FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.present
         ORDER BY coalesce(p.captured_at, p.mtime_ms) DESC, p.id DESC LIMIT ? OFFSET ?`,
      )
      .all(limit, offset);
  }

  /**
   * Present photos, with the data that a page needs for its layout. `taken`: newest first, photos without a
   * capture date last by their file's time. `added`: latest first. `name`: by path. `at` is the time of the order
   * in milliseconds, null without one; `until` the end of a date of which only year, month or day is known.
   */
  inOrder(
    order: PhotoOrder,
  ): { id: PhotoId; width: number; height: number; at: number | null; until: number | null }[] {
    const { at, by } = orders[order];
    return this.#db
      .prepare<[], { id: PhotoId; width: number; height: number; at: number | null; until: number | null }>(
        `SELECT id, width, height, ${at} AS at, captured_until AS until FROM photos WHERE present ORDER BY ${by}`,
      )
      .all();
  }

  /** Present ones among these photos, in this order. */
  sorted(ids: readonly PhotoId[], order: PhotoOrder): PhotoId[] {
    return this.#db
      .prepare<[string], PhotoId>(`SELECT id FROM photos WHERE present AND ${amongIds} ORDER BY ${orders[order].by}`)
      .pluck()
      .all(JSON.stringify(ids));
  }

  /** Relative paths of the newest photos, missing ones included. */
  newestPaths(most: number): string[] {
    return this.#db.prepare<[number], string>('SELECT path FROM photos ORDER BY id DESC LIMIT ?').pluck().all(most);
  }

  /**
   * Photos that meet a condition, missing ones included, in no order. A range of dates is then answered from its
   * index alone.
   */
  idsWhere({ sql, values }: Condition): number[] {
    // One row of text makes less garbage than a list that grows row by row.
    const list = this.#db
      .prepare<unknown[], string>(`SELECT json_group_array(p.id) FROM photos p WHERE ${sql}`)
      .pluck()
      .get(...values);
    return parseIntegers(list ?? '[]');
  }

  /** Present photos, the newest first, read one by one. */
  newestFirst(): IterableIterator<PhotoId> {
    return this.#db
      .prepare<[], PhotoId>(
        'SELECT id FROM photos WHERE present ORDER BY coalesce(captured_at, mtime_ms) DESC, id DESC',
      )
      .pluck()
      .iterate();
  }

  /** Up to `count` present photos, at even distances from the first id to the last; found by the index. */
  spread(count: number): PhotoId[] {
    const ends = this.#db
      .prepare<[], { least: number | null; most: number | null }>(
        'SELECT min(id) AS least, max(id) AS most FROM photos',
      )
      .get();
    if (!ends || ends.least === null || ends.most === null) return [];
    const next = this.#db
      .prepare<[number], PhotoId>('SELECT id FROM photos WHERE id >= ? AND present ORDER BY id LIMIT 1')
      .pluck();
    const step = Math.max(1, (ends.most - ends.least + 1) / count);
    const ids = new Set<PhotoId>();
    for (let at = ends.least; at <= ends.most; at += step) {
      const id = next.get(Math.ceil(at));
      if (id !== undefined) ids.add(id);
    }
    return [...ids];
  }

  count(present: boolean): number {
    const rows = (sql: string): number => this.#db.prepare<[], number>(sql).pluck().get() ?? 0;
    // Missing photos have an index, and all rows are counted by the smallest one.
    const missing = rows('SELECT count(*) FROM photos WHERE NOT present');
    return present ? rows('SELECT count(*) FROM photos') - missing : missing;
  }
}
