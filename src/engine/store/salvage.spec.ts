// Repairs of readable but wrong rows, of truncated files, and of rows that only a backup has.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { copyDamaged, salvage, type Salvage } from './salvage.ts';

let template: Buffer | null = null;

/** A library of two photos with a caption each; its file. */
function library(change: (db: Database) => void = () => {}): string {
  const file = join(temporaryFolder(), 'library.db');
  if (template === null) {
    const made = new SQLite(file);
    migrate(made, file);
    made.close();
    template = readFileSync(file);
  } else writeFileSync(file, template);
  const db = new SQLite(file);
  db.pragma('foreign_keys = OFF');
  db.exec(`
    INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 1);
    INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
      VALUES (1, 1, 'one.jpg', 10, 20, 'hash-1', 4, 3, 'jpeg', 5), (2, 1, 'two.jpg', 10, 20, 'hash-2', 4, 3, 'jpeg', 5);
    INSERT INTO captions (id, photo_id, source, text) VALUES (1, 1, 'iptc', 'a dog'), (2, 2, 'iptc', 'a cat');`);
  change(db);
  db.close();
  return file;
}

interface Repaired {
  readonly result: Salvage;
  readonly all: (sql: string) => unknown[];
}

function repaired(file: string, backup: string | null = null): Repaired {
  const folder = temporaryFolder();
  const [copy, target] = [join(folder, 'copy.db'), join(folder, 'target.db')];
  const result = salvage(copyDamaged(file, copy) ? copy : null, target, backup);
  const all = (sql: string): unknown[] => {
    const db = new SQLite(target, { readonly: true });
    try {
      return db.prepare<[], unknown>(sql).pluck().all();
    } finally {
      db.close();
    }
  };
  return { result, all };
}

const captions = `SELECT text FROM captions ORDER BY id`;

it('keeps a caption with characters nobody types where there is no other, and takes the backup’s where there is', () => {
  const backup = library();
  const file = library((db) => void db.exec(`UPDATE captions SET text = 'a d' || char(1) || 'g' WHERE id = 1`));
  const alone = repaired(file);
  expect(alone.all(captions)).toEqual(['a d\u0001g', 'a cat']);
  expect(alone.result.lossy).toEqual(['captions']);
  expect(alone.result.kept['captions']).toBe(2);
  const { result, all } = repaired(file, backup);
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(result.fromBackup).toEqual({ captions: 1 });
  expect(result.kept['captions']).toBe(1);
});

it('keeps tabs and line breaks as what people type', () => {
  const { result, all } = repaired(
    library((db) => void db.exec(`UPDATE captions SET text = 'a' || char(9, 10, 13) || 'b'`)),
  );
  expect(all(captions)).toEqual(['a\t\n\rb', 'a\t\n\rb']);
  expect(result.lossy).toEqual([]);
});

it('takes nothing from the backup where nothing is lost', () => {
  const backup = library(
    (db) => void db.exec(`INSERT INTO captions (id, photo_id, source, text) VALUES (3, 1, 'iptc', 'removed since')`),
  );
  const { result, all } = repaired(library(), backup);
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(result.fromBackup).toEqual({});
});

it('leaves out feature rows with numbers that are none, of odd length and of no length', () => {
  const half = (...numbers: number[]) => Buffer.from(Uint16Array.from(numbers).buffer);
  const file = library((db) => {
    const insert = db.prepare(`INSERT INTO photo_features (encoder_id, photo_id, row) VALUES (?, 1, ?)`);
    insert.run('whole', half(0x3c00, 0xbbff));
    insert.run('infinite', half(0x3c00, 0x7c00));
    insert.run('not a number', half(0xfe00));
    insert.run('odd', Buffer.from([0, 0, 0]));
    insert.run('empty', Buffer.alloc(0));
  });
  const { result, all } = repaired(file);
  expect(all('SELECT encoder_id FROM photo_features')).toEqual(['whole']);
  expect(result.lossy).toEqual(['photo_features']);
});

it('reads a file that is cut off as far as it goes', () => {
  const file = library((db) => {
    const insert = db.prepare(`INSERT INTO captions (photo_id, source, text) VALUES (2, 'iptc', ?)`);
    for (let n = 0; n < 400; n++) insert.run(`${n} ${'long '.repeat(40)}`);
  });
  truncateSync(file, Math.floor(readFileSync(file).length / 4096 - 5) * 4096);
  expect(() => new SQLite(file, { readonly: true }).prepare(captions).all()).toThrow(/malformed/);
  const { result, all } = repaired(file);
  expect(result.lossy.length).toBeGreaterThan(0);
  expect(all('SELECT path FROM photos ORDER BY id')).toEqual(['one.jpg', 'two.jpg']);
  expect(all(captions).slice(0, 2)).toEqual(['a dog', 'a cat']);
  expect(all('SELECT count(*) FROM captions WHERE id > 2')[0]).toBeGreaterThan(200);
});

it('passes over a write-ahead log of other bytes', () => {
  const file = library();
  appendFileSync(`${file}-wal`, Buffer.alloc(9000, 0x37));
  const { result, all } = repaired(file);
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(result.lossy).toEqual([]);
});

it('takes what the write-ahead log holds', () => {
  const file = library();
  const writing = new SQLite(file);
  writing.pragma('journal_mode = WAL');
  writing.exec(`INSERT INTO captions (photo_id, source, text) VALUES (1, 'iptc', 'in the log')`);
  const copy = join(temporaryFolder(), 'library.db');
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  writing.close();
  expect(repaired(copy).all(captions)).toEqual(['a dog', 'a cat', 'in the log']);
});

it.each<[what: string, make: (file: string) => void]>([
  ['a missing file', () => {}],
  ['an empty file', (file) => void writeFileSync(file, '')],
  ['a folder', (file) => void mkdirSync(file)],
  ['a file of other bytes', (file) => void writeFileSync(file, Buffer.alloc(20_000, 0x41))],
  ['a database without tables', (file) => new SQLite(file).exec('VACUUM').close()],
])('takes the backup alone in place of %s', (_, make) => {
  const file = join(temporaryFolder(), 'library.db');
  make(file);
  const { result, all } = repaired(file, library());
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(result.kept).toEqual({});
  expect(result.fromBackup).toMatchObject({ captions: 2, folders: 1, photos: 2 });
  expect(all('PRAGMA user_version')).toEqual([schemaVersion]);
});

it('names a table that is gone, and takes it from the backup', () => {
  const file = library((db) => void db.exec('DROP TABLE captions'));
  expect(repaired(file).result.lossy).toEqual(['captions']);
  expect(repaired(file, library()).all(captions)).toEqual(['a dog', 'a cat']);
});

it('removes rows whose photo is gone, and hands their captions over', () => {
  const file = library(
    (db) =>
      void db.exec(`
    INSERT INTO captions (id, photo_id, source, text) VALUES (3, 77, 'iptc', 'of a lost photo'), (4, 77, 'tags', 'beach');
    INSERT INTO tags (id, name) VALUES (1, 'dog');
    INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (1, 1, 'iptc'), (78, 1, 'iptc');`),
  );
  const { result, all } = repaired(file);
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(all('SELECT photo_id FROM photo_tags')).toEqual([1]);
  expect(result.orphans).toBe(3);
  expect(result.orphanCaptions).toEqual([{ source: 'iptc', text: 'of a lost photo' }]);
});

it('reads a library whose version number is damaged by the tables of this one', () => {
  const file = library((db) => void db.pragma('user_version = 123456'));
  const { result, all } = repaired(file);
  expect(all(captions)).toEqual(['a dog', 'a cat']);
  expect(all('PRAGMA user_version')).toEqual([schemaVersion]);
  expect(result.lossy).toEqual([]);
});

it('goes on with ids where the library was, and not behind one that no library reaches', () => {
  const sequence = (seq: number) =>
    library((db) => void db.exec(`UPDATE sqlite_sequence SET seq = ${seq} WHERE name = 'photos'`));
  const next = `SELECT seq FROM sqlite_sequence WHERE name = 'photos'`;
  expect(repaired(sequence(900)).all(next)).toEqual([900]);
  expect(repaired(sequence(2 ** 50)).all(next)).toEqual([2]);
});

it('lets every photo be looked at again', () => {
  const { all } = repaired(library((db) => void db.exec(`UPDATE photos SET sidecar_stamp = 'as it was'`)));
  expect(all('SELECT DISTINCT sidecar_stamp FROM photos')).toEqual(['before repair']);
});
