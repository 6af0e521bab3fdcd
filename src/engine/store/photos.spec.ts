// Photos by folder, path, content and time: matches, omissions, and the data that a change invalidates.
import { expect, it, onTestFinished, vi } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { FolderId, ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import { shownOf, type PhotoDescription, type PhotoFile } from './photos.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const add = (path: string, facts: Partial<PhotoDescription> = {}, file: Partial<PhotoFile> = {}, folder = folderId) =>
    store.photos.insert(folder, { ...photoFile(path), ...file }, { ...photoFacts, ...facts });
  return { store, photos: store.photos, folderId, add };
}

function atTime(time: number): void {
  vi.useFakeTimers({ now: time, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
}

const pathsOf = (rows: readonly { readonly path: string }[]) => rows.map(({ path }) => path);

const everything: PhotoDescription = {
  contentHash: 'cc',
  width: 40,
  height: 30,
  format: 'heic',
  capturedAt: 1000,
  capturedUntil: 2000,
  utcOffset: -90,
  dateSource: 'EXIF',
  camera: 'Nikon D40',
  rating: 5,
  place: 'Oia, Santorini',
  position: { latitude: 36.46, longitude: -25.37 },
  positionPlace: 'Santorini, Greece',
  metadataReader: 7,
};

it('gives back each fact of a photo and its file', () => {
  const { photos, folderId, add } = library();
  atTime(5000);
  const file = { path: 'in/a.heic', size: 11, mtimeMs: 12.5, ctimeMs: 13.5, sidecarStamp: 'a.xmp 1 2' };
  const id = add('in/a.heic', everything, { ...file, versions: ['in/a.nef', 'in/ä "b".jpg'] });
  const { position: _position, metadataReader: _reader, ...facts } = everything;
  const versions = ['in/a.nef', 'in/ä "b".jpg'];
  const row = { ...file, ...facts, versions, id, folderId, folderPath: '/photos', present: 1, addedAt: 5000 };
  expect(photos.get(id)).toEqual({ ...row, latitude: 36.46, longitude: -25.37 });
  const known = { ...file, versions, id, folderId, contentHash: 'cc', present: 1, indexedAt: 5000, metadataReader: 7 };
  expect(photos.inFolder(folderId)).toEqual([known]);
  expect(photos.at(folderId, 'in/a.heic')).toEqual(known);
  expect(photos.at(folderId, 'a.heic')).toBeNull();
  expect(photos.get(99 as PhotoId)).toBeNull();
});

it('takes new facts at a new path, and is there again', () => {
  const { store, photos, add } = library();
  const other = store.folders.add('/other', null).id;
  atTime(5000);
  const id = add('a.jpg', everything);
  atTime(9000);
  photos.setPresent(id, false);
  expect(photos.get(id)?.present).toBe(0);
  photos.update(
    id,
    other,
    { ...photoFile('b.jpg'), size: 77, versions: ['b.nef'] },
    { ...photoFacts, contentHash: 'cc' },
  );
  expect(photos.get(id)).toMatchObject({ folderPath: '/other', path: 'b.jpg', size: 77, versions: ['b.nef'] });
  expect(photos.get(id)).toMatchObject({ present: 1, capturedAt: null, camera: null, latitude: null, longitude: null });
  expect(photos.inFolder(other)).toMatchObject([{ indexedAt: 9000, metadataReader: 0 }]);
  expect(photos.get(id)?.addedAt).toBe(5000);
  expect(photos.removeMissingSince(10_000, false)).toBe(0);
});

it('notes a new change time and stamp of sidecars, and nothing else', () => {
  const { photos, folderId, add } = library();
  const id = add('a.jpg');
  const before = photos.get(id);
  photos.touch(id, { ctimeMs: 8, sidecarStamp: 'a.xmp 2 3' });
  expect(photos.get(id)).toEqual({ ...before, ctimeMs: 8, sidecarStamp: 'a.xmp 2 3' });
  expect(photos.inFolder(folderId)).toHaveLength(1);
});

it('reads a folder in slices by path, each photo once', () => {
  const { store, photos, folderId, add } = library();
  const other = store.folders.add('/other', null).id;
  for (const path of ['b.jpg', 'a/2.jpg', 'a.jpg', 'c.jpg']) add(path);
  add('a/1.jpg', {}, {}, other);
  expect(pathsOf(photos.inFolderAfter(folderId, '', 2))).toEqual(['a.jpg', 'a/2.jpg']);
  expect(pathsOf(photos.inFolderAfter(folderId, 'a/2.jpg', 9))).toEqual(['b.jpg', 'c.jpg']);
  expect(photos.inFolderAfter(folderId, 'c.jpg', 9)).toEqual([]);
});

it('reads a sub-folder with the folders in it that are entered, and not its neighbours of nearly the same name', () => {
  const { photos, folderId, add } = library();
  for (const path of [
    'a.jpg',
    'in/1.jpg',
    'in/deep/2.jpg',
    'in/deep/more/3.jpg',
    'in/other/4.jpg',
    'in/other/5.jpg',
    'in/z.jpg',
  ])
    add(path);
  for (const path of ['in-2/5.jpg', 'in.jpg', 'in0/6.jpg', 'inside/7.jpg', '\u{10fff0}/8.jpg']) add(path);
  const asked: string[] = [];
  const read = (folder: string, enters: (path: string) => boolean) =>
    pathsOf(photos.inSubfolder(folderId, folder, (path) => (asked.push(path), enters(path))));
  expect(read('in', (path) => path === 'in/deep')).toEqual([
    'in/1.jpg',
    'in/deep/2.jpg',
    'in/deep/more/3.jpg',
    'in/z.jpg',
  ]);
  expect(new Set(asked)).toEqual(new Set(['in/deep', 'in/other']));
  expect(asked.filter((path) => path === 'in/other')).toHaveLength(1);
  expect(read('in', () => false)).toEqual(['in/1.jpg', 'in/z.jpg']);
  expect(read('', () => false)).toEqual(['a.jpg', 'in.jpg']);
  expect(read('', () => true)).toEqual(pathsOf(photos.inFolder(folderId)).toSorted());
});

it('finds what has the same bytes, what is gone first, and what is there with them, where its disk is', () => {
  const { store, photos, folderId, add } = library();
  const other = store.folders.add('/other', null).id;
  const [a, b] = [add('a.jpg', { contentHash: 'x' }), add('b.jpg', { contentHash: 'x' }, {}, other)];
  const [c] = [add('c.jpg', { contentHash: 'x' }, { versions: ['c.nef'] }), add('d.jpg', { contentHash: 'y' })];
  expect(photos.mayHaveMovedWith('x').map(({ id }) => id)).toEqual([a, b, c]);
  expect(photos.withContent('x', new Set())).toMatchObject({ folderPath: '/photos', path: 'a.jpg' });
  expect(photos.withContent('x', new Set([folderId]))).toMatchObject({ folderPath: '/other', path: 'b.jpg' });
  expect(photos.withContent('x', new Set([folderId, other]))).toBeNull();
  for (const id of [c, a]) photos.setPresent(id, false);
  expect(photos.mayHaveMovedWith('x').map(({ id }) => id)).toEqual([a, c, b]);
  expect(photos.mayHaveMovedWith('x').map(({ versions }) => versions)).toEqual([[], ['c.nef'], []]);
  expect(photos.withContent('x', new Set())).toMatchObject({ path: 'b.jpg' });
  expect(photos.contents()).toEqual(
    new Map([
      ['x', true],
      ['y', true],
    ]),
  );
  photos.setPresent(b, false);
  expect(photos.contents().get('x')).toBe(false);
  expect([photos.hasContent('x'), photos.hasContent('z')]).toEqual([true, false]);
  expect(photos.contentsOf(folderId).toSorted()).toEqual(['x', 'y']);
  expect(photos.contentsOf(other)).toEqual(['x']);
});

it('removes what has been gone for long, of it keeps what was written about where that is asked for', () => {
  const { store, photos, folderId, add } = library();
  const names = ['there', 'captioned', 'tagged', 'rated', 'old', 'twin', 'late'];
  const ids = new Map(names.map((name) => [name, add(name, { contentHash: name === 'twin' ? 'old' : name })]));
  const id = (name: string) => ids.get(name) ?? (0 as PhotoId);
  const change = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
  const write = (name: string, written: object) =>
    store.edits.apply({ photoIds: [id(name)], ...change, ...written }, () => ({
      capturedAt: 0,
      capturedUntil: null,
      utcOffset: null,
    }));
  store.transaction(() => {
    write('captioned', { addCaptions: ['Rex'] });
    write('tagged', { addTags: ['Rex'] });
    write('rated', { rating: 3 });
    atTime(1000);
    for (const name of names.slice(1, -1)) photos.setPresent(id(name), false);
    vi.setSystemTime(2000);
    photos.setPresent(id('late'), false);
  });
  expect(photos.contentsMissingSince(999, false)).toEqual([]);
  expect(photos.contentsMissingSince(1000, true)).toEqual(['old']);
  expect(photos.contentsMissingSince(1000, false).toSorted()).toEqual(['captioned', 'old', 'rated', 'tagged']);
  expect(pathsOf(photos.toRemove({ missingSince: 1000 })).toSorted()).toEqual([
    'captioned',
    'old',
    'rated',
    'tagged',
    'twin',
  ]);
  expect(photos.toRemove({ folderId })).toHaveLength(7);
  expect(photos.toRemove({ folderId })).toContainEqual({ id: id('there'), path: 'there', contentHash: 'there' });
  expect(photos.removeMissingSince(999, false)).toBe(0);
  expect(photos.removeMissingSince(1000, true)).toBe(2);
  expect(pathsOf(photos.inFolder(folderId)).toSorted()).toEqual(['captioned', 'late', 'rated', 'tagged', 'there']);
  expect(photos.removeMissingSince(1000, false)).toBe(3);
  expect(pathsOf(photos.inFolder(folderId)).toSorted()).toEqual(['late', 'there']);
});

it('samples present photos evenly by path, at most as many as asked for', () => {
  const { store, photos, folderId, add } = library();
  const other = store.folders.add('/other', null).id;
  add('0.jpg', {}, {}, other);
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => add(path, { contentHash: path }, { size: 5 }));
  photos.setPresent(ids[0] as PhotoId, false);
  expect(photos.sample(folderId, 3)).toEqual(['b', 'd', 'f'].map((path) => ({ path, size: 5, contentHash: path })));
  expect(pathsOf(photos.sample(folderId, 4))).toEqual(['b', 'c', 'd', 'e']);
  expect(pathsOf(photos.sample(folderId, 100))).toEqual(['b', 'c', 'd', 'e', 'f', 'g']);
  expect(photos.sample(99 as FolderId, 3)).toEqual([]);
});

it('knows whether a folder has photos below a path', () => {
  const { store, photos, folderId, add } = library();
  const other = store.folders.add('/other', null).id;
  add('in/deep/a.jpg');
  expect(['in', 'in/deep', 'i', 'deep', 'in/deep/a.jpg'].map((path) => photos.hasBelow(folderId, path))).toEqual([
    ...[true, true, false, false, false],
  ]);
  expect(photos.hasBelow(other, 'in')).toBe(false);
});

it('shows a photo with the first caption a person wrote, else the first of its files, and never its tags', () => {
  const { store, photos, add } = library();
  const id = add('in/a.jpg', { rating: 4, width: 40 });
  const shown = () => shownOf(photos.line(id) ?? expect.fail('there is no line'));
  const photo = { photoId: id, path: '/photos/in/a.jpg', rating: 4, isFavourite: false, width: 40, height: 3 };
  store.texts.replaceTags(id, ['iptc'], [{ name: 'sea', source: 'iptc' }]);
  store.texts.refreshTagCaption(id);
  expect(shown()).toEqual({ ...photo, caption: null });
  store.texts.replaceCaptions(
    id,
    ['iptc', 'xmp'],
    [
      { text: 'First', source: 'xmp' },
      { text: 'Second', source: 'iptc' },
    ],
  );
  expect(shown().caption).toBe('First');
  store.texts.replaceCaptions(id, ['own'], [{ text: 'Mine', source: 'own' }]);
  store.texts.replaceTags(id, ['picasa'], [{ name: 'Favorite', source: 'picasa' }]);
  expect(shown()).toEqual({ ...photo, caption: 'Mine', isFavourite: true });
  expect(photos.line(99 as PhotoId)).toBeNull();
});

it('orders photos that are there by date taken, date added and name', () => {
  const { photos, add } = library();
  atTime(100);
  const old = add('B.jpg', { capturedAt: 10, capturedUntil: 20, width: 7 }, { mtimeMs: 900 });
  const undatedOld = add('a.jpg', {}, { mtimeMs: 15 });
  atTime(300);
  const undatedNew = add('a2.jpg', {}, { mtimeMs: 800 });
  const young = add('c.jpg', { capturedAt: 50 }, { mtimeMs: 1 });
  const twin = add('d.jpg', { capturedAt: 50 }, { mtimeMs: 1 });
  photos.setPresent(add('gone.jpg', { capturedAt: 70 }), false);
  const ids = (order: 'taken' | 'added' | 'name') => photos.inOrder(order).map(({ id }) => id);
  expect(ids('taken')).toEqual([twin, young, old, undatedNew, undatedOld]);
  expect(photos.inOrder('taken')[2]).toEqual({ id: old, width: 7, height: 3, at: 10, until: 20 });
  expect(ids('added')).toEqual([twin, young, undatedNew, undatedOld, old]);
  expect(photos.inOrder('added').map(({ at }) => at)).toEqual([300, 300, 300, 100, 100]);
  expect(ids('name')).toEqual([undatedOld, undatedNew, old, young, twin]);
  expect(photos.inOrder('name')[0]?.at).toBeNull();
  const some = [old, twin, undatedNew, 99 as PhotoId];
  expect(photos.sorted(some, 'taken')).toEqual([twin, old, undatedNew]);
  expect(photos.sorted(some, 'name')).toEqual([undatedNew, old, twin]);
  const newest = [undatedNew, twin, young, undatedOld, old];
  expect([...photos.newestFirst()]).toEqual(newest);
  expect(photos.recent(2, 1).map(({ id }) => id)).toEqual(newest.slice(1, 3));
  expect(photos.newestPaths(2)).toEqual(['gone.jpg', 'd.jpg']);
  expect([photos.count(true), photos.count(false)]).toEqual([5, 1]);
});

it('spreads a number of photos over all ids, each once, and skips those that are gone', () => {
  const { photos, add } = library();
  expect(photos.spread(3)).toEqual([]);
  const ids = Array.from({ length: 12 }, (_, n) => add(`${n}.jpg`));
  expect(photos.spread(3)).toEqual([1, 5, 9]);
  expect(photos.spread(5)).toEqual([1, 4, 6, 9, 11]);
  expect(photos.spread(12)).toEqual(ids);
  expect(photos.spread(100)).toEqual(ids);
  for (const id of ids.slice(4, 6)) photos.setPresent(id, false);
  expect(photos.spread(3)).toEqual([1, 7, 9]);
  for (const id of ids.slice(6)) photos.setPresent(id, false);
  expect(photos.spread(3)).toEqual([1]);
});

it('finds the ids of a condition, also where there are none', () => {
  const { photos, add } = library();
  const ids = [add('a.jpg', { width: 9 }), add('b.jpg'), add('c.jpg', { width: 9 })];
  photos.setPresent(ids[2] as PhotoId, false);
  const wide = { sql: 'p.width > ?', values: [5] };
  expect(photos.idsWhere(wide).toSorted()).toEqual([ids[0], ids[2]]);
  expect(photos.idsWhere({ ...wide, values: [50] })).toEqual([]);
});

it('keeps rows of an encoder and codes until the bytes are others', () => {
  const { store, photos, folderId, add } = library();
  const model = 'm' as ModelId;
  store.models.begin({ id: model, method: 'x', bits: 8, encoderId: 'e', state: 'ready', options: {} });
  const [id, other] = [add('a.jpg'), add('b.jpg')];
  for (const photo of [id, other]) {
    store.features.put('photo', 'e', photo, Float32Array.of(1, 2));
    store.codes.put('photo', model, photo, Uint8Array.of(7));
  }
  photos.update(id, folderId, photoFile('in/a.jpg'), { ...photoFacts, rating: 3 });
  expect(store.features.ids('photo', 'e')).toEqual([id, other]);
  expect(store.codes.count('photo', model)).toBe(2);
  photos.update(id, folderId, photoFile('a.jpg'), { ...photoFacts, contentHash: 'bb' });
  expect(store.features.ids('photo', 'e')).toEqual([other]);
  expect([...store.codes.all('photo', model, 1).ids]).toEqual([other]);
});
