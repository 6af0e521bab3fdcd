// The person's own words in the tables: beside the files' words, instead of them, and undone.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { PhotoEdit } from '../../shared/contract/edits.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import { isFavouriteTag } from './edits.ts';
import type { PhotoDescription } from './photos.ts';

/** Dates are `day n` here. */
const readDate = (text: string) => {
  expect(text).toMatch(/^\d+$/);
  return { capturedAt: Number(text) * 1000, capturedUntil: Number(text) * 2000, utcOffset: 60 };
};
const untouched = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  const { edits, texts } = store;
  const add = (path: string, facts: Partial<PhotoDescription> = {}) =>
    store.photos.insert(folderId, photoFile(path), { ...photoFacts, ...facts });
  const apply = (photoIds: PhotoId[], edit: Partial<PhotoEdit>) =>
    store.transaction(() => edits.apply({ photoIds, ...untouched, ...edit }, readDate));
  const restore = (states: ReturnType<typeof apply>) => store.transaction(() => edits.restore(states, readDate));
  /** As in an index job. */
  const readFile = (
    id: PhotoId,
    path: string,
    described: { captions?: string[]; tags?: string[] } & Partial<PhotoDescription>,
  ) =>
    store.transaction(() => {
      const { captions = [], tags = [], ...facts } = described;
      store.photos.update(id, folderId, photoFile(path), { ...photoFacts, ...facts });
      texts.replaceCaptions(
        id,
        ['iptc'],
        captions.map((text) => ({ text, source: 'iptc' })),
      );
      texts.replaceTags(
        id,
        ['iptc'],
        tags.map((name) => ({ name, source: 'iptc' })),
      );
      edits.show(id);
      texts.refreshTagCaption(id);
    });
  const seen = (id: PhotoId) => {
    const { rating, capturedAt, capturedUntil, utcOffset, dateSource } =
      store.photos.get(id) ?? expect.fail('no photo');
    const captions = texts
      .captionsOf(id)
      .map(({ text, source }) => `${source}: ${text}`)
      .toSorted();
    return { captions, tags: texts.tagsOf(id), rating, capturedAt, capturedUntil, utcOffset, dateSource };
  };
  return { store, edits, texts, add, apply, restore, readFile, seen };
}

const plain = { rating: null, capturedAt: null, capturedUntil: null, utcOffset: null, dateSource: null };

it('shows words of the application beside those of the file, and takes both kinds away and back', () => {
  const { add, apply, restore, readFile, seen } = library();
  const id = add('a.jpg');
  readFile(id, 'a.jpg', { captions: ['a dog', 'at the sea'], tags: ['dog', 'sea'] });
  const before = seen(id);
  const inverse = apply([id], {
    addCaptions: ['mine'],
    removeCaptions: ['a dog'],
    addTags: ['Rex'],
    removeTags: ['sea'],
  });
  const after = { ...plain, captions: ['iptc: at the sea', 'own: mine'], tags: ['dog', 'Rex'] };
  expect(seen(id)).toEqual(after);
  expect(inverse).toEqual([
    {
      photoIds: [id],
      captions: [
        { text: 'a dog', state: null },
        { text: 'mine', state: null },
      ],
      tags: [
        { name: 'sea', state: null },
        { name: 'Rex', state: null },
      ],
    },
  ]);
  const again = restore(inverse);
  expect(seen(id)).toEqual(before);
  expect(again[0]?.tags).toEqual([
    { name: 'sea', state: 'removed' },
    { name: 'Rex', state: 'added' },
  ]);
  restore(again);
  expect(seen(id)).toEqual(after);
});

it('stays while the file is read again, also where the file says other things by then', () => {
  const { add, apply, readFile, seen } = library();
  const id = add('a.jpg');
  readFile(id, 'a.jpg', { captions: ['a dog'], tags: ['dog', 'sea'], rating: 2, capturedAt: 5, dateSource: 'EXIF' });
  apply([id], { removeCaptions: ['a dog'], removeTags: ['sea'], addTags: ['Rex'], rating: 4, date: '7', title: 'Rex' });
  const written = { rating: 4, capturedAt: 7000, capturedUntil: 14000, utcOffset: 60, dateSource: 'Hashlens' };
  expect(seen(id)).toEqual({ ...written, captions: ['own-title: Rex'], tags: ['dog', 'Rex'] });
  readFile(id, 'a.jpg', {
    captions: ['a dog', 'new'],
    tags: ['sea', 'new'],
    rating: 1,
    capturedAt: 6,
    dateSource: 'XMP',
  });
  expect(seen(id)).toEqual({ ...written, captions: ['iptc: new', 'own-title: Rex'], tags: ['new', 'Rex'] });
  apply([id], { addCaptions: ['a dog'], addTags: ['sea'], rating: null, date: null, title: null });
  expect(seen(id)).toEqual({
    ...{ ...plain, rating: 1, capturedAt: 6, dateSource: 'XMP' },
    ...{ captions: ['iptc: a dog', 'iptc: new'], tags: ['new', 'Rex', 'sea'] },
  });
});

it('says once what the file says too, and keeps it where the file no longer does', () => {
  const { add, apply, readFile, seen } = library();
  const id = add('a.jpg');
  apply([id], { addCaptions: ['a dog'], addTags: ['dog'], title: 'a dog' });
  expect(seen(id)).toMatchObject({ captions: ['own: a dog'], tags: ['dog'] });
  readFile(id, 'a.jpg', { captions: ['a dog'], tags: ['dog'] });
  expect(seen(id)).toMatchObject({ captions: ['own: a dog'], tags: ['dog'] });
  readFile(id, 'a.jpg', {});
  expect(seen(id)).toMatchObject({ captions: ['own: a dog'], tags: ['dog'] });
  readFile(id, 'a.jpg', { captions: ['a dog'] });
  apply([id], { removeCaptions: ['a dog'], title: null });
  expect(seen(id).captions).toEqual(['tags: dog']);
});

it('changes nothing where it was so already, and has no inverse', () => {
  const { add, apply, readFile, seen } = library();
  const id = add('a.jpg');
  readFile(id, 'a.jpg', { captions: ['a dog'], tags: ['dog'] });
  const before = seen(id);
  const edit = { addCaptions: ['a dog'], removeCaptions: ['none'], addTags: ['dog'], removeTags: ['none'] };
  expect(apply([id], { ...edit, title: null, rating: null, date: null })).toEqual([]);
  expect(apply([id], { isFavourite: false, title: '' })).toEqual([]);
  expect(apply([99 as PhotoId], { addTags: ['dog'] })).toEqual([]);
  expect(seen(id)).toEqual(before);
});

it('keeps facts that were not named in a change', () => {
  const { edits, add, apply, seen } = library();
  const id = add('a.jpg', { rating: 1, capturedAt: 9, dateSource: 'EXIF' });
  apply([id], { rating: 5 });
  expect(seen(id)).toMatchObject({ rating: 5, capturedAt: 9, dateSource: 'EXIF' });
  apply([id], { date: '3' });
  expect(apply([id], { title: 'T' })).toEqual([{ photoIds: [id], captions: [], tags: [], title: null }]);
  expect(edits.factsOf(id)).toEqual({ title: 'T', rating: 5, date: '3' });
  expect(edits.fileFacts(id)).toEqual({ ...plain, rating: 1, capturedAt: 9, dateSource: 'EXIF' });
  expect(apply([id], { rating: 0 })).toMatchObject([{ rating: 5 }]);
  expect(seen(id)).toMatchObject({ rating: null, capturedAt: 3000 });
  apply([id], { rating: null, date: null });
  expect(seen(id)).toMatchObject({ rating: 1, capturedAt: 9, dateSource: 'EXIF' });
  expect(edits.fileFacts(id)).toBeNull();
  apply([id], { title: null });
  expect(edits.factsOf(id)).toEqual({ title: null, rating: null, date: null });
});

it('groups photos that were the same before, each once, in what takes the change back', () => {
  const { add, apply, restore, seen } = library();
  const ids = [add('a.jpg'), add('b.jpg'), add('c.jpg')];
  const [a, b, c] = ids as [PhotoId, PhotoId, PhotoId];
  apply([b], { rating: 2 });
  const inverse = apply([a, b, c, a], { rating: 3, isFavourite: true });
  const tags = [{ name: 'Favorite', state: null }];
  expect(inverse).toEqual([
    { photoIds: [a, c], captions: [], tags, rating: null },
    { photoIds: [b], captions: [], tags, rating: 2 },
  ]);
  restore(inverse);
  expect(ids.map((id) => seen(id).rating)).toEqual([null, 2, null]);
  expect(ids.map((id) => seen(id).tags)).toEqual([[], [], []]);
});

it('marks a photo as favourite and undoes it, even if its file marks it', () => {
  const { edits, add, apply, readFile } = library();
  const [mine, files] = [add('a.jpg'), add('b.jpg')];
  readFile(files, 'b.jpg', { tags: ['favorite'] });
  expect([edits.isFavourite(mine), edits.isFavourite(files)]).toEqual([false, true]);
  apply([mine, files], { isFavourite: true });
  expect([edits.tagsOf(mine), edits.tagsOf(files)]).toEqual([['Favorite'], []]);
  expect([edits.isFavourite(mine), edits.isFavourite(files)]).toEqual([true, true]);
  apply([mine, files], { isFavourite: false });
  expect([edits.isFavourite(mine), edits.isFavourite(files)]).toEqual([false, false]);
  expect([isFavouriteTag('FAVORITE'), isFavouriteTag('Favorites')]).toEqual([true, false]);
});

it('leaves the favourite mark and all words that a change does not name', () => {
  const { edits, add, apply, readFile, seen } = library();
  const [mine, files] = [add('a.jpg'), add('b.jpg')];
  readFile(files, 'b.jpg', { tags: ['Favorite', 'sea'], captions: ['a dog'] });
  apply([mine], { isFavourite: true, addCaptions: ['mine'], addTags: ['Rex'] });
  apply([mine, files], { rating: 3 });
  apply([mine, files], { addTags: ['Ada'] });
  expect([edits.isFavourite(mine), edits.isFavourite(files)]).toEqual([true, true]);
  expect(seen(mine)).toMatchObject({ captions: ['own: mine'], tags: ['Ada', 'Favorite', 'Rex'], rating: 3 });
  expect(seen(files)).toMatchObject({ captions: ['iptc: a dog'], tags: ['Ada', 'Favorite', 'sea'], rating: 3 });
});

it('shows a title as a caption at once, and no longer when it is taken back', () => {
  const { add, apply, seen } = library();
  const id = add('a.jpg');
  apply([id], { title: 'Rex', date: '7' });
  expect(seen(id).captions).toEqual(['own-title: Rex']);
  apply([id], { date: null });
  expect(seen(id)).toMatchObject({ captions: ['own-title: Rex'], capturedAt: null });
  apply([id], { title: null });
  expect(seen(id).captions).toEqual([]);
});

it('makes each step of a tag a tag, and counts a tag with steps as one', () => {
  const { store, edits, texts, add, apply, readFile } = library();
  const [a, b, c] = [add('a.jpg'), add('b.jpg'), add('c.jpg')];
  apply([a, b], { addTags: ['Family/Rex', 'Dog'], addCaptions: ['here'], title: 'T', rating: 4 });
  readFile(b, 'b.jpg', { tags: ['dog', 'sea'], captions: ['of the file'] });
  apply([b], { isFavourite: true, rating: 0 });
  expect(texts.tagsOf(a)).toEqual(['Dog', 'Family', 'Rex']);
  expect(edits.tagsOf(a)).toEqual(['Dog', 'Family/Rex']);
  expect(edits.wordsOf([a, b, c])).toEqual({
    photos: 3,
    tags: [
      { name: expect.stringMatching(/^dog$/i) as string, photos: 2 },
      { name: 'Family/Rex', photos: 2 },
      { name: 'sea', photos: 1 },
    ],
    captions: [
      { text: 'here', photos: 2 },
      { text: 'of the file', photos: 1 },
    ],
    ratings: [2, 0, 0, 0, 1, 0],
    favourites: 1,
    described: 2,
  });
  expect(edits.wordsOf([c])).toMatchObject({ photos: 1, tags: [], captions: [], favourites: 0, described: 0 });
  const captionIds = [a, b].flatMap((id) => texts.captionsOf(id).map((caption) => caption.id));
  expect(edits.textIds('caption', [a, b]).toSorted()).toEqual(captionIds.toSorted());
  const names = edits.textIds('tag', [a]).map((id) => texts.tagName(id));
  expect(names.toSorted()).toEqual(['Dog', 'Family', 'Rex']);
  expect(store.features.missing('tag', 'e')).toHaveLength(5);
});

it('shows captions and tags that were written where these alone were read again', () => {
  const { edits, texts, add, apply, seen } = library();
  const id = add('a.jpg');
  apply([id], { removeTags: ['Holidays'], addTags: ['Rex'], addCaptions: ['mine'] });
  texts.replaceTags(id, ['folder'], [{ name: 'Holidays', source: 'folder' }]);
  texts.replaceCaptions(id, ['caption-file'], [{ text: 'mine', source: 'caption-file' }]);
  edits.showTexts(id);
  // There was nothing to remove when it was removed.
  expect(seen(id)).toMatchObject({ captions: ['own: mine'], tags: ['Holidays', 'Rex'] });
  apply([id], { removeTags: ['Holidays'] });
  texts.replaceTags(id, ['folder'], [{ name: 'Holidays', source: 'folder' }]);
  edits.showTexts(id);
  expect(seen(id).tags).toEqual(['Rex']);
});
