// The server's part of a search: nearest codes, rows of candidates, full text, names, and the data shown for a hit.
import type { SharedHit, SharedPhoto } from '../../../shared/contract/shared-library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { Values, type PhotoCondition } from './photo-conditions.ts';
import { getAbout, type SharedSchema } from './schema.ts';

export interface NearCode {
  readonly id: number;
  readonly distance: number;
}

const hammingOf = ({ format }: SharedSchema, code: string): string => {
  const query = `('x' || ${code}::text)::bit(${format.bits})`;
  // pgvector's operator can use an index; a server without it counts the differing bits.
  return format.vectors ? `(c.code <~> ${query})` : `bit_count(c.code # ${query})`;
};

/**
 * The `n` nearest codes, equal ones by id.
 * @param code hexadecimal
 * @param approximate whether the HNSW index may be used, which misses some
 */
export async function nearestCodes(
  shared: SharedSchema,
  code: string,
  n: number,
  condition: PhotoCondition | null,
  approximate: boolean,
): Promise<NearCode[]> {
  const { db, schema } = shared;
  const values = new Values();
  const distance = hammingOf(shared, values.add(code));
  const filter = condition === null ? '' : `JOIN ${schema}.photos p ON p.id = c.photo_id WHERE ${condition(values)}`;
  const limit = values.add(n);
  // An expression instead of the operator alone keeps the planner from the index.
  const order = approximate ? distance : `${distance} + 0, c.photo_id`;
  const sql = `SELECT c.photo_id AS id, ${distance}::integer AS distance FROM ${schema}.codes c ${filter}
    ORDER BY ${order} LIMIT ${limit}`;
  if (!approximate) return db.query<NearCode>(sql, values.list);
  return db.transaction(async () => {
    await db.query(`SELECT set_config('hnsw.ef_search', $1, true)`, [String(Math.min(1000, Math.max(40, n)))]);
    // Since pgvector 0.8: continues in the index until there are enough.
    await db.query(`SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true)`);
    const found = await db.query<NearCode>(sql, values.list);
    return found.sort((a, b) => a.distance - b.distance || a.id - b.id);
  });
}

/** Distances of some photos to a code. */
export async function distancesTo(
  shared: SharedSchema,
  code: string,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const rows = await shared.db.query<NearCode>(
    `SELECT c.photo_id AS id, ${hammingOf(shared, '$1')}::integer AS distance FROM ${shared.schema}.codes c
     WHERE c.photo_id = ANY ($2::bigint[])`,
    [code, ids],
  );
  return new Map(rows.map(({ id, distance }) => [id, distance]));
}

/** A term of a query for `bestRows`, whose rows have length one or are null. */
export interface WeighedRow {
  readonly weight: number;
  /** Vectors in text form; null if the query has none. */
  readonly shared: string | null;
  readonly learned: string | null;
  /** Weights of the two cosines. */
  readonly encoderWeight: number;
  readonly learnedWeight: number;
}

/** The `n` of these photos with the rows most similar to the terms. The server must have vectors. */
export async function bestRows(
  { db, schema }: SharedSchema,
  ids: readonly number[],
  terms: readonly WeighedRow[],
  n: number,
): Promise<number[]> {
  const values = new Values();
  const among = values.add(ids);
  const cosine = (column: string, row: string | null, weight: number): string =>
    row === null || weight === 0
      ? '0'
      : `${values.add(weight)}::float8 * coalesce(nullif(1 - (r.${column} <=> ${values.add(row)}::halfvec), 'NaN'::float8), 0)`;
  const scores = terms.map(
    (term) =>
      `${values.add(term.weight)}::float8 * (${cosine('shared', term.shared, term.encoderWeight)} + ${cosine('learned', term.learned, term.learnedWeight)})`,
  );
  const rows = await db.query<{ id: number }>(
    `SELECT r.photo_id AS id FROM ${schema}.rows r WHERE r.photo_id = ANY (${among}::bigint[])
     ORDER BY ${scores.join(' + ')} DESC, r.photo_id LIMIT ${values.add(n)}`,
    values.list,
  );
  return rows.map(({ id }) => id);
}

/** Stored rows of photos: vectors in text form, or float16. */
export async function storedRowsOf(
  { db, schema, format }: SharedSchema,
  ids: readonly number[],
): Promise<{ id: number; shared: string | Buffer; learned: string | Buffer }[]> {
  const as = format.vectors ? '::text' : '';
  return db.query(
    `SELECT photo_id AS id, shared${as} AS shared, learned${as} AS learned FROM ${schema}.rows
     WHERE photo_id = ANY ($1::bigint[]) ORDER BY photo_id`,
    [ids],
  );
}

export interface TextRank {
  readonly id: number;
  /** PostgreSQL's rank by frequency and position of the words. */
  readonly rank: number;
  /** Whether captions, tags and names have every word. */
  readonly whole: boolean;
}

/** A text's words as tsqueries: any of them, and all of them. */
export interface TextQuery {
  readonly any: string;
  readonly all: string;
}

const rankOf = (any: string): string => `ts_rank(p.words, ${any}::tsquery) + 0.5 * ts_rank(p.shown, ${any}::tsquery)`;

/** The `n` photos that match best in full text, equal ones by id. */
export async function bestTexts(
  { db, schema }: SharedSchema,
  query: TextQuery,
  n: number,
  condition: PhotoCondition | null,
): Promise<TextRank[]> {
  const values = new Values();
  const any = values.add(query.any);
  const all = values.add(query.all);
  const filter = condition === null ? '' : `AND (${condition(values)})`;
  return db.query<TextRank>(
    `SELECT p.id, ${rankOf(any)} AS rank, p.words @@ ${all}::tsquery AS whole FROM ${schema}.photos p
     WHERE (p.words @@ ${any}::tsquery OR p.shown @@ ${any}::tsquery) ${filter}
     ORDER BY whole DESC, rank DESC, p.id LIMIT ${values.add(n)}`,
    values.list,
  );
}

/** Full-text ranks of some photos; others are left out. */
export async function textRanks(
  { db, schema }: SharedSchema,
  query: TextQuery,
  ids: readonly number[],
): Promise<TextRank[]> {
  return db.query<TextRank>(
    `SELECT p.id, ${rankOf('$1')} AS rank, p.words @@ $2::tsquery AS whole FROM ${schema}.photos p
     WHERE p.id = ANY ($3::bigint[]) AND (p.words @@ $1::tsquery OR p.shown @@ $1::tsquery)`,
    [query.any, query.all, ids],
  );
}

/** Photos that pass a condition, the newest first. */
export async function newestWhere(
  { db, schema }: SharedSchema,
  condition: PhotoCondition,
  n: number,
): Promise<number[]> {
  const values = new Values();
  const where = condition(values);
  const rows = await db.query<{ id: number }>(
    `SELECT p.id FROM ${schema}.photos p WHERE ${where} ORDER BY p.taken DESC, p.id DESC LIMIT ${values.add(n)}`,
    values.list,
  );
  return rows.map(({ id }) => id);
}

export async function countWhere({ db, schema }: SharedSchema, condition: PhotoCondition): Promise<number> {
  const values = new Values();
  const [row] = await db.query<{ n: number }>(
    `SELECT count(*) AS n FROM ${schema}.photos p WHERE ${condition(values)}`,
    values.list,
  );
  return row?.n ?? 0;
}

/**
 * Number of published photos, including those invisible to this user: counting visible ones would take as long as a
 * search.
 */
export async function publishedPhotos({ db, schema }: SharedSchema): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT coalesce(sum(photos), 0)::bigint AS n FROM ${schema}.libraries`);
  return row?.n ?? 0;
}

export type SharedPhotoLine = Omit<SharedHit, 'rank' | 'score' | 'distance' | 'textScore'>;

/**
 * Data of photos for a list of results, in the order of the ids; photos removed meanwhile are left out.
 * @param key the library whose photos get their local ids
 */
export async function photoLines(
  { db, schema }: SharedSchema,
  ids: readonly number[],
  key: string,
): Promise<SharedPhotoLine[]> {
  return db.query<SharedPhotoLine>(
    `SELECT p.id, l.label AS library, f.name AS folder, p.path, p.captions[1] AS caption, p.width, p.height,
       CASE WHEN l.key = $2 THEN p.local_id END AS "photoId"
     FROM unnest($1::bigint[]) WITH ORDINALITY AS w(id, place) JOIN ${schema}.photos p ON p.id = w.id
     JOIN ${schema}.folders f ON f.id = p.folder_id JOIN ${schema}.libraries l ON l.id = p.library_id ORDER BY w.place`,
    [ids, key],
  );
}

/** Published data of a photo. @throws HashlensError `not-found` */
export async function sharedPhotoFacts({ db, schema }: SharedSchema, id: number): Promise<SharedPhoto> {
  const [row] = await db.query<SharedPhoto>(
    `SELECT captions, tags, people, coalesce(place, position_place) AS place, camera, rating, captured_at AS "capturedAt",
       captured_until AS "capturedUntil", size, format FROM ${schema}.photos WHERE id = $1`,
    [id],
  );
  if (row !== undefined) return row;
  throw new HashlensError('not-found', 'This photo is no longer in the shared library.');
}

/** Names of a kind for filters, each once. */
export async function namesOfKind({ db, schema }: SharedSchema, kind: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT DISTINCT name FROM ${schema}.names WHERE kind = $1 ORDER BY 1`,
    [kind],
  );
  return rows.map(({ name }) => name);
}

/** Directories with photos directly in them. */
export async function sharedDirectories({
  db,
  schema,
}: SharedSchema): Promise<{ folderId: number; folder: string; directory: string }[]> {
  return db.query(
    `SELECT n.folder_id AS "folderId", f.name AS folder, n.name AS directory FROM ${schema}.names n
     JOIN ${schema}.folders f ON f.id = n.folder_id WHERE n.kind = 'directory' ORDER BY f.name, n.name`,
  );
}

/** Largest size of a thumbnail; larger data of a server are not taken for one. */
const mostThumbnailBytes = 2 ** 22;

export async function thumbnailOf({ db, schema }: SharedSchema, id: number): Promise<Buffer | null> {
  const [row] = await db.query<{ bytes: Buffer }>(
    `SELECT bytes FROM ${schema}.thumbnails WHERE photo_id = $1 AND octet_length(bytes) <= ${mostThumbnailBytes}`,
    [id],
  );
  return row?.bytes ?? null;
}

/** Measured recall of the index; null without an index. */
export async function indexRecall(shared: SharedSchema): Promise<number | null> {
  const recall = await getAbout(shared, 'recall');
  return recall === null ? null : Number(recall);
}
