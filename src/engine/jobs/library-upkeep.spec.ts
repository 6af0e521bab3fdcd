// Words of missing photos, passed on to their copies: each word once.
import { expect, it, vi } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoEdit } from '../../shared/contract/edits.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { passWordsOn } from './library-upkeep.ts';
import type { JobContext } from './queue.ts';

const untouched = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
const dated = { capturedAt: Date.UTC(1968, 5), capturedUntil: Date.UTC(1968, 6), utcOffset: null };

/** A photo and a copy of it. */
function pair() {
  const { store, add } = photoLibrary();
  const [original, copy] = [add('a.jpg', { contentHash: 'same' }), add('b.jpg', { contentHash: 'same' })];
  const write = (id: PhotoId, edit: Partial<PhotoEdit>): void =>
    void store.transaction(() => store.edits.apply({ ...untouched, ...edit, photoIds: [id] }, () => dated));
  const pass = (context: Partial<JobContext> = {}) => passWordsOn(store, { ...undisturbed, ...context });
  return { store, add, original, copy, write, pass };
}

it('adds words, facts and albums to the copy, and leaves what was written about it', async () => {
  const { store, original, copy, write, pass } = pair();
  const album = store.albums.insert('Best');
  store.albums.add(album, [original]);
  write(original, { addTags: ['sea'], addCaptions: ['Boats'], title: 'Harbour', rating: 4, date: '1968-06' });
  write(copy, { addCaptions: ['Evening'], rating: 2 });
  store.photos.setPresent(original, false);
  expect(await pass()).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['sea']);
  expect(store.texts.captionsOf(copy).map(({ text }) => text)).toEqual(['Evening', 'Boats', 'Harbour']);
  expect(store.photos.get(copy)).toMatchObject({ ...dated, rating: 2 });
  expect(store.edits.factsOf(copy)).toEqual({ title: 'Harbour', rating: 2, date: '1968-06' });
  expect(store.albums.get(album)?.photos).toBe(1);
  expect(store.edits.tagsOf(original)).toEqual(['sea']);
});

it('leaves words off the copy that the person took off it, whatever the clock says', async () => {
  const { store, original, copy, write, pass } = pair();
  write(original, { addTags: ['sea', 'boat'] });
  store.photos.setPresent(original, false);
  expect(await pass()).toBe(1);
  write(copy, { removeTags: ['sea'] });
  for (const time of [Date.now() + 1000, 1]) {
    store.photos.setMissingSince(time);
    expect(await pass()).toBe(0);
    expect(store.texts.tagsOf(copy)).toEqual(['boat']);
  }
});

it('passes words on that a photo got after its return, once it is missing again', async () => {
  const { store, original, copy, write, pass } = pair();
  write(original, { addTags: ['sea'] });
  store.photos.setPresent(original, false);
  await pass();
  store.photos.setPresent(original, true);
  write(original, { addTags: ['boat'] });
  expect(await pass()).toBe(0);
  store.photos.setPresent(original, false);
  expect(await pass()).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['boat', 'sea']);
});

it('passes a word on once, however often the photo goes missing', async () => {
  const { store, original, copy, write, pass } = pair();
  const [first, second] = ['First', 'Second'].map((name) => store.albums.insert(name));
  if (first === undefined || second === undefined) return expect.fail();
  write(original, { addTags: ['sea'], addCaptions: ['Boats'], title: 'Harbour', rating: 4, date: '1968-06' });
  store.albums.add(first, [original]);
  store.photos.setPresent(original, false);
  await pass();
  write(copy, { removeTags: ['sea'], removeCaptions: ['Boats'], title: null, rating: null, date: null });
  store.albums.removePhotos(first, [copy]);
  // The clock of the writings is in milliseconds.
  const passedAt = store.photos.passedOnAt(original);
  await vi.waitUntil(() => Date.now() > (passedAt ?? Infinity));
  store.photos.setPresent(original, true);
  write(original, { addTags: ['boat'], rating: 5 });
  store.albums.add(second, [original]);
  store.photos.setPresent(original, false);
  expect(await pass()).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['boat']);
  expect(store.texts.captionsOf(copy).filter(({ source }) => source !== 'tags')).toEqual([]);
  expect(store.edits.factsOf(copy)).toEqual({ title: null, rating: 5, date: null });
  expect([first, second].map((id) => store.albums.get(id)?.photos)).toEqual([0, 1]);
});

it('waits for a copy, and counts no copy that has all words', async () => {
  const { store, add, original, copy, write, pass } = pair();
  write(original, { addTags: ['sea'] });
  for (const id of [original, copy]) store.photos.setPresent(id, false);
  expect(await pass()).toBe(0);
  const second = add('c.jpg', { contentHash: 'same' });
  write(second, { addTags: ['sea'] });
  expect(await pass()).toBe(0);
  store.photos.setPresent(second, false);
  store.photos.setPresent(copy, true);
  expect(await pass()).toBe(1);
  expect(store.texts.tagsOf(copy)).toEqual(['sea']);
});

/** Many missing photos, each with a tag and a copy. */
function manyPairs(count: number) {
  const { store, add, write, pass } = pair();
  const copies = Array.from({ length: count }, (_, n) => {
    const [original, copy] = ['a', 'b'].map((name) => add(`${n}${name}.jpg`, { contentHash: `${n}` }));
    if (original === undefined || copy === undefined) return expect.fail();
    write(original, { addTags: ['sea'] });
    store.photos.setPresent(original, false);
    return copy;
  });
  const tagged = () => copies.filter((id) => store.texts.tagsOf(id).length > 0).length;
  return { store, copies, pass, tagged };
}

it('stops between two turns of a hundred photos, and goes on with the rest the next time', async () => {
  const { pass, tagged } = manyPairs(201);
  const stop = new AbortController();
  const mayContinue = () => {
    if (tagged() === 200) stop.abort(new Error('stopped'));
    return Promise.resolve();
  };
  await expect(pass({ mayContinue, signal: stop.signal })).rejects.toThrow('stopped');
  expect(tagged()).toBe(200);
  expect(await pass()).toBe(1);
  expect(tagged()).toBe(201);
});

it('leaves out photos that are removed between two turns', async () => {
  const { store, copies, pass, tagged } = manyPairs(102);
  const mayContinue = () => {
    const gone = copies.slice(-1);
    for (const id of gone) store.photos.setPresent(id, false);
    store.photos.removeMissing(gone);
    return Promise.resolve();
  };
  expect(await pass({ mayContinue })).toBe(101);
  expect(tagged()).toBe(101);
});
