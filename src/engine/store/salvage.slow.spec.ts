// Rows below a damaged inner page of a tree: SQLite reaches none of them through the table.
import { closeSync, copyFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { Random } from '../numerics/random.ts';
import { migrate } from './migrations.ts';
import { copyDamaged, salvage } from './salvage.ts';

const photos = 2000;

/** A library whose tables of photos, captions and tags are trees of two levels. */
function makeLibrary(file: string): void {
  const db = new SQLite(file);
  migrate(db, file);
  db.transaction(() => {
    db.exec(`INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 1)`);
    const photo = db.prepare(
      `INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
       VALUES (?, 1, ?, 10, 20, ?, 4, 3, 'jpeg', 5)`,
    );
    const caption = db.prepare(`INSERT INTO captions (photo_id, source, text) VALUES (?, 'iptc', ?)`);
    const tag = db.prepare('INSERT INTO tags (id, name) VALUES (?, ?)');
    const tagged = db.prepare(`INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (?, ?, 'iptc')`);
    const judged = db.prepare(
      `INSERT INTO judgements (kind, key, photo_id, text, fits, judged_at) VALUES ('search', ?, ?, 'dog', 1, 1)`,
    );
    for (let n = 1; n <= photos; n++) {
      photo.run(n, `in/photo-${n}.jpg`, `hash-${n}`);
      caption.run(n, `dog number ${n} at the beach`);
      tag.run(n, `tag ${n}`);
      tagged.run(n, n);
      judged.run(`dog ${String(n).padStart(4, '0')}`, n);
    }
  })();
  db.close();
}

const rootOf = (db: SQLite.Database, name: string): number => {
  const root = db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name);
  if (root === undefined) throw new Error(`there is no ${name}`);
  return root;
};

function overwrite(file: string, page: number): void {
  const random = new Random(page);
  const descriptor = openSync(file, 'r+');
  writeSync(
    descriptor,
    Uint8Array.from({ length: 4096 }, () => random.below(256)),
    0,
    4096,
    (page - 1) * 4096,
  );
  closeSync(descriptor);
}

interface Kept {
  readonly captions: readonly string[];
  readonly photos: readonly string[];
  readonly tags: readonly string[];
}

function keptOf(file: string): Kept {
  const db = new SQLite(file, { readonly: true });
  const all = (sql: string) => db.prepare<[], string>(sql).pluck().all();
  const kept = {
    captions: all(`SELECT p.path || ': ' || c.text FROM captions c JOIN photos p ON p.id = c.photo_id ORDER BY c.id`),
    photos: all(`SELECT id || ' ' || path || ' ' || content_hash FROM photos ORDER BY id`),
    tags: all(
      `SELECT pt.photo_id || ' ' || t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id ORDER BY pt.photo_id`,
    ),
  };
  db.close();
  return kept;
}

/** Damages these pages of a copy and makes a library of the rest, without a backup. */
function salvaged(file: string, pages: readonly number[]): { target: string; result: ReturnType<typeof salvage> } {
  const folder = temporaryFolder();
  const [damaged, copy, target] = ['damaged.db', 'copy.db', 'target.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  copyFileSync(file, damaged);
  for (const page of pages) overwrite(damaged, page);
  expect(copyDamaged(damaged, copy)).toBe(true);
  return { target, result: salvage(copy, target, null) };
}

describe('a damaged page that leads to others', () => {
  const folder = temporaryFolder;

  it.each(['photos', 'captions', 'tags', 'photo_tags', 'folders'])(
    'of %s costs no row, because indexes have what is needed',
    (name) => {
      const file = join(folder(), 'library.db');
      makeLibrary(file);
      const db = new SQLite(file, { readonly: true });
      const root = rootOf(db, name);
      db.close();
      // 2 and 5: inner pages of an index and of a table.
      if (name !== 'folders') expect([2, 5]).toContain(readFileSync(file)[(root - 1) * 4096]);
      const { target, result } = salvaged(file, [root]);
      expect(result.lossy).toContain(name);
      expect(keptOf(target)).toEqual(keptOf(file));
    },
  );

  it('of photos and of both their indexes leaves the captions beside the library', () => {
    const file = join(folder(), 'library.db');
    makeLibrary(file);
    const db = new SQLite(file, { readonly: true });
    const roots = ['photos', 'sqlite_autoindex_photos_1', 'photos_content'].map((name) => rootOf(db, name));
    db.close();
    const { target, result } = salvaged(file, roots);
    expect(keptOf(target).photos).toEqual([]);
    expect(result.orphanCaptions).toHaveLength(photos);
    expect(result.orphanCaptions[6]).toEqual({ source: 'iptc', text: 'dog number 7 at the beach' });
  });

  it('in a table without numeric keys leaves the rows before and behind it', () => {
    const file = join(folder(), 'library.db');
    makeLibrary(file);
    const keysOf = (of: string): string[] => {
      const db = new SQLite(of, { readonly: true });
      try {
        return db.prepare<[], string>('SELECT key FROM judgements ORDER BY key').pluck().all();
      } finally {
        db.close();
      }
    };
    const bytes = readFileSync(file);
    const pages = Array.from({ length: bytes.length / 4096 }, (_, page) =>
      bytes.subarray(page * 4096, (page + 1) * 4096),
    );
    // 10: a leaf of such a table. A page that was divided has bytes of rows that are elsewhere now.
    const at = pages.findIndex((page) => page[0] === 10 && page.includes('searchdog 1000'));
    expect(at).toBeGreaterThan(0);
    const { target, result } = salvaged(file, [at + 1]);
    expect(result.lossy).toContain('judgements');
    const all = keysOf(file);
    const kept = keysOf(target);
    const lost = all.filter((key) => !kept.includes(key));
    expect(all).toHaveLength(photos);
    expect(lost.length).toBeGreaterThan(20);
    expect(lost.length).toBeLessThan(200);
    expect(kept).toEqual(expect.arrayContaining(['dog 0001', 'dog 2000']));
    expect(lost).toEqual(all.slice(all.indexOf(lost[0] ?? ''), all.indexOf(lost.at(-1) ?? '') + 1));
  });
});
