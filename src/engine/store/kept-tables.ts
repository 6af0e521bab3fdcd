// Tables that cannot be made again, and copying them from one database into another.
import type { Database } from 'better-sqlite3';
import { present } from '../../shared/at.ts';

/** Tables that indexing, encoding and training fill again, and records of past work. All others are kept. */
const madeAgain =
  /^(sqlite_.*|(photo|caption|tag)_(features|codes|vectors)|packed_.*|code_blocks|vector_sets|sketch_sets|photo_text.*|ocr_.*|jobs|failures|photos_in_reading)$/;

export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface Table {
  readonly name: string;
  readonly sql: string;
}

/** @param schema name of an attached database, `main` for the first */
export function tablesOf(db: Database, schema = 'main'): Table[] {
  return db
    .prepare<[], Table>(
      `SELECT name, sql FROM ${quotedName(schema)}.sqlite_schema WHERE type = 'table' AND sql IS NOT NULL
       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
    )
    .all();
}

export const keptTables = (db: Database, schema = 'main'): Table[] =>
  tablesOf(db, schema).filter(({ name }) => !madeAgain.test(name));

export const columnsOf = (db: Database, schema: string, table: string): string[] =>
  db
    .prepare<[string, string], { name: string }>('SELECT name FROM pragma_table_info(?, ?)')
    .all(table, schema)
    .map(({ name }) => name);

/** Copies AUTOINCREMENT's counters, so that no id of a deleted row is used again. */
export function copySequences(db: Database, from: string, to: string): void {
  const has = (schema: string) =>
    db.prepare(`SELECT 1 FROM ${quotedName(schema)}.sqlite_schema WHERE name = 'sqlite_sequence'`).get() !== undefined;
  if (!has(from) || !has(to)) return;
  const known = new Set(tablesOf(db, to).map(({ name }) => name));
  const rows = db
    .prepare<[], { name: string; seq: number }>(`SELECT name, seq FROM ${quotedName(from)}.sqlite_sequence`)
    .all();
  for (const { name, seq } of rows.filter((row) => known.has(row.name))) {
    db.prepare(`DELETE FROM ${quotedName(to)}.sqlite_sequence WHERE name = ?`).run(name);
    db.prepare(`INSERT INTO ${quotedName(to)}.sqlite_sequence (name, seq) VALUES (?, ?)`).run(name, seq);
  }
}

export function rowCount(db: Database, table: string, schema = 'main'): number {
  const sql = `SELECT count(*) FROM ${quotedName(schema)}.${quotedName(table)}`;
  return present(db.prepare<[], number>(sql).pluck().get());
}
