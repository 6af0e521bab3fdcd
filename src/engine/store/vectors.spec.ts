// Stored rows for close comparison: returned unchanged, never without their code, and filled in if missing.
import SQLite from 'better-sqlite3';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { CaptionId, ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore, type Store } from './database.ts';
import { migrate } from './migrations.ts';
import { rawDatabase } from './raw-database.ts';

const [m, n] = ['m', 'n'] as ModelId[] as [ModelId, ModelId];
const width = 3;
const encoderId = 'e';

function opened(): Store {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

/** Three photos with features, codes and vectors of two models. */
function library() {
  const store = opened();
  const folderId = store.folders.add('/photos', null).id;
  for (const id of [m, n]) {
    store.models.begin({ id, method: 'x', bits: 8, encoderId, state: 'ready', options: {} });
  }
  const ids = ['a.jpg', 'b.jpg', 'c.jpg'].map((path) => store.photos.insert(folderId, file(path), facts));
  for (const id of ids) store.features.put('photo', encoderId, id, Float32Array.of(1, 2));
  const put = (model: ModelId, from: number) => {
    for (const id of ids) store.codes.put('photo', model, id, Uint8Array.of(id));
    store.vectors.put('photo', model, { ids, rows: Float32Array.from({ length: 9 }, (_, i) => from + i) });
  };
  put(m, 0);
  put(n, 100);
  const kept = (model: ModelId) => store.vectors.read('photo', model, ids, width).ids;
  return { store, folderId, ids: ids as [PhotoId, PhotoId, PhotoId], kept };
}

it('gives rows by ascending id, each model its own', () => {
  const { store, ids } = library();
  const [a, b, c] = ids;
  expect(store.vectors.read('photo', m, [c, 999, a], width)).toEqual({
    ids: [a, c],
    rows: Float32Array.of(0, 1, 2, 6, 7, 8),
  });
  expect(store.vectors.read('photo', n, [b], width).rows).toEqual(Float32Array.of(103, 104, 105));
  expect(store.vectors.read('photo', m, [], width).ids).toEqual([]);
  expect(store.vectors.read('caption', m, ids, width).ids).toEqual([]);
  expect(store.vectors.read('photo', 'unknown' as ModelId, ids, width).ids).toEqual([]);
  // Made when the model's rows had another width.
  expect(store.vectors.read('photo', m, ids, 4).ids).toEqual([]);
});

it('keeps a row as long as its code is what it was', () => {
  const { store, ids, kept } = library();
  const [a, b, c] = ids;
  store.codes.put('photo', m, a, Uint8Array.of(a));
  expect(kept(m)).toEqual([a, b, c]);
  store.codes.put('photo', m, a, Uint8Array.of(77));
  expect([kept(m), kept(n)]).toEqual([
    [b, c],
    [a, b, c],
  ]);
});

it('goes with its photo, its bytes, its folder and its model', () => {
  const { store, folderId, ids, kept } = library();
  const [a, b, c] = ids;
  const left = () => rawDatabase(store).prepare<[], number>('SELECT count(*) FROM photo_vectors').pluck().get();
  store.photos.update(a, folderId, file('a.jpg'), { ...facts, contentHash: 'other' });
  expect([kept(m), kept(n)]).toEqual([
    [b, c],
    [b, c],
  ]);
  rawDatabase(store).prepare('DELETE FROM photos WHERE id = ?').run(b);
  expect(kept(m)).toEqual([c]);
  store.models.remove(m);
  expect([kept(m), kept(n), left()]).toEqual([[], [c], 1]);
  store.folders.remove(folderId);
  expect(left()).toBe(0);
});

it('knows what has features and lacks a code or a row', () => {
  const { store, ids } = library();
  const [a, b] = ids;
  expect(store.vectors.missing('photo', m, encoderId)).toEqual([]);
  rawDatabase(store).prepare('DELETE FROM photo_codes WHERE photo_id = ? AND model_id = ?').run(a, m);
  store.codes.put('photo', m, b, Uint8Array.of(77));
  expect(store.vectors.missing('photo', m, encoderId)).toEqual([a, b]);
  expect(store.vectors.missing('photo', 'fresh' as ModelId, encoderId)).toEqual(ids);
  expect(store.vectors.missing('photo', m, 'other')).toEqual([]);
});

it('is there for captions and tags too', () => {
  const { store, ids } = library();
  store.texts.replaceCaptions(ids[0], ['iptc'], [{ text: 'a dog', source: 'iptc' }]);
  const [caption] = store.texts.captionsOf(ids[0]);
  const id = caption?.id as CaptionId;
  store.codes.put('caption', m, id, Uint8Array.of(1));
  store.vectors.put('caption', m, { ids: [id], rows: Float32Array.of(1, 2, 3) });
  expect(store.vectors.read('caption', m, [id], width).rows).toEqual(Float32Array.of(1, 2, 3));
  store.texts.replaceCaptions(ids[0], ['iptc'], []);
  expect(rawDatabase(store).prepare<[], number>('SELECT count(*) FROM caption_vectors').pluck().get()).toBe(0);
});

it('comes to a library of the schema before it, whose codes stay as they are', () => {
  const dir = temporaryFolder();
  const old = new SQLite(join(dir, 'library.db'));
  migrate(old, dir, 4);
  old.exec(`
    INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 0);
    INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
      VALUES (1, 1, 'a.jpg', 1, 1, 'aa', 1, 1, 'jpeg', 0);
    INSERT INTO models (id, method, bits, encoder_id, state, options, created_at)
      VALUES ('m', 'x', 8, 'e', 'ready', '{}', 0);
    INSERT INTO photo_features VALUES ('e', 1, x'003c003c');
    INSERT INTO photo_codes VALUES ('m', 1, x'07');
  `);
  old.close();
  const store = openStore(dir);
  onTestFinished(() => store.close());
  const blocks = store.codes.blocks('photo', m);
  expect(store.vectors.read('photo', m, [1], width).ids).toEqual([]);
  expect(store.vectors.missing('photo', m, 'e')).toEqual([1]);
  store.codes.put('photo', m, 1, Uint8Array.of(7));
  store.vectors.put('photo', m, { ids: [1], rows: Float32Array.of(1, 2, 3) });
  expect(store.vectors.missing('photo', m, 'e')).toEqual([]);
  // Storing the same code again is no change: nothing is packed or loaded again.
  expect(store.codes.blocks('photo', m)).toEqual(blocks);
});
