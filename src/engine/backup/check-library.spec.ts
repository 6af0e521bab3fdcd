// Results of `check`: nothing for a sound library, and by name whatever is damaged, missing or of another version.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from '../store/database.ts';
import { schemaVersion } from '../store/migrations.ts';
import { rawDatabase } from '../store/raw-database.ts';
import { makeBackup } from './backups.ts';
import { checkLibrary } from './check-library.ts';
import { numberAt } from '../../shared/at.ts';

/** A library with one photo, which a person has described. */
function library(change: (db: ReturnType<typeof rawDatabase>) => void = () => undefined): string {
  const folder = temporaryFolder();
  const store = openStore(folder);
  store.transaction(() => {
    const id = store.photos.insert(store.folders.add('/photos', null).id, photoFile('a.jpg'), photoFacts);
    store.texts.replaceCaptions(id, ['iptc'], [{ text: 'a dog', source: 'iptc' }]);
  });
  change(rawDatabase(store));
  store.close();
  return folder;
}

const detail = (text: RegExp) => expect.stringMatching(text) as string;

it('finds nothing in a sound library, and lists its backups', async () => {
  const folder = library();
  const backup = await makeBackup(folder);
  for (const depth of ['quick', 'full'] as const) {
    expect(await checkLibrary(folder, depth)).toMatchObject({
      ...{ libraryDir: folder, state: 'sound', faults: [], backups: [{ path: backup?.path, photos: 1, captions: 1 }] },
    });
  }
});

it('reports a missing library, and a file that is not one', async () => {
  const folder = temporaryFolder();
  const state = async () => {
    const { state, faults } = await checkLibrary(folder, 'quick');
    return [state, faults.map((fault) => `${fault.part}: ${fault.detail}`)];
  };
  expect(await state()).toEqual(['missing', ['database: there is no library.db']]);
  const file = join(folder, 'library.db');
  writeFileSync(file, '');
  expect(await state()).toEqual(['unreadable', ['database: it is empty']]);
  writeFileSync(file, 'no database at all, in as many words as it takes to fill a page');
  expect(await state()).toEqual(['unreadable', ['database: it is not a database']]);
  writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)]));
  expect((await state())[0]).toBe('unreadable');
  rmSync(file);
  mkdirSync(file);
  expect(await state()).toEqual(['unreadable', ['database: library.db is a folder']]);
});

it('leaves a library of a newer version alone, and finds no tables in a file without any', async () => {
  const newer = library((db) => void db.pragma(`user_version = ${schemaVersion + 1}`));
  expect(await checkLibrary(newer, 'full')).toMatchObject({
    ...{ state: 'newer', faults: [{ part: 'database', detail: 'it was written by a newer Hashlens' }] },
  });
  const empty = library((db) => {
    db.pragma('foreign_keys = OFF');
    const names = db
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
      .pluck();
    for (const name of names.all()) if (!/photo_text_|ocr_words_/.test(name)) db.exec(`DROP TABLE IF EXISTS "${name}"`);
  });
  expect(await checkLibrary(empty, 'quick')).toMatchObject({
    ...{ state: 'unreadable', faults: [{ part: 'database', detail: 'it has no tables' }] },
  });
});

it('counts rows that belong to rows that are not there', async () => {
  const folder = library((db) => {
    db.pragma('foreign_keys = OFF');
    db.exec('DELETE FROM photos');
  });
  const { state, faults } = await checkLibrary(folder, 'quick');
  expect(state).toBe('damaged');
  expect(faults).toContainEqual({ part: 'rows', detail: detail(/^[1-9]\d* rows belong to rows that are not there$/) });
});

it('finds damaged full text, and names it as such when it looks closely', async () => {
  const folder = library((db) => {
    db.unsafeMode(true);
    db.exec(`UPDATE photo_text_data SET block = unhex(replace(hex(block), '0', 'F'))`);
  });
  const parts = async (depth: 'quick' | 'full') => {
    const { state, faults } = await checkLibrary(folder, depth);
    return [state, ...new Set(faults.map(({ part }) => part))];
  };
  expect(await parts('quick')).toEqual(['damaged', 'database']);
  expect(await parts('full')).toEqual(['damaged', 'database', 'full-text']);
});

it.each([
  ['the record that lists its blocks', 10],
  ['its counts', 1],
])('finds full text that lost %s to zeros, which no block contradicts', async (_, id) => {
  const folder = library((db) => {
    db.unsafeMode(true);
    db.prepare('UPDATE photo_text_data SET block = zeroblob(length(block)) WHERE id = ?').run(id);
  });
  expect(await checkLibrary(folder, 'full')).toMatchObject({
    ...{ state: 'damaged', faults: [{ part: 'full-text', detail: '1 photos are missing in photo_text' }] },
  });
});

it('names backups and models that are damaged, and passes over what is no model', async () => {
  const folder = library();
  const backup = await makeBackup(folder);
  const path = backup?.path ?? '';
  const bytes = readFileSync(path);
  bytes[bytes.length - 10] = numberAt(bytes, bytes.length - 10) ^ 1;
  writeFileSync(path, bytes);
  mkdirSync(join(folder, 'models/two-tower-64'), { recursive: true });
  mkdirSync(join(folder, 'models/.left'));
  writeFileSync(join(folder, 'models/notes.txt'), '');
  const { state, faults } = await checkLibrary(folder, 'quick');
  expect(state).toBe('sound');
  expect(faults).toEqual([
    { part: 'model', detail: detail(/two-tower-64/) },
    { part: 'backup', detail: detail(/backup-000001-/) },
  ]);
});
