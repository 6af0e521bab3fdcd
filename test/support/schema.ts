// A database in memory at any schema version, for the specs of the migration steps.
import { createHash } from 'node:crypto';
import SQLite, { type Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { migrate } from '../../src/engine/store/migrations.ts';

/** A library's database after the step `version`. */
export function schemaAt(version: number): Database {
  const db = new SQLite(':memory:');
  db.pragma('foreign_keys = ON');
  onTestFinished(() => void db.close());
  migrate(db, ':memory:', version);
  return db;
}

export const upTo = (db: Database, version: number): void => migrate(db, ':memory:', version);

/** Checksum of a step's SQL, which must never change after its release, because libraries have gone through it. */
export const checksum = (sql: string): string => createHash('sha256').update(sql).digest('hex').slice(0, 16);

/** One folder, a ready model `m`, and photos of these ids, with the columns the first schema has. */
export function addPhotos(db: Database, ...ids: readonly number[]): void {
  db.exec(`
    INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 0);
    INSERT INTO models (id, method, bits, encoder_id, state, options, created_at)
      VALUES ('m', 'x', 8, 'e', 'ready', '{}', 0);`);
  const photo = db.prepare(
    `INSERT INTO photos (id, folder_id, path, size, mtime_ms, sidecar_stamp, content_hash, width, height, format, indexed_at)
     VALUES (?, 1, ?, 1, 1, 'own stamp', 'aa', 1, 1, 'jpeg', 0)`,
  );
  for (const id of ids) photo.run(id, `Italy/${id}.jpg`);
}

/** All values of a query's first column. */
export const column = (db: Database, sql: string): unknown[] => db.prepare(sql).pluck().all();
