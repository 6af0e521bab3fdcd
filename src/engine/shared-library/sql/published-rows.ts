// The rows that a library has published in a shared one: folders and photos, written in pages, each whole or not at
// all.
import { present } from '../../../shared/at.ts';
import type { SharedLibraryState } from '../../../shared/contract/shared-library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { StoredPhotoFacts } from '../../store/photo-facts.ts';
import type { SharedSchema } from './schema.ts';

/** A photo to publish. */
export interface SentPhoto extends Omit<StoredPhotoFacts, 'id' | 'folderId' | 'contentHash' | 'terms' | 'shown'> {
  readonly localId: number;
  /** On the server. */
  readonly folderId: number;
  /** Changes with any other value here. */
  readonly stamp: string;
  /** Written as PostgreSQL's tsvector. */
  readonly words: string;
  readonly shown: string;
  /** Hexadecimal. */
  readonly code: string;
  /** A vector as text, or float16 in base64 on a server without vectors. */
  readonly shared: string;
  readonly learned: string;
  /** Base64; null where there is none. */
  readonly thumbnail: string | null;
}

/** A name for filters, and where it was found. */
export interface SentName {
  readonly folderId: number;
  readonly kind: 'tag' | 'tag-path' | 'camera' | 'place' | 'person' | 'directory';
  readonly name: string;
}

const columns = `"localId" bigint, "folderId" integer, stamp text, path text, size bigint, width integer, height integer,
  format text, "capturedAt" bigint, "capturedUntil" bigint, taken double precision, camera text, rating integer, place text,
  "positionPlace" text, captions text[], tags text[], "tagPaths" text[], people text[], words text, shown text`;

/** JSON for PostgreSQL, whose texts cannot have NUL. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll('\\u0000', '');

/** Number of the library on the server; it is created if the server does not know it. */
export async function libraryNumber(
  { db, schema }: SharedSchema,
  key: string,
  label: string,
  thumbnails: boolean,
): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO ${schema}.libraries (key, label, thumbnails) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET label = excluded.label, thumbnails = excluded.thumbnails RETURNING id`,
    [key, label, thumbnails],
  );
  return present(row).id;
}

/**
 * A library's state on the server: local ids of its folders, and whether thumbnails are published; null without any.
 */
export async function publishedBefore(
  { db, schema }: SharedSchema,
  key: string,
): Promise<{ readonly folderIds: number[]; readonly thumbnails: boolean } | null> {
  const [row] = await db.query<{ folderIds: number[]; thumbnails: boolean; owner: string; isOwn: boolean }>(
    `SELECT thumbnails, owner,
       EXISTS (SELECT FROM pg_roles r WHERE r.rolname = l.owner AND pg_has_role(r.oid, 'MEMBER')) AS "isOwn", ARRAY(SELECT f.local_id FROM ${schema}.folders f WHERE f.library_id = l.id) AS "folderIds"
     FROM ${schema}.libraries l WHERE l.key = $1`,
    [key],
  );
  if (row?.isOwn === false) {
    throw new HashlensError(
      'server-refused',
      `This library was published by the role ${row.owner} of the server; connect as that role to publish it again.`,
    );
  }
  return row ?? null;
}

/** Names of the folders that a library has published. */
export async function publishedFolders({ db, schema }: SharedSchema, key: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT f.name FROM ${schema}.folders f JOIN ${schema}.libraries l ON l.id = f.library_id WHERE l.key = $1 ORDER BY 1`,
    [key],
  );
  return rows.map(({ name }) => name);
}

/**
 * Locks the library against publishing by other programs until the connection ends. @returns false if another one
 * has the lock
 */
export async function lockLibrary({ db, schema }: SharedSchema, key: string): Promise<boolean> {
  const [row] = await db.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS locked`,
    [schema, key],
  );
  return row?.locked === true;
}

/** Replaces the folders of a library by these. @returns numbers on the server by local ones */
export async function replaceFolders(
  { db, schema }: SharedSchema,
  library: number,
  folders: readonly { readonly id: number; readonly name: string }[],
): Promise<Map<number, number>> {
  const ids = folders.map(({ id }) => id);
  await db.query(`DELETE FROM ${schema}.folders WHERE library_id = $1 AND local_id <> ALL ($2::integer[])`, [
    library,
    ids,
  ]);
  const rows = await db.query<{ id: number; localId: number }>(
    `INSERT INTO ${schema}.folders (library_id, local_id, name)
     SELECT $1, * FROM unnest($2::integer[], $3::text[])
     ON CONFLICT (library_id, local_id) DO UPDATE SET name = excluded.name RETURNING id, local_id AS "localId"`,
    [library, ids, folders.map(({ name }) => name)],
  );
  return new Map(rows.map(({ id, localId }) => [localId, id]));
}

/** Stamps of the photos of a library with local ids above `after`, up to `last`. */
export async function stampsBetween(
  { db, schema }: SharedSchema,
  library: number,
  after: number,
  last: number,
): Promise<Map<number, string>> {
  const rows = await db.query<{ localId: number; stamp: string }>(
    `SELECT local_id AS "localId", stamp FROM ${schema}.photos WHERE library_id = $1 AND local_id > $2 AND local_id <= $3`,
    [library, after, last],
  );
  return new Map(rows.map(({ localId, stamp }) => [localId, stamp]));
}

export async function removePhotos(
  { db, schema }: SharedSchema,
  library: number,
  localIds: readonly number[],
): Promise<void> {
  if (localIds.length === 0) return;
  await db.query(`DELETE FROM ${schema}.photos WHERE library_id = $1 AND local_id = ANY ($2::bigint[])`, [
    library,
    localIds,
  ]);
}

/** Removes the photos of a library above a local id. */
export async function removePhotosAfter({ db, schema }: SharedSchema, library: number, after: number): Promise<void> {
  await db.query(`DELETE FROM ${schema}.photos WHERE library_id = $1 AND local_id > $2`, [library, after]);
}

/** Writes photos and their data, in one transaction. */
export async function upsertPhotos(
  { db, schema, format }: SharedSchema,
  library: number,
  photos: readonly SentPhoto[],
  names: readonly SentName[],
): Promise<void> {
  const facts = photos.map(({ code: _c, shared: _s, learned: _l, thumbnail: _t, ...rest }) => rest);
  const codes = photos.map(({ localId, folderId, code }) => ({ localId, folderId, code }));
  const rows = photos.map(({ localId, folderId, shared, learned }) => ({ localId, folderId, shared, learned }));
  const thumbnails = photos.flatMap(({ localId, folderId, thumbnail }) =>
    thumbnail === null ? [] : [{ localId, folderId, thumbnail }],
  );
  const own = `JOIN ${schema}.photos p ON p.library_id = $1 AND p.local_id = g."localId"`;
  const vector = (name: string, width: number) =>
    format.vectors ? `g.${name}::halfvec(${width})` : `decode(g.${name}, 'base64')`;
  await db.transaction(async () => {
    await db.query(
      `INSERT INTO ${schema}.photos AS old (library_id, local_id, folder_id, stamp, path, size, width, height, format,
         captured_at, captured_until, taken, camera, rating, place, position_place, captions, tags, tag_paths, people,
         words, shown)
       SELECT $1, g."localId", g."folderId", g.stamp, g.path, g.size, g.width, g.height, g.format, g."capturedAt",
         g."capturedUntil", g.taken, g.camera, g.rating, g.place, g."positionPlace", g.captions, g.tags, g."tagPaths",
         g.people, g.words::tsvector, g.shown::tsvector FROM jsonb_to_recordset($2::jsonb) AS g(${columns})
       ON CONFLICT (library_id, local_id) DO UPDATE SET (folder_id, stamp, path, size, width, height, format,
         captured_at, captured_until, taken, camera, rating, place, position_place, captions, tags, tag_paths, people,
         words, shown) = (excluded.folder_id, excluded.stamp, excluded.path, excluded.size, excluded.width,
         excluded.height, excluded.format, excluded.captured_at, excluded.captured_until, excluded.taken,
         excluded.camera, excluded.rating, excluded.place, excluded.position_place, excluded.captions, excluded.tags,
         excluded.tag_paths, excluded.people, excluded.words, excluded.shown)`,
      [library, json(facts)],
    );
    await db.query(
      `INSERT INTO ${schema}.codes (photo_id, folder_id, code)
       SELECT p.id, g."folderId", ('x' || g.code)::bit(${format.bits})
       FROM jsonb_to_recordset($2::jsonb) AS g("localId" bigint, "folderId" integer, code text) ${own}
       ON CONFLICT (photo_id) DO UPDATE SET folder_id = excluded.folder_id, code = excluded.code`,
      [library, json(codes)],
    );
    await db.query(
      `INSERT INTO ${schema}.rows (photo_id, folder_id, shared, learned)
       SELECT p.id, g."folderId", ${vector('shared', format.sharedWidth)}, ${vector('learned', format.realWidth)}
       FROM jsonb_to_recordset($2::jsonb) AS g("localId" bigint, "folderId" integer, shared text, learned text) ${own}
       ON CONFLICT (photo_id) DO UPDATE SET folder_id = excluded.folder_id, shared = excluded.shared,
         learned = excluded.learned`,
      [library, json(rows)],
    );
    await db.query(
      `DELETE FROM ${schema}.thumbnails t USING ${schema}.photos p
       WHERE p.id = t.photo_id AND p.library_id = $1 AND p.local_id = ANY ($2::bigint[])`,
      [library, photos.map(({ localId }) => localId)],
    );
    await db.query(
      `INSERT INTO ${schema}.thumbnails (photo_id, folder_id, bytes)
       SELECT p.id, g."folderId", decode(g.thumbnail, 'base64')
       FROM jsonb_to_recordset($2::jsonb) AS g("localId" bigint, "folderId" integer, thumbnail text) ${own}`,
      [library, json(thumbnails)],
    );
    await db.query(
      `INSERT INTO ${schema}.names (folder_id, kind, name)
       SELECT DISTINCT g."folderId", g.kind, g.name
       FROM jsonb_to_recordset($1::jsonb) AS g("folderId" integer, kind text, name text) ON CONFLICT DO NOTHING`,
      [json(names)],
    );
  });
}

/** Records that all photos of a library are published. */
export async function finishLibrary({ db, schema }: SharedSchema, library: number): Promise<void> {
  await db.query(
    `UPDATE ${schema}.libraries SET published_at = now(),
       photos = (SELECT count(*) FROM ${schema}.photos WHERE library_id = $1) WHERE id = $1`,
    [library],
  );
}

/** Removes a library with all its data. @returns its number of photos; null if it does not exist */
export async function removeLibrary({ db, schema }: SharedSchema, key: string): Promise<number | null> {
  const [row] = await db.query<{ photos: number }>(
    `SELECT (SELECT count(*) FROM ${schema}.photos p WHERE p.library_id = l.id) AS photos
     FROM ${schema}.libraries l WHERE l.key = $1`,
    [key],
  );
  if (row === undefined) return null;
  await db.query(`DELETE FROM ${schema}.libraries WHERE key = $1`, [key]);
  return row.photos;
}

/** Libraries with the folders visible to this user. */
export async function sharedLibraries({
  db,
  schema,
}: SharedSchema): Promise<SharedLibraryState['libraries'][number][]> {
  return db.query(
    `SELECT l.label, l.owner, l.photos, floor(extract(epoch FROM l.published_at) * 1000)::bigint AS "publishedAt",
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', f.name, 'roles', coalesce((SELECT jsonb_agg(s.role ORDER BY s.role)
         FROM ${schema}.shares s WHERE s.folder_id = f.id), '[]'::jsonb)) ORDER BY f.name)
         FROM ${schema}.folders f WHERE f.library_id = l.id), '[]'::jsonb) AS folders
     FROM ${schema}.libraries l ORDER BY l.id`,
  );
}
