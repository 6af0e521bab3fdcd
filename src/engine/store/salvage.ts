// Copies the readable rows of a damaged library into a new one. SQLite refuses a query at the first damaged page, so
// rows are read in ranges of their ids, and an unreadable range is halved until only the unreadable rows are left
// out.
import { closeSync, copyFileSync, constants, openSync, readSync, rmSync, statSync, truncateSync } from 'node:fs';
import SQLite, { type Database } from 'better-sqlite3';
import { attach, copyRows } from './backup-file.ts';
import { columnsOf, copySequences, keptTables, quotedName, type Table } from './kept-tables.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { uint8At } from '../../shared/at.ts';

/** Encoding makes these rows again, but takes hours in a large library; so readable ones are kept. */
const featureTables = ['photo_features', 'caption_features', 'tag_features'] as const;

const pageOfRows = 512;
/** Largest number of rows per page, which bounds the ids to try if the table cannot give its last one. */
const rowsOfPage = 256;

export interface Salvage {
  /** Rows by table that were read from the damaged file. */
  readonly kept: Readonly<Record<string, number>>;
  /** Tables with unreadable rows. */
  readonly lossy: readonly string[];
  /** Rows that only the backup had. */
  readonly fromBackup: Readonly<Record<string, number>>;
  /** Rows left out because their parent could not be read. */
  readonly orphans: number;
  /** Captions among them. */
  readonly orphanCaptions: readonly OrphanCaption[];
}

export interface OrphanCaption {
  readonly source: string;
  readonly text: string;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Copies a database and its log to a place where they may be opened, repaired and discarded.
 * @returns false if the file has nothing of a database
 */
export function copyDamaged(file: string, copy: string): boolean {
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isFile(file) || statSync(file).size === 0) return false;
  copyFileSync(file, copy, constants.COPYFILE_FICLONE);
  if (isFile(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
  return true;
}

/** SQLite opens no file shorter than its header says; pages of zeros replace the missing ones. */
function pad(file: string): void {
  const head = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const stored = head.readUInt16BE(16);
  const pageSize = stored === 1 ? 65536 : stored;
  const wanted = pageSize * head.readUInt32BE(28);
  if (wanted > statSync(file).size && wanted < 2 ** 45) truncateSync(file, wanted);
}

/** Opens the copy, without its log if the log is unreadable; null if that fails too. */
function openDamaged(copy: string): Database | null {
  for (const withLog of [true, false]) {
    if (!withLog) for (const suffix of ['-wal', '-shm']) rmSync(copy + suffix, { force: true });
    for (const padded of [false, true]) {
      let db: Database | null = null;
      try {
        if (padded) pad(copy);
        db = new SQLite(copy, { fileMustExist: true });
        db.pragma('cell_size_check = ON');
        if (keptTables(db).length > 0) return db;
        db.close();
      } catch {
        db?.close();
      }
    }
  }
  return null;
}

/**
 * Makes `target`, a new file, a library with the readable rows of `copy`, completed from `backup`.
 * @param copy of copyDamaged; null to take the backup alone
 */
export function salvage(copy: string | null, target: string, backup: string | null): Salvage {
  const source = copy === null ? null : openDamaged(copy);
  const db = new SQLite(target);
  const kept: Record<string, number> = {};
  const fromBackup: Record<string, number> = {};
  const lossy: string[] = [];
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('foreign_keys = OFF');
    const versionRead = source === null ? 0 : Number(source.pragma('user_version', { simple: true }));
    const version = versionRead >= 1 && versionRead <= schemaVersion ? versionRead : schemaVersion;
    migrate(db, target, version);
    const tables = keptTables(db).map(({ name }) => name);
    const doubtful: { table: string; row: Row }[] = [];
    if (source !== null) {
      const there = new Map([...keptTables(source), ...features(source)].map((table) => [table.name, table]));
      for (const name of [...tables, ...featureTables]) {
        const table = there.get(name);
        if (table === undefined) {
          lossy.push(name);
          continue;
        }
        const read = copyReadable(source, db, table, doubtful);
        kept[name] = read.rows;
        if (!read.lost) continue;
        lossy.push(name);
        // Features are made again; for typed words, an index may have values that the table has lost.
        if (tables.includes(name)) kept[name] += copyFromIndexes(source, db, table);
      }
      db.transaction(() => copySequencesOf(source, db))();
    } else lossy.push(...tables);
    if (backup !== null && lossy.length + doubtful.length > 0) {
      completeFromBackup(db, backup, tables, fromBackup);
    }
    // Rows with characters that nobody types: better than none, worse than the backup's.
    for (const { table, row } of doubtful) {
      if (insertRow(db, table, row)) {
        const { [table]: before = 0 } = kept;
        kept[table] = before + 1;
      }
      if (!lossy.includes(table)) lossy.push(table);
    }
    const orphanCaptions = db
      .prepare<[], OrphanCaption>(
        `SELECT source, text FROM captions WHERE source <> 'tags' AND photo_id NOT IN (SELECT id FROM photos) ORDER BY id`,
      )
      .all();
    const orphans = removeOrphans(db);
    // No scan has this stamp, so every photo is read again; unchanged bytes keep their features.
    db.exec(`UPDATE photos SET sidecar_stamp = 'before repair'`);
    migrate(db, target);
    return { kept, lossy, fromBackup, orphans, orphanCaptions };
  } finally {
    source?.close();
    db.close();
  }
}

const features = (source: Database): Table[] =>
  featureTables.flatMap((name) => {
    const row = source
      .prepare<[string], Table>(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name = ?`)
      .get(name);
    return row ? [row] : [];
  });

function copySequencesOf(source: Database, db: Database): void {
  try {
    const rows = source.prepare<[], { name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence').all();
    const update = db.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
    for (const { name, seq } of rows) if (Number.isSafeInteger(seq) && seq < 2 ** 40) update.run(seq, name);
  } catch {
    // The highest id read is taken for the last one assigned.
  }
}

function completeFromBackup(
  db: Database,
  backup: string,
  tables: readonly string[],
  fromBackup: Record<string, number>,
): void {
  attach(db, backup, 'backup');
  try {
    db.transaction(() => {
      const there = new Set(keptTables(db, 'backup').map(({ name }) => name));
      for (const name of tables.filter((table) => there.has(table))) {
        const added = copyRows(db, 'backup', name);
        if (added > 0) fromBackup[name] = added;
      }
      copySequences(db, 'backup', 'main');
    })();
  } finally {
    db.exec('DETACH backup');
  }
}

/** Copies rows range by range. Rows with characters that nobody types go to `doubtful` instead. */
function copyReadable(
  source: Database,
  db: Database,
  table: Table,
  doubtful: { table: string; row: Row }[],
): { rows: number; lost: boolean } {
  let rows = 0;
  let lost = false;
  const isFeatures = (featureTables as readonly string[]).includes(table.name);
  const copyRow = (row: Row): void => {
    if (isFeatures ? !isFinite16(row['row']) : isDoubtful(row)) {
      if (!isFeatures) doubtful.push({ table: table.name, row });
      lost = true;
    } else if (insertRow(db, table.name, row)) rows++;
    else lost = true;
  };
  const key = integerKey(source, table);
  db.exec('BEGIN');
  try {
    if (key === null) lost = fromBothEnds(source, table, copyRow) || lost;
    else lost = byRanges(source, table, key, copyRow) || lost;
  } finally {
    db.exec('COMMIT');
  }
  return { rows, lost };
}

/** The column for the ranges of a table: the rowid, or the first column of the primary key if that is a number. */
function integerKey(source: Database, table: Table): string | null {
  if (!/WITHOUT\s+ROWID/i.test(table.sql)) return 'rowid';
  const first = source
    .prepare<[string], { name: string; type: string }>('SELECT name, type FROM pragma_table_info(?) WHERE pk = 1')
    .get(table.name);
  return first !== undefined && /^INT/i.test(first.type) ? quotedName(first.name) : null;
}

/** @returns whether some rows could not be read */
function byRanges(source: Database, { name }: Table, key: string, onRow: (row: Row) => void): boolean {
  const select = source.prepare<[number, number], Row>(
    `SELECT * FROM ${quotedName(name)} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key}`,
  );
  let lost = false;
  const read = (first: number, last: number): void => {
    let rows: Row[];
    try {
      rows = select.all(first, last);
    } catch {
      if (first === last) {
        lost = true;
        return;
      }
      const middle = Math.floor((first + last) / 2);
      read(first, middle);
      read(middle + 1, last);
      return;
    }
    rows.forEach(onRow);
  };
  const last = lastKey(source, name, key);
  if (last.guessed) lost = true;
  for (let first = 0; first <= last.value; first += pageOfRows) read(first, first + pageOfRows - 1);
  return lost;
}

function lastKey(source: Database, name: string, key: string): { value: number; guessed: boolean } {
  const ask = (sql: string, ...params: string[]): number | null => {
    try {
      const value = source
        .prepare<string[], number>(sql)
        .pluck()
        .get(...params);
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : value === null ? 0 : null;
    } catch {
      return null;
    }
  };
  const value = ask(`SELECT max(${key}) FROM ${quotedName(name)}`);
  if (value !== null && value < 2 ** 33) return { value, guessed: false };
  const given = ask('SELECT max(seq) FROM sqlite_sequence WHERE name = ?', name);
  const most = rowsOfPage * Number(source.pragma('page_count', { simple: true }));
  return { value: given !== null && given > 0 ? Math.min(given, most) : most, guessed: true };
}

/** For keys that are not numbers: forwards to the first damaged page, then backwards to the last. */
function fromBothEnds(source: Database, { name }: Table, onRow: (row: Row) => void): boolean {
  const keys = source
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
    .all(name)
    .map((column) => quotedName(column.name));
  let lost = false;
  for (const direction of ['ASC', 'DESC']) {
    const order = keys.map((column) => `${column} ${direction}`).join(', ');
    let complete = true;
    try {
      // Rows found in both directions are inserted once.
      for (const row of source.prepare<[], Row>(`SELECT * FROM ${quotedName(name)} ORDER BY ${order}`).iterate())
        onRow(row);
    } catch {
      complete = false;
      lost = true;
    }
    if (complete) break;
  }
  return lost;
}

/** Columns that a row may lack: indexing reads folders and photos again. The known values come from indexes. */
const stubs: Readonly<Record<string, Row>> = {
  photos: { size: 0, mtime_ms: 0, width: 0, height: 0, format: '', indexed_at: 0 },
  folders: { added_at: 0 },
};

/**
 * Rows of a table as far as its indexes have their columns. Indexes are separate trees, so a damaged page of the
 * table hides nothing in them.
 * @returns number of added rows
 */
function copyFromIndexes(source: Database, db: Database, { name, sql }: Table): number {
  const columns = source
    .prepare<[string], { name: string; type: string; needed: number; pk: number }>(
      'SELECT name, type, "notnull" AND dflt_value IS NULL AS needed, pk FROM pragma_table_info(?)',
    )
    .all(name);
  const ownKey = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
  const hasRowid = !/WITHOUT\s+ROWID/i.test(sql);
  const key =
    hasRowid && !(ownKey.length === 1 && columns.some(({ pk, type }) => pk > 0 && type === 'INTEGER')) ? [] : ownKey;
  if (key.length === 0) return 0;
  const found = new Map<string, Record<string, unknown>>();
  const merge = (row: Row): void => {
    const id = JSON.stringify(key.map((column) => row[column]));
    found.set(id, Object.assign(found.get(id) ?? {}, row));
  };
  for (const [index, indexed] of indexesOf(source, name)) {
    const wanted = [...new Set([...key, ...indexed])].map(quotedName).join(', ');
    const ordered = (direction: string) => indexed.map((column) => `${quotedName(column)} ${direction}`).join(', ');
    for (const direction of ['ASC', 'DESC']) {
      try {
        const rows = source.prepare<[], Row>(
          `SELECT ${wanted} FROM ${quotedName(name)} INDEXED BY ${quotedName(index)} ORDER BY ${ordered(direction)}`,
        );
        for (const row of rows.iterate()) merge(row);
        break;
      } catch {
        // From the other end, up to the unreadable page.
      }
    }
  }
  const stub = stubs[name] ?? {};
  const needed = columns.filter((column) => column.needed === 1).map((column) => column.name);
  let added = 0;
  db.transaction(() => {
    for (const row of found.values()) {
      const whole: Row = { ...stub, ...row };
      if (needed.some((column) => whole[column] === undefined) || isDoubtful(whole)) continue;
      if (insertRow(db, name, whole)) added++;
    }
  })();
  return added;
}

/** Indexes of a table on columns alone, with their columns. */
function indexesOf(source: Database, table: string): [index: string, columns: string[]][] {
  const names = source
    .prepare<[string], string>(`SELECT name FROM pragma_index_list(?) WHERE partial = 0 AND origin <> 'pk'`)
    .pluck()
    .all(table);
  return names.flatMap((index): [string, string[]][] => {
    const columns = source
      .prepare<[string], string | null>('SELECT name FROM pragma_index_info(?) ORDER BY seqno')
      .pluck()
      .all(index);
    const named = columns.filter((column) => column !== null);
    return named.length === columns.length ? [[index, named]] : [];
  });
}

interface Insert {
  readonly columns: readonly string[];
  readonly statement: SQLite.Statement;
}
const inserts = new WeakMap<Database, Map<string, Insert>>();

function insertInto(db: Database, table: string, row: Row): Insert {
  const known = inserts.get(db) ?? new Map<string, Insert>();
  inserts.set(db, known);
  const shape = [table, ...Object.keys(row)].join('\0');
  const found = known.get(shape);
  if (found !== undefined) return found;
  const own = new Set(columnsOf(db, 'main', table));
  const columns = Object.keys(row).filter((column) => own.has(column));
  const places = columns.map(() => '?').join(', ');
  const statement = db.prepare(
    `INSERT OR IGNORE INTO ${quotedName(table)} (${columns.map(quotedName).join(', ')}) VALUES (${places})`,
  );
  const insert = { columns, statement };
  known.set(shape, insert);
  return insert;
}

/** False if the row breaks a rule of its table; rows written by Hashlens do not. */
function insertRow(db: Database, table: string, row: Row): boolean {
  const { columns, statement } = insertInto(db, table, row);
  try {
    return statement.run(...columns.map((column) => row[column])).changes > 0;
  } catch {
    return false;
  }
}

/** Bytes that are not UTF-8, and control characters other than tab and line break. */

const notTyped = /[\u0000-\u0008\u000e-\u001f\ufffd]/;

const isDoubtful = (row: Row): boolean =>
  Object.values(row).some((value) => typeof value === 'string' && notTyped.test(value));

/** Whether a feature row is whole: float16 numbers, none of them infinite or NaN. */
function isFinite16(row: unknown): boolean {
  if (!(row instanceof Uint8Array) || row.length === 0 || row.length % 2 !== 0) return false;
  for (let i = 1; i < row.length; i += 2) if ((uint8At(row, i) & 0x7c) === 0x7c) return false;
  return true;
}

/** Removes rows whose parent could not be read, until none is left. */
function removeOrphans(db: Database): number {
  const tables = db
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'photo_text%'`,
    )
    .all();
  let removed = 0;
  for (;;) {
    let now = 0;
    for (const { name } of tables) {
      const keys = db
        .prepare<[string], { parent: string; child: string; column: string | null; id: number; n: number }>(
          `SELECT "table" AS parent, "from" AS child, "to" AS "column", id,
             count(*) OVER (PARTITION BY id) AS n FROM pragma_foreign_key_list(?)`,
        )
        .all(name);
      for (const { parent, child, column, n } of keys) {
        // Tables with keys of several columns are made again.
        if (n > 1 || column === null) continue;
        now += db
          .prepare(
            `DELETE FROM ${quotedName(name)} WHERE ${quotedName(child)} IS NOT NULL
             AND ${quotedName(child)} NOT IN (SELECT ${quotedName(column)} FROM ${quotedName(parent)})`,
          )
          .run().changes;
      }
    }
    removed += now;
    if (now === 0) return removed;
  }
}
