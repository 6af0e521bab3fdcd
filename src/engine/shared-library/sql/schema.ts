// The tables of a shared library on PostgreSQL, in a separate schema. With pgvector, codes are compared by its
// operators and rows are half-precision vectors; without it, codes are compared by `bit_count(a # b)` and rows are
// bytes.
//
// Row-level security decides who sees what: a publisher sees and changes their own rows; others see folders shared
// with one of their roles. Every table with photos has the folder's number, so that `folders` alone decides for all.
import { sharedNamePattern } from '../../../shared/contract/shared-library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Postgres } from '../postgres.ts';

/** Properties of a shared library, the same for all libraries in it. */
export interface SharedFormat {
  readonly encoderId: string;
  readonly sharedWidth: number;
  /** Name of the hash model in its first publication. */
  readonly modelId: string;
  /** SHA-256 of the model's networks, which identifies the model. */
  readonly modelSum: string;
  readonly bits: number;
  readonly realWidth: number;
  /** Whether pgvector's types are used. */
  readonly vectors: boolean;
}

/** A shared library on a server. */
export interface SharedSchema {
  readonly db: Postgres;
  /** Quoted. */
  readonly schema: string;
  readonly format: SharedFormat;
}

const formatVersion = '1';

/** Name of the schema, quoted. @throws HashlensError `bad-argument` */
export function schemaOf(name: string): string {
  if (sharedNamePattern.test(name)) return `"hashlens_${name}"`;
  throw new HashlensError(
    'bad-argument',
    `“${name}” cannot name a shared library; use small letters, digits and _, a letter first.`,
  );
}

/** Names of the shared libraries of a database that this user may read. */
export async function schemaNames(db: Postgres): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT substr(nspname, 10) AS name FROM pg_namespace
     WHERE nspname LIKE 'hashlens\\_%' AND has_schema_privilege(oid, 'USAGE') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/**
 * The format of a shared library; null without one of this name.
 * @param known formats read earlier, by the number of their table, which differs for another library of this name
 * @throws HashlensError `unsupported-format`
 */
export async function readFormat(
  db: Postgres,
  schema: string,
  known = new Map<number, SharedFormat>(),
): Promise<SharedFormat | null> {
  const [there] = await db.query<{ table: number | null }>(`SELECT to_regclass($1)::oid::bigint AS table`, [
    `${schema}.about`,
  ]);
  const table = there?.table ?? null;
  if (table === null) return null;
  const format = known.get(table) ?? (await storedFormat(db, schema));
  known.set(table, format);
  return format;
}

async function storedFormat(db: Postgres, schema: string): Promise<SharedFormat> {
  const rows = await db.query<{ key: string; value: string }>(`SELECT key, value FROM ${schema}.about`);
  const facts = new Map(rows.map(({ key, value }) => [key, value]));
  const text = (key: string): string => {
    const value = facts.get(key);
    if (value !== undefined) return value;
    throw new HashlensError('unsupported-format', `The shared library says nothing of its ${key}; publish it again.`);
  };
  if (text('format') !== formatVersion) {
    throw new HashlensError('unsupported-format', 'The shared library was made by a newer version; install that one.');
  }
  return {
    encoderId: text('encoder'),
    sharedWidth: Number(text('shared-width')),
    modelId: text('model'),
    modelSum: text('model-sum'),
    bits: Number(text('bits')),
    realWidth: Number(text('real-width')),
    vectors: text('vectors') === 'yes',
  };
}

/**
 * Makes pgvector's types available if the server and the user's rights allow it. @returns whether they are available
 */
export async function useVectors(db: Postgres): Promise<boolean> {
  const known = async (): Promise<boolean> => {
    const [row] = await db.query<{ known: boolean }>(`SELECT to_regtype('halfvec') IS NOT NULL AS known`);
    return row?.known === true;
  };
  if (await known()) return true;
  const [available] = await db.query<{ n: number }>(
    `SELECT count(*) AS n FROM pg_available_extensions WHERE name = 'vector'`,
  );
  if (available?.n !== 1) return false;
  // An administrator may have to install it; without it search is exact and a little slower.
  await db.query('CREATE EXTENSION IF NOT EXISTS vector').catch(() => undefined);
  return known();
}

/** Roles of the current user, `public` among them. */
const ownRoles = `(SELECT r.rolname::text FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER') UNION ALL SELECT 'public')`;

/** Creates the tables in one transaction. */
export async function makeSchema(db: Postgres, schema: string, format: SharedFormat): Promise<void> {
  const { bits, sharedWidth, realWidth, vectors } = format;
  const row = (width: number) => (vectors ? `halfvec(${width})` : 'bytea');
  const withFolder = ['photos', 'codes', 'rows', 'thumbnails', 'names'];
  const statements = [
    `CREATE SCHEMA ${schema}`,
    `CREATE TABLE ${schema}.about (key text PRIMARY KEY, value text NOT NULL)`,
    `CREATE TABLE ${schema}.model_parts (file text, part integer, bytes bytea NOT NULL, PRIMARY KEY (file, part))`,
    `CREATE TABLE ${schema}.libraries (
       id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE, label text NOT NULL,
       owner text NOT NULL DEFAULT current_user, photos integer NOT NULL DEFAULT 0, published_at timestamptz,
       thumbnails boolean NOT NULL)`,
    `CREATE TABLE ${schema}.folders (
       id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       library_id integer NOT NULL REFERENCES ${schema}.libraries ON DELETE CASCADE,
       local_id integer NOT NULL, name text NOT NULL, owner text NOT NULL DEFAULT current_user,
       UNIQUE (library_id, local_id), UNIQUE (id, owner))`,
    // Grants of folders. The owner is part of the key, so that nobody can share another's folder.
    `CREATE TABLE ${schema}.shares (
       folder_id integer NOT NULL, owner text NOT NULL DEFAULT current_user, role text NOT NULL,
       PRIMARY KEY (folder_id, role),
       FOREIGN KEY (folder_id, owner) REFERENCES ${schema}.folders (id, owner) ON DELETE CASCADE)`,
    `CREATE TABLE ${schema}.photos (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       library_id integer NOT NULL REFERENCES ${schema}.libraries ON DELETE CASCADE,
       folder_id integer NOT NULL REFERENCES ${schema}.folders ON DELETE CASCADE,
       local_id bigint NOT NULL, stamp text NOT NULL, path text COLLATE "C" NOT NULL,
       size bigint NOT NULL, width integer NOT NULL, height integer NOT NULL, format text NOT NULL,
       captured_at bigint, captured_until bigint, taken double precision NOT NULL, camera text, rating integer,
       place text, position_place text, captions text[] NOT NULL, tags text[] NOT NULL, tag_paths text[] NOT NULL,
       people text[] NOT NULL, words tsvector NOT NULL, shown tsvector NOT NULL, UNIQUE (library_id, local_id))`,
    `CREATE TABLE ${schema}.codes (
       photo_id bigint PRIMARY KEY REFERENCES ${schema}.photos ON DELETE CASCADE,
       folder_id integer NOT NULL, code bit(${bits}) NOT NULL)`,
    `CREATE TABLE ${schema}.rows (
       photo_id bigint PRIMARY KEY REFERENCES ${schema}.photos ON DELETE CASCADE,
       folder_id integer NOT NULL, shared ${row(sharedWidth)} NOT NULL, learned ${row(realWidth)} NOT NULL)`,
    `CREATE TABLE ${schema}.thumbnails (
       photo_id bigint PRIMARY KEY REFERENCES ${schema}.photos ON DELETE CASCADE,
       folder_id integer NOT NULL, bytes bytea NOT NULL)`,
    // Names for filters.
    `CREATE TABLE ${schema}.names (
       folder_id integer NOT NULL REFERENCES ${schema}.folders ON DELETE CASCADE, kind text NOT NULL, name text NOT NULL,
       PRIMARY KEY (folder_id, kind, name))`,
    `CREATE INDEX photos_words ON ${schema}.photos USING gin (words)`,
    `CREATE INDEX photos_shown ON ${schema}.photos USING gin (shown)`,
    `CREATE INDEX photos_tags ON ${schema}.photos USING gin (tags)`,
    `CREATE INDEX photos_taken ON ${schema}.photos (taken DESC, id DESC)`,
    `CREATE INDEX photos_path ON ${schema}.photos (folder_id, path)`,
    `ALTER TABLE ${schema}.folders ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${schema}.shares ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY own ON ${schema}.folders USING (owner = current_user)`,
    `CREATE POLICY shared ON ${schema}.folders FOR SELECT USING (
       id IN (SELECT s.folder_id FROM ${schema}.shares s WHERE s.role IN ${ownRoles}))`,
    `CREATE POLICY own ON ${schema}.shares USING (owner = current_user)`,
    `CREATE POLICY shared ON ${schema}.shares FOR SELECT USING (role IN ${ownRoles})`,
    ...withFolder.flatMap((table) => [
      `ALTER TABLE ${schema}.${table} ENABLE ROW LEVEL SECURITY`,
      // The list is computed once a query, not once a row.
      `CREATE POLICY visible ON ${schema}.${table} FOR SELECT USING (
         folder_id = ANY (ARRAY(SELECT f.id FROM ${schema}.folders f)))`,
      ...['INSERT WITH CHECK', 'DELETE USING'].map(
        (does) => `CREATE POLICY own_${does.slice(0, 6).toLowerCase()} ON ${schema}.${table} FOR ${does} (
           folder_id = ANY (ARRAY(SELECT f.id FROM ${schema}.folders f WHERE f.owner = current_user)))`,
      ),
      `CREATE POLICY own_update ON ${schema}.${table} FOR UPDATE USING (
         folder_id = ANY (ARRAY(SELECT f.id FROM ${schema}.folders f WHERE f.owner = current_user)))`,
    ]),
    `ALTER TABLE ${schema}.libraries ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY visible ON ${schema}.libraries FOR SELECT USING (true)`,
    `CREATE POLICY own ON ${schema}.libraries USING (owner = current_user)`,
  ];
  const facts = {
    format: formatVersion,
    encoder: format.encoderId,
    'shared-width': String(sharedWidth),
    model: format.modelId,
    'model-sum': format.modelSum,
    bits: String(bits),
    'real-width': String(realWidth),
    vectors: vectors ? 'yes' : 'no',
  };
  for (const statement of statements) await db.query(statement);
  for (const [key, value] of Object.entries(facts)) await setAbout(db, schema, key, value);
}

export async function setAbout(db: Postgres, schema: string, key: string, value: string): Promise<void> {
  await db.query(
    `INSERT INTO ${schema}.about (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, value],
  );
}

export async function getAbout({ db, schema }: SharedSchema, key: string): Promise<string | null> {
  const [row] = await db.query<{ value: string }>(`SELECT value FROM ${schema}.about WHERE key = $1`, [key]);
  return row?.value ?? null;
}

/** Whether the user owns the tables of the schema. */
export async function ownsSchema(db: Postgres, schema: string): Promise<boolean> {
  const [row] = await db.query<{ owns: boolean }>(
    `SELECT pg_has_role(nspowner, 'USAGE') AS owns FROM pg_namespace WHERE nspname = $1`,
    [schema.slice(1, -1)],
  );
  return row?.owns === true;
}

export const modelFiles = {
  /** Stores a file of the model in pieces. */
  async put(db: Postgres, schema: string, file: string, bytes: Uint8Array): Promise<void> {
    const piece = 4 * 2 ** 20;
    for (let part = 0; part * piece < bytes.length; part++) {
      await db.query(`INSERT INTO ${schema}.model_parts (file, part, bytes) VALUES ($1, $2, $3)`, [
        file,
        part,
        Buffer.from(bytes.subarray(part * piece, (part + 1) * piece)),
      ]);
    }
  },

  async get({ db, schema }: SharedSchema, file: string): Promise<Buffer> {
    const parts = await db.query<{ bytes: Buffer }>(
      `SELECT bytes FROM ${schema}.model_parts WHERE file = $1 ORDER BY part`,
      [file],
    );
    return Buffer.concat(parts.map(({ bytes }) => bytes));
  },
} as const;
