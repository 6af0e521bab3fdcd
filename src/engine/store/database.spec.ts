// The library file: schema steps, refusal of a newer one, and data kept when texts and photos change.
import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { FolderId, ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore, type Store } from './database.ts';
import { phraseQuery } from './fulltext.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { rawDatabase } from './raw-database.ts';

function withPhoto(): { store: Store; folderId: FolderId; photoId: PhotoId } {
  const store = openStore(temporaryFolder());
  const folderId = store.folders.add('/photos', null).id;
  return { store, folderId, photoId: store.photos.insert(folderId, file('a.jpg'), facts) };
}

it('opens what it has written', () => {
  const dir = temporaryFolder();
  openStore(dir).close();
  const store = openStore(dir);
  expect(rawDatabase(store).pragma('user_version', { simple: true })).toBe(schemaVersion);
  store.close();
});

it('brings a library of the first schema up to date with all it holds', () => {
  const dir = temporaryFolder();
  const old = new SQLite(join(dir, 'library.db'));
  migrate(old, dir, 1);
  old.exec(`
    BEGIN;
    INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 0);
    INSERT INTO models (id, method, bits, encoder_id, state, options, created_at)
      VALUES ('m', 'x', 8, 'e', 'ready', '{}', 0), ('n', 'x', 8, 'e', 'ready', '{}', 0);
  `);
  const photo = old.prepare(
    `INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
     VALUES (?, 1, ?, 1, 1, 'aa', 1, 1, 'jpeg', 0)`,
  );
  const code = old.prepare('INSERT INTO photo_codes VALUES (?, ?, ?)');
  for (let id = 1; id <= 5000; id++) {
    photo.run(id, `${id}.jpg`);
    for (const model of ['m', 'n']) code.run(model, id, Buffer.of(id & 255));
  }
  old.exec(`INSERT INTO captions (photo_id, source, text) VALUES (7, 'iptc', 'Rex at the lake'); COMMIT`);
  old.close();

  const store = openStore(dir);
  expect(rawDatabase(store).pragma('user_version', { simple: true })).toBe(schemaVersion);
  const { ids, codes } = store.codes.all('photo', 'n' as ModelId, 1);
  expect(ids).toEqual(Int32Array.from({ length: 5000 }, (_, i) => i + 1));
  expect(codes).toEqual(Uint8Array.from({ length: 5000 }, (_, i) => i + 1));
  expect(store.texts.captionsOf(7 as PhotoId).map((c) => c.text)).toEqual(['Rex at the lake']);
  store.fullText.refresh();
  expect(store.fullText.scores([phraseQuery('lake')]).best(9, null)).toEqual([7]);
  expect(store.photos.get(7 as PhotoId)).toMatchObject({ rating: null, place: null });
  // A stamp that no scan has: every photo is read again for its rating and place.
  const stamps = new Set(store.photos.inFolder(1 as FolderId).map((photo) => photo.sidecarStamp));
  expect(stamps).toEqual(new Set(['before ratings and places']));
  store.close();
});

it('keeps full text, tags and codes of the schema before ratings and places', () => {
  const dir = temporaryFolder();
  const old = new SQLite(join(dir, 'library.db'));
  migrate(old, dir, 3);
  old.exec(`
    INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 0);
    INSERT INTO photos (id, folder_id, path, size, mtime_ms, sidecar_stamp, content_hash, width, height, format, indexed_at)
      VALUES (1, 1, 'Italy/a.jpg', 1, 1, 'a.xmp 1 1', 'aa', 1, 1, 'jpeg', 0), (2, 1, 'b.jpg', 1, 1, '', 'bb', 1, 1, 'jpeg', 0);
    INSERT INTO photo_features VALUES ('e', 1, x'003c003c');
    -- As far as the old program had come: the second photo's words were not written yet.
    DELETE FROM photo_text_stale WHERE photo_id = 1;
    INSERT INTO photo_text (rowid, folder) VALUES (1, 'Italy');
  `);
  old.close();
  const store = openStore(dir);
  const photoId = 1 as PhotoId;
  store.transaction(() => {
    const moved = { ...file('Italy/a.jpg'), sidecarStamp: 'a.xmp 1 1' };
    store.photos.update(photoId, 1 as FolderId, moved, { ...facts, rating: 4, place: 'Rome, Italy' });
  });
  expect(store.photos.get(photoId)).toMatchObject({ rating: 4, place: 'Rome, Italy', sidecarStamp: 'a.xmp 1 1' });
  expect(store.features.read('photo', 'e', [photoId], 2).rows).toEqual(Float32Array.of(1, 1));
  const found = (word: string) => store.fullText.scores([phraseQuery(word)]).best(9, null);
  expect([found('rome'), found('italy'), found('b')]).toEqual([[1], [1], [2]]);
  store.close();
});

it('refuses a library of a newer version and leaves it as it is', () => {
  const dir = temporaryFolder();
  const store = openStore(dir);
  rawDatabase(store).pragma('user_version = 9999');
  store.close();
  expect(() => openStore(dir)).toThrow(/newer Hashlens \(schema 9999/);
});

it('says so when the file is no database', () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'library.db'), 'not a database at all, but long enough to be read as one'.repeat(50));
  expect(() => openStore(dir)).toThrow(/is damaged: it is not a database/);
});

it('keeps features of a caption that stays and drops those of one that goes', () => {
  const { store, photoId } = withPhoto();
  const caption = (text: string) => ({ text, source: 'caption-file' as const });
  store.texts.replaceCaptions(photoId, ['caption-file'], [caption('stays'), caption('goes')]);
  for (const { id } of store.texts.captionsOf(photoId)) store.features.put('caption', 'e', id, Float32Array.of(1, 2));
  store.texts.replaceCaptions(photoId, ['caption-file'], [caption('stays'), caption('comes')]);
  const [stays, comes] = store.texts.captionsOf(photoId);
  expect([stays?.text, comes?.text]).toEqual(['stays', 'comes']);
  expect(store.features.missing('caption', 'e')).toEqual([comes?.id]);
  store.close();
});

it('keeps captions of other sources apart', () => {
  const { store, photoId } = withPhoto();
  store.texts.replaceCaptions(photoId, ['iptc'], [{ text: 'embedded', source: 'iptc' }]);
  store.texts.replaceCaptions(photoId, ['caption-file'], []);
  expect(store.texts.captionsOf(photoId).map((c) => c.text)).toEqual(['embedded']);
  store.close();
});

it('makes a caption of tags only while there is no other', () => {
  const { store, photoId } = withPhoto();
  store.texts.replaceTags(
    photoId,
    ['iptc'],
    [
      { name: 'sea', source: 'iptc' },
      { name: 'Beach', source: 'iptc' },
    ],
  );
  store.texts.refreshTagCaption(photoId);
  expect(store.texts.captionsOf(photoId)).toMatchObject([{ text: 'Beach, sea', source: 'tags' }]);
  expect(store.texts.counts()).toEqual({ captions: 0, tags: 2 });
  store.texts.replaceCaptions(photoId, ['iptc'], [{ text: 'The sea.', source: 'iptc' }]);
  store.texts.refreshTagCaption(photoId);
  expect(store.texts.captionsOf(photoId).map((c) => c.source)).toEqual(['iptc']);
  store.close();
});

it('voids features and codes when the bytes change, not when only the path does', () => {
  const { store, folderId, photoId } = withPhoto();
  store.models.begin({ id: 'm' as ModelId, method: 'x', bits: 8, encoderId: 'e', state: 'ready', options: {} });
  store.features.put('photo', 'e', photoId, Float32Array.of(1, 2));
  store.codes.put('photo', 'm' as ModelId, photoId, Uint8Array.of(7));
  store.photos.update(photoId, folderId, file('b.jpg'), facts);
  expect(store.codes.count('photo', 'm' as ModelId)).toBe(1);
  expect(store.features.read('photo', 'e', [photoId], 2).rows).toEqual(Float32Array.of(1, 2));
  store.photos.update(photoId, folderId, file('b.jpg'), { ...facts, contentHash: 'bb' });
  expect(store.codes.count('photo', 'm' as ModelId)).toBe(0);
  expect(store.features.missing('photo', 'e')).toEqual([photoId]);
  store.close();
});

it('never gives out features of another width or another encoder', () => {
  const { store, photoId } = withPhoto();
  store.features.put('photo', 'e', photoId, Float32Array.of(1, 2, 3));
  expect(store.features.read('photo', 'e', [photoId], 2).ids).toEqual([]);
  expect(store.features.read('photo', 'other', [photoId], 3).ids).toEqual([]);
  store.close();
});

it('leaves photos that are gone out of codes and counts, and takes them in again when they return', () => {
  const { store, photoId } = withPhoto();
  const m = 'm' as ModelId;
  store.models.begin({ id: m, method: 'x', bits: 8, encoderId: 'e', state: 'ready', options: {} });
  store.codes.put('photo', m, photoId, Uint8Array.of(7));
  store.photos.setPresent(photoId, false);
  expect(store.codes.all('photo', m, 1).ids.length).toBe(0);
  expect(store.photos.count(true)).toBe(0);
  store.photos.setPresent(photoId, true);
  expect(store.codes.all('photo', m, 1)).toEqual({ ids: Int32Array.of(photoId), codes: Uint8Array.of(7) });
  store.close();
});

it('says that a library was deleted or moved away, and writes nothing, also where another one has its place', () => {
  const dir = temporaryFolder();
  const store = openStore(dir);
  renameSync(join(dir, 'library.db'), join(dir, 'elsewhere.db'));
  const write = () => store.transaction(() => store.settings.set('precision', '0.4'));
  expect(write).toThrow(expect.objectContaining({ code: 'library-gone' }));
  const other = openStore(dir);
  expect(write).toThrow(expect.objectContaining({ code: 'library-gone' }));
  expect(() => store.durably(() => store.settings.set('precision', '0.4'))).toThrow(/deleted or moved/);
  expect([store.settings.get('precision'), other.settings.get('precision')]).toEqual([null, null]);
  other.close();
  store.close();
});

it('gives back the room of deleted rows, and says how much that is', () => {
  const dir = temporaryFolder();
  const store = openStore(dir);
  const folderId = store.folders.add('/photos', null).id;
  store.transaction(() => {
    for (let i = 0; i < 400; i++) {
      const id = store.photos.insert(folderId, file(`${i}.jpg`), { ...facts, contentHash: String(i) });
      store.texts.replaceCaptions(id, ['iptc'], [{ text: `caption ${i} ${'word '.repeat(40)}`, source: 'iptc' }]);
    }
  });
  expect(store.compact()).toBe(0);
  const size = () => statSync(join(dir, 'library.db')).size;
  const before = size();
  rawDatabase(store).exec('DELETE FROM photos');
  const free = store.compact();
  expect(free).toBeGreaterThan(before / 4);
  expect(size()).toBeLessThanOrEqual(before - free);
  expect(store.quickCheck()).toBeNull();
  store.close();
});

it('has another data version once another connection has written', () => {
  const dir = temporaryFolder();
  const [store, other] = [openStore(dir), openStore(dir)];
  const before = store.dataVersion();
  store.settings.set('precision', '0.4');
  expect(store.dataVersion()).toBe(before);
  other.settings.set('precision', '0.6');
  expect(store.dataVersion()).not.toBe(before);
  other.close();
  store.close();
});

it('writes through to the disk what must survive a power cut, and as usual afterwards', () => {
  const store = openStore(temporaryFolder());
  const synchronous = () => rawDatabase(store).pragma('synchronous', { simple: true });
  const usual = synchronous();
  expect(store.durably(synchronous)).toBe(2);
  expect(synchronous()).toBe(usual);
  expect(usual).toBe(1);
  store.close();
});
