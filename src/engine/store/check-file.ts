// Checks a library's file without changing it.
import SQLite, { type Database } from 'better-sqlite3';
import type { LibraryFault } from '../../shared/contract/backup.ts';
import { present } from '../../shared/at.ts';
import { fileFault, isDamage, isTaken } from './library-file.ts';
import { keptTables, quotedName } from './kept-tables.ts';
import { schemaVersion } from './migrations.ts';

export interface FileCheck {
  readonly state: 'sound' | 'missing' | 'damaged' | 'unreadable' | 'newer';
  readonly faults: readonly LibraryFault[];
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * @param depth `quick` reads all pages and rows; `full` also compares indexes with rows, and full text with its own
 */
export function checkFile(file: string, depth: 'quick' | 'full'): FileCheck {
  const database = (detail: string): LibraryFault => ({ part: 'database', detail });
  if (!isTaken(file)) return { state: 'missing', faults: [database('there is no library.db')] };
  const fault = faultOf(file);
  if (fault !== null) return { state: 'unreadable', faults: [database(fault)] };
  let db: Database;
  try {
    db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 15_000 });
  } catch (error) {
    return { state: 'unreadable', faults: [database(message(error))] };
  }
  try {
    if (Number(db.pragma('user_version', { simple: true })) > schemaVersion) {
      return { state: 'newer', faults: [database('it was written by a newer Hashlens')] };
    }
    if (keptTables(db).length === 0) return { state: 'unreadable', faults: [database('it has no tables')] };
    const faults = [...pages(db, depth).map(database), ...rows(db)];
    if (depth === 'full') faults.push(...fullText(db));
    return { state: faults.length === 0 ? 'sound' : 'damaged', faults };
  } catch (error) {
    return { state: isDamage(error) ? 'unreadable' : 'damaged', faults: [database(message(error))] };
  } finally {
    db.close();
  }
}

function faultOf(file: string): string | null {
  try {
    return fileFault(file);
  } catch (error) {
    return message(error);
  }
}

function pages(db: Database, depth: 'quick' | 'full'): string[] {
  const pragma = depth === 'quick' ? 'quick_check' : 'integrity_check';
  const found = db.prepare<[], string>(`PRAGMA ${pragma}(20)`).pluck().all();
  return found.length === 1 && found[0] === 'ok' ? [] : found;
}

function rows(db: Database): LibraryFault[] {
  const n = (db.pragma('foreign_key_check') as unknown[]).length;
  return n === 0 ? [] : [{ part: 'rows', detail: `${n} rows belong to rows that are not there` }];
}

interface FullTextTable {
  readonly name: string;
}

/**
 * Finds damage that `integrity_check` does not see: it compares the blocks of full text with each other, but accepts
 * a record that lists none of them, or counts of zero. The sizes of the documents, stored separately, reveal this.
 */
function fullText(db: Database): LibraryFault[] {
  const tables = db
    .prepare<[], FullTextTable>(`SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5(%'`)
    .all();
  return tables.flatMap(({ name }) => {
    try {
      const lost = lostDocuments(db, name);
      return lost === 0 ? [] : [{ part: 'full-text', detail: `${lost} photos are missing in ${name}` }];
    } catch (error) {
      return [{ part: 'full-text', detail: message(error) }];
    }
  });
}

/** Number of documents of a full-text table with words that no word finds. */
function lostDocuments(db: Database, table: string): number {
  const instances = quotedName(`${table}_instances`);
  db.exec(`CREATE VIRTUAL TABLE temp.${instances} USING fts5vocab(main, ${quotedName(table)}, instance)`);
  const described = `SELECT id FROM ${quotedName(`${table}_docsize`)} WHERE sz <> zeroblob(length(sz))`;
  const count = (sql: string): number => present(db.prepare<[], number>(sql).pluck().get());
  try {
    const lost = count(`SELECT count(*) FROM (${described} EXCEPT SELECT doc FROM temp.${instances})`);
    if (lost > 0) return lost;
    // The record of counts begins with the number of documents.
    const isCounted = count(
      `SELECT count(*) FROM ${quotedName(`${table}_data`)} WHERE id = 1 AND substr(block, 1, 1) NOT IN (x'', x'00')`,
    );
    return isCounted > 0 ? 0 : count(`SELECT count(*) FROM (${described})`);
  } finally {
    db.exec(`DROP TABLE temp.${instances}`);
  }
}
