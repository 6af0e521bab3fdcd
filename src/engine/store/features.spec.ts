// Feature rows and codes: detection of missing ones; rows of encoders and models never mix.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { blockIds } from './codes.ts';
import { openStore } from './database.ts';
import { rawDatabase } from './raw-database.ts';

const [m, n] = ['m', 'n'] as [ModelId, ModelId];

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  for (const id of [m, n]) {
    store.models.begin({ id, method: 'x', bits: 16, encoderId: 'e', state: 'ready', options: {} });
  }
  const folderId = store.folders.add('/photos', null).id;
  const add = (path: string, contentHash = path) =>
    store.photos.insert(folderId, photoFile(path), { ...photoFacts, contentHash });
  return { store, add };
}

it('knows what has no row of an encoder, among all and among some', () => {
  const { store, add } = library();
  const { features } = store;
  expect([features.lastId('photo'), features.missing('photo', 'e')]).toEqual([0, []]);
  const [a, b, c, missing] = [add('a'), add('b'), add('c'), add('d')];
  store.photos.setPresent(missing, false);
  features.put('photo', 'e', b, Float32Array.of(1));
  features.put('photo', 'other', a, Float32Array.of(1));
  expect(features.lastId('photo')).toBe(missing);
  expect(features.missing('photo', 'e')).toEqual([a, c]);
  expect(features.missing('photo', 'e', b, c)).toEqual([c]);
  expect(features.missing('photo', 'e', a, b)).toEqual([a]);
  expect(features.lacking('photo', 'e', [c, b, missing])).toEqual([c, missing]);
  expect(features.ids('photo', 'e')).toEqual([b]);
});

it('gives rows in the order asked for, without those of another width, and all in the order of ids', () => {
  const { store, add } = library();
  const { features } = store;
  const [a, b, c, d] = [add('a'), add('b'), add('c'), add('d')];
  features.put('photo', 'e', a, Float32Array.of(1, 2));
  features.put('photo', 'e', a, Float32Array.of(3, 4));
  features.put('photo', 'e', b, Float32Array.of(5));
  features.put('photo', 'e', d, Float32Array.of(7, 8));
  expect(features.read('photo', 'e', [d, c, b, a], 2)).toEqual({ ids: [d, a], rows: Float32Array.of(7, 8, 3, 4) });
  expect(features.all('photo', 'e', 2)).toEqual({ ids: [a, d], rows: Float32Array.of(3, 4, 7, 8) });
  store.photos.setPresent(a, false);
  expect(features.all('photo', 'e', 2).ids).toEqual([d]);
});

it('copies the row of a photo with the same bytes, of the same encoder alone', () => {
  const { store, add } = library();
  const { features } = store;
  const [a, b, c] = [add('a', 'same'), add('b', 'same'), add('c', 'other')];
  expect(features.copyFromSameContent('e', b)).toBe(false);
  features.put('photo', 'e', a, Float32Array.of(2));
  features.put('photo', 'f', c, Float32Array.of(9));
  expect([features.copyFromSameContent('f', b), features.copyFromSameContent('e', c)]).toEqual([false, false]);
  expect(features.copyFromSameContent('e', b)).toBe(true);
  expect(features.read('photo', 'e', [b], 1).rows).toEqual(Float32Array.of(2));
});

it('gives the texts of captions and tags, and the photos of captions', () => {
  const { store, add } = library();
  const id = add('a');
  store.texts.replaceCaptions(id, ['iptc'], [{ text: 'a dog', source: 'iptc' }]);
  store.texts.replaceTags(id, ['iptc'], [{ name: 'sea', source: 'iptc' }]);
  const [caption] = store.texts.captionsOf(id);
  const tag = store.features.missing('tag', 'e');
  expect(store.features.texts('tag', tag)).toEqual(['sea']);
  expect(store.features.texts('caption', [caption?.id ?? 0, 99])).toEqual(['a dog', '']);
  expect(store.features.captionPhotos([caption?.id ?? 0])).toEqual([id]);
  expect(() => store.features.captionPhotos([99])).toThrow('caption 99 has no photo');
});

it('keeps codes by model, of photos that are there, whether packed or not', () => {
  const { store, add } = library();
  const { codes } = store;
  const ids = [add('a'), add('b'), add('c')];
  const at = (index: number) => ids[index] as PhotoId;
  ids.forEach((id, i) => codes.put('photo', m, id, Uint8Array.of(i, 100 + i)));
  codes.put('photo', n, at(0), Uint8Array.of(200, 201));
  codes.put('photo', m, at(1), Uint8Array.of(7, 8));
  expect(codes.lacking('photo', n, [at(2), at(0)])).toEqual([at(2)]);
  expect([codes.count('photo', m), codes.count('photo', n)]).toEqual([3, 1]);
  const read = () => {
    const rows = codes.all('photo', m, 2);
    return { ids: [...rows.ids], codes: [...rows.codes] };
  };
  const all = { ids, codes: [0, 100, 7, 8, 2, 102] };
  expect(read()).toEqual(all);
  expect([...codes.pack('photo', m, 2)]).toEqual([0]);
  expect([...codes.pack('photo', m, 2)]).toEqual([]);
  expect(read()).toEqual(all);
  expect(codes.all('photo', m, 1).ids.length).toBe(0);
  store.photos.setPresent(at(1), false);
  expect([...codes.hidden('photo')]).toEqual([at(1)]);
  expect(read()).toEqual({ ids: [at(0), at(2)], codes: [0, 100, 2, 102] });
  expect(codes.count('photo', m)).toBe(2);
  // Packed copies become invalid when a code of their block changes.
  codes.put('photo', m, at(0), Uint8Array.of(55, 66));
  expect(read().codes).toEqual([55, 66, 2, 102]);
  expect([...codes.pack('photo', m, 2)]).toEqual([0]);
  expect(read().codes).toEqual([55, 66, 2, 102]);
});

it('searches no caption and no tag that belongs to photos which are gone alone', () => {
  const { store, add } = library();
  const { codes, texts } = store;
  const [there, missing] = [add('a'), add('b')];
  const describe = (id: PhotoId, caption: string, ...tags: string[]) => {
    texts.replaceCaptions(id, ['iptc'], [{ text: caption, source: 'iptc' }]);
    texts.replaceTags(
      id,
      ['iptc'],
      tags.map((name) => ({ name, source: 'iptc' })),
    );
  };
  describe(there, 'a dog', 'sea', 'both');
  describe(missing, 'a cat', 'lake', 'both');
  const captions = [there, missing].flatMap((id) => texts.captionsOf(id).map(({ id: caption }) => caption));
  const tags = [1, 2, 3].map((id) => [id, texts.tagName(id)] as const);
  for (const id of captions) codes.put('caption', m, id, Uint8Array.of(id, 0));
  for (const [id] of tags) codes.put('tag', m, id, Uint8Array.of(id, 0));
  store.photos.setPresent(missing, false);
  const lake = tags.find(([, name]) => name === 'lake')?.[0];
  expect([...codes.hidden('caption')]).toEqual(captions.slice(1));
  expect([...codes.hidden('tag')]).toEqual([lake]);
  expect([...codes.all('caption', m, 2).ids]).toEqual(captions.slice(0, 1));
  expect([...codes.all('tag', m, 2).ids]).toEqual([1, 2, 3].filter((id) => id !== lake));
  expect([codes.count('caption', m), codes.count('tag', m)]).toEqual([1, 2]);
});

it('packs by blocks of ids, and forgets a block that has no codes left', () => {
  const { store } = library();
  const { codes } = store;
  const insert = rawDatabase(store).prepare(
    `INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
     VALUES (?, 1, ?, 1, 1, 'aa', 1, 1, 'jpeg', 0)`,
  );
  const ids = [1, blockIds - 1, blockIds, 3 * blockIds + 5];
  for (const id of ids) {
    insert.run(id, `${id}.jpg`);
    codes.put('photo', m, id, Uint8Array.of(id & 255));
  }
  expect(codes.blocks('photo', m).map(({ block }) => block)).toEqual([0, 1, 3]);
  expect([...codes.pack('photo', m, 1)]).toEqual([0, 1, 3]);
  const stamps = () => new Map(codes.blocks('photo', m).map(({ block, stamp }) => [block, stamp]));
  const before = stamps();
  codes.put('photo', m, blockIds, Uint8Array.of(9));
  expect([0, 1, 3].filter((block) => stamps().get(block) !== before.get(block))).toEqual([1]);
  codes.put('photo', m, blockIds, Uint8Array.of(9));
  expect([...codes.pack('photo', m, 1)]).toEqual([1]);
  const rows = codes.all('photo', m, 1);
  expect([...rows.ids]).toEqual(ids);
  expect([...rows.codes]).toEqual([1, 255, 9, 5]);
  expect([...codes.block('photo', m, 1, 1, new Set()).ids]).toEqual([blockIds]);
  rawDatabase(store).prepare('DELETE FROM photos WHERE id = ?').run(blockIds);
  expect([...codes.pack('photo', m, 1)]).toEqual([1]);
  expect(codes.blocks('photo', m).map(({ block }) => block)).toEqual([0, 3]);
});

it('has another revision after each commit, of this connection and of others', () => {
  const { store, add } = library();
  const first = store.codes.revision();
  expect(store.codes.revision()).toBe(first);
  const id = add('a');
  const second = store.codes.revision();
  expect(second).not.toBe(first);
  const other = openStore(store.file.replace(/\/[^/]*$/, ''));
  other.codes.put('photo', m, id, Uint8Array.of(1));
  other.close();
  expect(store.codes.revision()).not.toBe(second);
});

it('keeps sketches of a block until its codes or the directions are others', () => {
  const { store, add } = library();
  const { sketches, codes } = store;
  const [a] = [add('a'), add('b')];
  codes.put('photo', m, a, Uint8Array.of(1, 2));
  expect(sketches.set(m)).toBeNull();
  sketches.begin(m, 5, Uint8Array.of(3, 4));
  const set = sketches.set(m);
  expect(set).toMatchObject({ photos: 5 });
  expect([...(set?.basis ?? [])]).toEqual([3, 4]);
  const stamp = set?.stamp ?? 0n;
  const [block] = sketches.stale(m);
  if (!block) throw new Error('no stale block');
  expect(block.block).toBe(0);
  sketches.put(m, stamp + 1n, block, Int8Array.of(1));
  expect(sketches.block(m, 0, stamp)).toBeNull();
  const seen = codes.blocks('photo', m)[0]?.stamp;
  sketches.put(m, stamp, block, Int8Array.of(0, 9, -9).subarray(1));
  expect([...(sketches.block(m, 0, stamp) ?? [])]).toEqual([9, -9]);
  expect(codes.blocks('photo', m)[0]?.stamp).not.toBe(seen);
  expect(sketches.block(m, 0, stamp + 1n)).toBeNull();
  expect(sketches.stale(m)).toEqual([]);
  sketches.remove(m, [blockIds]);
  expect(sketches.stale(m)).toEqual([]);
  sketches.remove(m, [a]);
  expect(sketches.stale(m)).toEqual([block]);
  sketches.put(m, stamp, block, Int8Array.of(4));
  codes.put('photo', m, a, Uint8Array.of(8, 8));
  expect(sketches.block(m, 0, stamp)).toBeNull();
  sketches.put(m, stamp, block, Int8Array.of(4));
  expect(sketches.block(m, 0, stamp)).toBeNull();
  const [changed] = sketches.stale(m);
  if (!changed) throw new Error('no stale block');
  sketches.put(m, stamp, changed, Int8Array.of(5));
  expect([...(sketches.block(m, 0, stamp) ?? [])]).toEqual([5]);
  sketches.begin(m, 6, Uint8Array.of(1));
  expect(sketches.set(m)?.stamp).not.toBe(stamp);
  expect(sketches.stale(m)).toEqual([changed]);
});
