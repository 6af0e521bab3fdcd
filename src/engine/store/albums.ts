// Albums and the photos in them.
import type { Database } from 'better-sqlite3';
import type { Album } from '../../shared/contract/albums.ts';
import type { AlbumId, PhotoId } from '../../shared/contract/ids.ts';

const columns = `a.id, a.name, a.created_at AS createdAt,
  (SELECT count(*) FROM album_photos ap JOIN photos p ON p.id = ap.photo_id WHERE ap.album_id = a.id AND p.present)
    AS photos`;

export class AlbumStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Albums, sorted by name. Only present photos count. */
  list(): Album[] {
    return this.#db.prepare<[], Album>(`SELECT ${columns} FROM albums a ORDER BY a.name COLLATE NOCASE, a.id`).all();
  }

  get(id: AlbumId): Album | null {
    return this.#db.prepare<[number], Album>(`SELECT ${columns} FROM albums a WHERE a.id = ?`).get(id) ?? null;
  }

  /** Ignores case. */
  named(name: string): Album | null {
    return this.#db.prepare<[string], Album>(`SELECT ${columns} FROM albums a WHERE a.name = ?`).get(name) ?? null;
  }

  insert(name: string): AlbumId {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO albums (name, created_at) VALUES (?, ?)')
      .run(name, Date.now());
    return Number(lastInsertRowid) as AlbumId;
  }

  rename(id: AlbumId, name: string): void {
    this.#db.prepare('UPDATE albums SET name = ? WHERE id = ?').run(name, id);
  }

  remove(id: AlbumId): void {
    this.#db.prepare('DELETE FROM albums WHERE id = ?').run(id);
  }

  /** All photos in the album, including missing ones. */
  photosIn(id: AlbumId): PhotoId[] {
    const sql = 'SELECT photo_id FROM album_photos WHERE album_id = ? ORDER BY photo_id';
    return this.#db.prepare<[number], PhotoId>(sql).pluck().all(id);
  }

  /** @returns the photos that were not in it before; unknown photos are left out */
  add(id: AlbumId, photoIds: readonly PhotoId[]): PhotoId[] {
    const insert = this.#db.prepare(
      `INSERT INTO album_photos (album_id, photo_id, added_at) SELECT ?, id, ? FROM photos WHERE id = ?
       ON CONFLICT DO NOTHING`,
    );
    const now = Date.now();
    return photoIds.filter((photoId) => insert.run(id, now, photoId).changes > 0);
  }

  /**
   * Adds a photo to the albums of another one.
   * @param after only those that the other one came to later than this; null for all
   * @returns their number, without those that it was in
   */
  addLike(photoId: PhotoId, other: PhotoId, after: number | null): number {
    return this.#db
      .prepare(
        `INSERT INTO album_photos (album_id, photo_id, added_at)
         SELECT album_id, ?, ? FROM album_photos WHERE photo_id = ? AND (? IS NULL OR added_at > ?)
         ON CONFLICT DO NOTHING`,
      )
      .run(photoId, Date.now(), other, after, after).changes;
  }

  /** @returns the photos that were in it */
  removePhotos(id: AlbumId, photoIds: readonly PhotoId[]): PhotoId[] {
    const remove = this.#db.prepare('DELETE FROM album_photos WHERE album_id = ? AND photo_id = ?');
    return photoIds.filter((photoId) => remove.run(id, photoId).changes > 0);
  }
}
