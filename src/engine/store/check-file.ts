// Looks through a library's file without changing it.
import SQLite, { type Database } from 'better-sqlite3';
import type { LibraryFault } from '../../shared/contract/backup.ts';
import { fileFault, isDamage, isTaken } from './library-file.ts';
import { keptTables } from './kept-tables.ts';
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

/** Reads the index for one prefix; SQLite's own check of it would be a write. */
function fullText(db: Database): LibraryFault[] {
  try {
    db.prepare(`SELECT count(*) FROM photo_text WHERE photo_text MATCH 'a*'`).get();
    return [];
  } catch (error) {
    return [{ part: 'full-text', detail: message(error) }];
  }
}
