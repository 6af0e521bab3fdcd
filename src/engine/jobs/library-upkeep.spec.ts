// Words of missing photos, passed on to their copies: once for each time that a photo goes missing.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoEdit } from '../../shared/contract/edits.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { passWordsOn } from './library-upkeep.ts';

const untouched = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
const dated = { capturedAt: Date.UTC(1968, 5), capturedUntil: Date.UTC(1968, 6), utcOffset: null };

/** A photo and a copy of it. */
function pair() {
  const { store, add } = photoLibrary();
  const [original, copy] = [add('a.jpg', { contentHash: 'same' }), add('b.jpg', { contentHash: 'same' })];
  const write = (id: PhotoId, edit: Partial<PhotoEdit>): void =>
    void store.transaction(() => store.edits.apply({ ...untouched, ...edit, photoIds: [id] }, () => dated));
  return { store, add, original, copy, write };
}

it('adds words, facts and albums to the copy, and leaves what was written about it', () => {
  const { store, original, copy, write } = pair();
  const album = store.albums.insert('Best');
  store.albums.add(album, [original]);
  write(original, { addTags: ['sea'], addCaptions: ['Boats'], title: 'Harbour', rating: 4, date: '1968-06' });
  write(copy, { addCaptions: ['Evening'], rating: 2 });
  store.photos.setPresent(original, false);
  expect(passWordsOn(store)).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['sea']);
  expect(store.texts.captionsOf(copy).map(({ text }) => text)).toEqual(['Evening', 'Boats', 'Harbour']);
  expect(store.photos.get(copy)).toMatchObject({ ...dated, rating: 2 });
  expect(store.edits.factsOf(copy)).toEqual({ title: 'Harbour', rating: 2, date: '1968-06' });
  expect(store.albums.get(album)?.photos).toBe(1);
  expect(store.edits.tagsOf(original)).toEqual(['sea']);
});

it('leaves words off the copy that the person took off it, whatever the clock says', () => {
  const { store, original, copy, write } = pair();
  write(original, { addTags: ['sea', 'boat'] });
  store.photos.setPresent(original, false);
  expect(passWordsOn(store)).toBe(1);
  write(copy, { removeTags: ['sea'] });
  for (const time of [Date.now() + 1000, 1]) {
    store.photos.setMissingSince(time);
    expect(passWordsOn(store)).toBe(0);
    expect(store.texts.tagsOf(copy)).toEqual(['boat']);
  }
});

it('passes words on that a photo got after its return, once it is missing again', () => {
  const { store, original, copy, write } = pair();
  write(original, { addTags: ['sea'] });
  store.photos.setPresent(original, false);
  passWordsOn(store);
  store.photos.setPresent(original, true);
  write(original, { addTags: ['boat'] });
  expect(passWordsOn(store)).toBe(0);
  store.photos.setPresent(original, false);
  expect(passWordsOn(store)).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['boat', 'sea']);
});

it('waits for a copy, and counts no copy that has all words', () => {
  const { store, add, original, copy, write } = pair();
  write(original, { addTags: ['sea'] });
  for (const id of [original, copy]) store.photos.setPresent(id, false);
  expect(passWordsOn(store)).toBe(0);
  const second = add('c.jpg', { contentHash: 'same' });
  write(second, { addTags: ['sea'] });
  expect(passWordsOn(store)).toBe(0);
  store.photos.setPresent(second, false);
  store.photos.setPresent(copy, true);
  expect(passWordsOn(store)).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['sea']);
});
