// Contents of a library, without ids and times, to compare two libraries with different histories.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';

type Rows = ReadonlyMap<string, string>;

export interface LibraryContent {
  /** Each maps an item's name to its data. */
  readonly parts: Readonly<Record<string, Rows>>;
  /** Violations that must never occur. Empty in a whole library. */
  readonly faults: readonly string[];
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
/** Ids of trained models contain the time of their training. */
const withoutTime = (modelId: string): string => modelId.replace(/\d{8}-\d{6}(-\d+)?$/, 'TIME');

/** @param words whose full-text matches are compared */
export function libraryContent(libraryDir: string, words: readonly string[] = ['dog', 'cat', 'beach']): LibraryContent {
  const db = new SQLite(join(libraryDir, 'library.db'));
  try {
    const all = (sql: string): Record<string, unknown>[] => db.prepare<[], Record<string, unknown>>(sql).all();
    const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
    const photos = new Map(
      all('SELECT p.id, f.path AS folder, p.path FROM photos p JOIN folders f ON f.id = p.folder_id').map((row) => [
        Number(row['id']),
        `${text(row['folder'])}/${text(row['path'])}`,
      ]),
    );
    const captions = new Map(
      all('SELECT id, photo_id, source, text FROM captions').map((row) => [
        Number(row['id']),
        `${photos.get(Number(row['photo_id']))} | ${text(row['source'])} | ${text(row['text'])}`,
      ]),
    );
    const tags = new Map(all('SELECT id, name FROM tags').map((row) => [Number(row['id']), text(row['name'])]));
    const named = { photo: photos, caption: captions, tag: tags };

    const parts: Record<string, Rows> = {
      photos: new Map(
        all('SELECT id, size, content_hash, width, height, format, present FROM photos').map(({ id, ...rest }) => [
          photos.get(Number(id)) ?? '?',
          Object.values(rest).map(text).join(' '),
        ]),
      ),
      captions: new Map([...captions.values()].map((caption) => [caption, ''])),
      tags: new Map(
        all('SELECT photo_id, tag_id, source FROM photo_tags').map((row) => [
          `${photos.get(Number(row['photo_id']))} | ${tags.get(Number(row['tag_id']))} | ${text(row['source'])}`,
          '',
        ]),
      ),
      models: new Map(
        all('SELECT id, method, bits, state FROM models').map(({ id, ...rest }) => [
          withoutTime(text(id)),
          Object.values(rest).map(text).join(' '),
        ]),
      ),
      settings: new Map(
        all(`SELECT key, value FROM settings WHERE key NOT IN ('thumbnails-tidied', 'encoder-measurements')`).map(
          (row) => [text(row['key']), withoutTime(text(row['value']))],
        ),
      ),
      'saved searches': new Map(
        all('SELECT name, text FROM saved_searches').map((row) => [text(row['name']), text(row['text'])]),
      ),
      thumbnails: thumbnailsOf(libraryDir),
    };
    const features = new Map<string, string>();
    const codes = new Map<string, string>();
    for (const kind of ['photo', 'caption', 'tag'] as const) {
      for (const row of all(`SELECT encoder_id, ${kind}_id AS id, row FROM ${kind}_features`)) {
        const name = `${text(row['encoder_id'])} ${kind} ${named[kind].get(Number(row['id']))}`;
        features.set(name, digest(row['row'] as Uint8Array));
      }
      for (const row of all(`SELECT model_id, ${kind}_id AS id, code FROM ${kind}_codes`)) {
        const name = `${withoutTime(text(row['model_id']))} ${kind} ${named[kind].get(Number(row['id']))}`;
        codes.set(name, Buffer.from(row['code'] as Uint8Array).toString('hex'));
      }
    }
    const found = new Map<string, string>();
    for (const word of words) {
      const ids = db
        .prepare<[string], number>('SELECT rowid FROM photo_text WHERE photo_text MATCH ?')
        .pluck()
        .all(`"${word}"`);
      found.set(
        word,
        ids
          .map((id) => photos.get(id) ?? `no photo ${id}`)
          .sort()
          .join('\n'),
      );
    }
    return { parts: { ...parts, features, codes, 'full text': found }, faults: faultsOf(db, libraryDir) };
  } finally {
    db.close();
  }
}

function thumbnailsOf(libraryDir: string): Rows {
  const folder = join(libraryDir, 'thumbnails');
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.webp'));
  return new Map(files.map((name) => [relative('.', name), '']));
}

function faultsOf(db: Database, libraryDir: string): string[] {
  const faults: string[] = [];
  const one = (sql: string): unknown => db.prepare<[], unknown>(sql).pluck().get();
  const integrity = db.prepare<[], string>('PRAGMA integrity_check').pluck().all();
  if (integrity.join() !== 'ok') faults.push(`integrity: ${integrity.slice(0, 3).join('; ')}`);
  const orphans = (db.pragma('foreign_key_check') as unknown[]).length;
  if (orphans > 0) faults.push(`${orphans} rows without the row they belong to`);
  try {
    db.prepare(`INSERT INTO photo_text (photo_text) VALUES ('integrity-check')`).run();
  } catch (error) {
    faults.push(`full text: ${String(error)}`);
  }
  const stuck = one(`SELECT count(*) FROM jobs WHERE state IN ('running', 'queued')`);
  if (stuck !== 0) faults.push(`${String(stuck)} jobs unfinished`);
  const half = one(`SELECT count(*) FROM models WHERE state = 'training'`);
  if (half !== 0) faults.push(`${String(half)} models in training`);
  for (const kind of ['photo', 'caption', 'tag']) {
    const lost = one(
      `SELECT count(*) FROM ${kind}_vectors v LEFT JOIN vector_sets s ON s.id = v.key >> 32
       LEFT JOIN ${kind}_codes c ON c.model_id = s.model_id AND c.${kind}_id = v.key & 4294967295
       WHERE c.${kind}_id IS NULL`,
    );
    if (lost !== 0) faults.push(`${String(lost)} ${kind} vectors without their code`);
  }
  const hashes = new Set(db.prepare<[], string>('SELECT content_hash FROM photos WHERE present').pluck().all());
  const thumbnails = new Set([...thumbnailsOf(libraryDir).keys()].map((name) => name.replace(/.*[/\\]|\.webp$/g, '')));
  for (const hash of hashes) if (!thumbnails.has(hash)) faults.push(`no thumbnail of ${hash}`);
  const models = new Set(db.prepare<[], string>('SELECT id FROM models').pluck().all());
  const folder = join(libraryDir, 'models');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!models.has(name) && !name.startsWith('.')) faults.push(`models/${name} belongs to no model`);
  }
  return faults;
}

/** Names of differences, at most a few of each part. */
export function differences(got: LibraryContent, wanted: LibraryContent, leaveOut: readonly string[] = []): string[] {
  const found: string[] = [];
  for (const [part, rows] of Object.entries(wanted.parts)) {
    if (leaveOut.includes(part)) continue;
    const own = got.parts[part] ?? new Map<string, string>();
    const missing = [...rows.keys()].filter((name) => !own.has(name));
    const extra = [...own.keys()].filter((name) => !rows.has(name));
    const other = [...rows].filter(([name, value]) => own.has(name) && own.get(name) !== value).map(([name]) => name);
    for (const [what, names] of Object.entries({ missing, extra, other })) {
      if (names.length > 0) found.push(`${part}: ${names.length} ${what}, as ${names.slice(0, 2).join(' and ')}`);
    }
  }
  return found;
}
