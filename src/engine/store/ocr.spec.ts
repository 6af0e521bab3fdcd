// Text in photos: stored, found separately from words about photos, copied between equal photos, removed.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';
import { phraseQuery } from './fulltext.ts';
import { rawDatabase } from './raw-database.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const add = (path: string, contentHash: string) =>
    store.transaction(() => store.photos.insert(folderId, photoFile(path), { ...photoFacts, contentHash }));
  return { store, folderId, add };
}

it('knows which photos have been read, and which show text', () => {
  const { store, add } = library();
  const [a, b, c, missing] = [add('a', 'a'), add('b', 'b'), add('c', 'c'), add('d', 'd')];
  store.transaction(() => {
    store.ocr.put(a, 'NO ENTRY\nPrivate');
    store.ocr.put(b, '');
    store.ocr.fail(c, 'It is damaged.');
    store.photos.setPresent(missing, false);
  });
  const late = add('e', 'e');
  expect([store.ocr.missing(), store.ocr.hasMissing()]).toEqual([[late], true]);
  store.photos.setPresent(late, false);
  expect([store.ocr.missing(), store.ocr.hasMissing()]).toEqual([[], false]);
  store.photos.setPresent(late, true);
  expect(store.ocr.counts()).toEqual({ photos: 4, read: 3, withText: 1, failed: 1 });
  expect([a, b, c].map((id) => store.ocr.textOf(id))).toEqual(['NO ENTRY\nPrivate', null, null]);
});

it('makes the words of text in photos and about them again, a few photos at a time, where they are outdated', () => {
  const { store, add } = library();
  const ids = [add('a', 'a'), add('b', 'b'), add('c', 'c')];
  const db = rawDatabase(store);
  store.transaction(() => {
    for (const id of ids) {
      store.ocr.put(id, 'e-mail');
      store.texts.replaceCaptions(id, ['iptc'], [{ text: 'The U.S.A.', source: 'iptc' }]);
    }
  });
  for (const table of ['ocr_words', 'photo_text']) db.exec(`DELETE FROM ${table}`);
  db.exec('INSERT INTO photo_text_outdated SELECT id FROM photos');
  const found = () => [store.fullText.withPhotoText(phraseQuery('email'), ids), store.fullText.described(['"usa"'])];
  expect(found()).toEqual([[], []]);
  expect(store.transaction(() => store.fullText.renew(2))).toBe(true);
  expect(found()).toEqual([ids.slice(0, 2), ids.slice(0, 2)]);
  expect(store.transaction(() => store.fullText.renew(2))).toBe(false);
  expect(found()).toEqual([ids, ids]);
  expect(store.transaction(() => store.fullText.renew(2))).toBe(false);
});

it('finds the words that have ß, for which B is read, and those that have a B', () => {
  const { store, add } = library();
  const [sign, foot, other] = [add('a', 'a'), add('b', 'b'), add('c', 'c')];
  store.transaction(() => {
    store.ocr.put(sign, 'GroBe StraBe 5\nAusfahrt');
    store.ocr.put(foot, 'Zu FuB, gern');
    store.ocr.put(other, 'MacBook Pro');
  });
  const found = (text: string) => store.fullText.withPhotoText(phraseQuery(text), [sign, foot, other]);
  expect(['große', 'STRASSE', 'grosse strasse 5', 'zu fuss', 'macbook pro', 'strabe'].map(found)).toEqual([
    ...[[sign], [sign], [sign], [foot]],
    ...[[other], [sign]],
  ]);
});

it('gives a photo the text of another with the same bytes, but not that one could not be read', () => {
  const { store, add } = library();
  const [a, copy, other, broken] = [add('a', 'x'), add('b', 'x'), add('c', 'y'), add('d', 'y')];
  store.transaction(() => {
    store.ocr.put(a, 'Gleis 7');
    store.ocr.fail(broken, 'It is damaged.');
    expect(store.ocr.copyFromSameContent(copy)).toBe(true);
    expect(store.ocr.copyFromSameContent(other)).toBe(false);
  });
  expect(store.ocr.textOf(copy)).toBe('Gleis 7');
});

it('ranks photos that show a word behind those whose texts have it, and tells them apart', () => {
  const { store, add } = library();
  const [shown, written] = [add('a', 'a'), add('b', 'b')];
  for (let i = 0; i < 8; i++) add(`other${i}`, `other${i}`);
  store.transaction(() => {
    store.ocr.put(shown, 'exit');
    store.texts.replaceCaptions(written, ['iptc'], [{ text: 'exit', source: 'iptc' }]);
  });
  const exit = phraseQuery('exit');
  const scores = store.fullText.scores([exit], { alsoInPhotos: [exit] });
  expect(scores.best(9, null)).toEqual([written, shown]);
  expect([written, shown].map((id) => [scores.hasAll(id), scores.isInPhotoText(id)])).toEqual([
    [true, false],
    [false, true],
  ]);
  const only = store.fullText.scores([], { photoText: [exit] });
  expect([written, shown].map((id) => [only.hasAll(id), only.isInPhotoText(id)])).toEqual([
    [false, false],
    [true, true],
  ]);
});

it('forgets the words with the text: of a photo that was removed, or of all', () => {
  const { store, folderId, add } = library();
  const [a, b] = [add('a', 'a'), add('b', 'b')];
  store.transaction(() => [a, b].forEach((id) => store.ocr.put(id, 'exit')));
  expect(store.fullText.hasPhotoText(phraseQuery('exit'))).toBe(true);
  store.transaction(() => store.ocr.clear());
  expect([store.fullText.hasPhotoText(phraseQuery('exit')), store.ocr.missing()]).toEqual([false, [a, b]]);
  store.transaction(() => store.ocr.put(a, 'exit'));
  store.folders.remove(folderId);
  expect(store.fullText.hasPhotoText(phraseQuery('exit'))).toBe(false);
});
