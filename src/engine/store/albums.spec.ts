// Albums: their photos, and counts of present photos only.
import { expect, it, onTestFinished } from 'vitest';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const add = (path: string) =>
    store.transaction(() => store.photos.insert(folderId, photoFile(path), { ...photoFacts, contentHash: path }));
  return { store, add };
}

it('takes each photo in once, and says which are new in it', () => {
  const { store, add } = library();
  const [a, b] = [add('a'), add('b')];
  const rome = store.albums.insert('Rome');
  expect(store.albums.add(rome, [a, 999 as PhotoId])).toEqual([a]);
  expect(store.albums.add(rome, [a, b])).toEqual([b]);
  expect(store.albums.removePhotos(rome, [b, 999 as PhotoId])).toEqual([b]);
  expect(store.albums.list()).toMatchObject([{ name: 'Rome', photos: 1 }]);
});

it('counts the photos that are there, and keeps those that are gone', () => {
  const { store, add } = library();
  const a = add('a');
  const rome = store.albums.insert('Rome');
  store.albums.add(rome, [a]);
  store.photos.setPresent(a, false);
  expect(store.albums.get(rome)?.photos).toBe(0);
  expect(store.photos.removeMissingSince(Date.now() + 1000, true)).toBe(0);
  store.photos.setPresent(a, true);
  expect(store.albums.get(rome)?.photos).toBe(1);
});

it('lists its photos, those that are gone too, and none of another', () => {
  const { store, add } = library();
  const [a, b, c] = [add('a'), add('b'), add('c')];
  const [rome, sea] = [store.albums.insert('Rome'), store.albums.insert('sea')];
  store.albums.add(rome, [c, a]);
  store.albums.add(sea, [b]);
  store.photos.setPresent(a, false);
  expect(store.albums.photosIn(rome)).toEqual([a, c]);
  store.albums.remove(rome);
  expect(store.albums.photosIn(rome)).toEqual([]);
});

it('is found by its name in any case, and in the order of names', () => {
  const { store } = library();
  for (const name of ['sea', 'Alps', 'rome']) store.albums.insert(name);
  expect(store.albums.list().map(({ name }) => name)).toEqual(['Alps', 'rome', 'sea']);
  expect(store.albums.named('ROME')?.name).toBe('rome');
  expect(store.albums.named('rom')).toBeNull();
});

it('has another name once renamed, and is gone once removed, with no photo lost', () => {
  const { store, add } = library();
  const a = add('a');
  const [rome, sea] = [store.albums.insert('Rome'), store.albums.insert('sea')];
  store.albums.add(rome, [a]);
  store.albums.rename(rome, 'Roma');
  expect(store.albums.list().map(({ name, photos }) => [name, photos])).toEqual([
    ['Roma', 1],
    ['sea', 0],
  ]);
  store.albums.remove(rome);
  expect(store.albums.list().map(({ id }) => id)).toEqual([sea]);
  expect(store.photos.get(a)?.present).toBe(1);
});
