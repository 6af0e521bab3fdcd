// Facts about photos, page by page, as a published library has them.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { rawDatabase } from './raw-database.ts';
import { PhotoFactStore } from './photo-facts.ts';
import { textBoundary } from './fulltext.ts';

function library() {
  const opened = photoLibrary('/photos/Oslo');
  const facts = new PhotoFactStore(rawDatabase(opened.store));
  return { ...opened, of: (id: PhotoId) => facts.page(id - 1, 1)[0] ?? expect.fail('no photo'), facts };
}

it('has the facts of the file, with the time of the file where no date is known', () => {
  const { add, folderId, of } = library();
  const plain = add('a.jpg', { contentHash: 'aa' }, { size: 77, mtimeMs: 5000 });
  expect(of(plain)).toEqual({
    ...{ id: plain, folderId, path: 'a.jpg', contentHash: 'aa', size: 77, width: 4, height: 3, format: 'jpeg' },
    ...{
      capturedAt: null,
      capturedUntil: null,
      taken: 5000,
      camera: null,
      rating: null,
      place: null,
      positionPlace: null,
    },
    ...{ captions: [], tags: [], tagPaths: [], people: [], shown: null },
    terms: { caption: '', tag: '', name: 'a', folder: 'oslo', camera: '', place: '', person: '' },
  });
  const full = {
    ...{ capturedAt: Date.UTC(2019, 6, 31), capturedUntil: Date.UTC(2019, 7, 1), camera: 'Pixel', rating: 4 },
    ...{ place: 'Rome', positionPlace: 'Lazio', width: 30, height: 40, format: 'png' },
  };
  expect(of(add('Sea/b.png', full, { mtimeMs: 5000 }))).toMatchObject({
    ...full,
    taken: full.capturedAt,
    path: 'Sea/b.png',
    terms: {
      ...{ name: 'b', folder: `oslo ${textBoundary} sea`, camera: 'pixel' },
      place: `rome ${textBoundary} lazio ${textBoundary} 2019`,
    },
  });
});

it('lists captions with the displayed one first, without one that was made of tags', () => {
  const { store, add, of } = library();
  const id = add('a.jpg');
  for (const [source, text] of [
    ['tags', 'made of tags'],
    ['takeout', 'third'],
    ['iptc', 'second'],
    ['sidecar', 'first'],
  ] as const) {
    store.texts.replaceCaptions(id, [source], [{ text, source }]);
  }
  expect(of(id).captions).toEqual(['first', 'second', 'third']);
});

it('lists each tag and each person once, by name, and tags with levels as they were written', () => {
  const { store, add, of } = library();
  const id = add('a.jpg');
  for (const source of ['iptc', 'xmp'] as const) {
    store.texts.replaceTags(
      id,
      [source],
      ['sea', 'dog'].map((name) => ({ name, source })),
    );
  }
  for (const source of ['xmp', 'picasa'] as const) {
    store.texts.replacePeople(
      id,
      [source],
      ['Rex', 'Ada'].map((name) => ({ name, source })),
    );
  }
  const edit = { photoIds: [id], addCaptions: [], removeCaptions: [], removeTags: [] };
  store.transaction(() =>
    store.edits.apply({ ...edit, addTags: ['Zoo', 'Places/Rome', 'Animals/Dog'] }, () => expect.fail('no date')),
  );
  const found = of(id);
  expect(found.tags.map((name) => name.toLowerCase())).toEqual(
    ['animals', 'dog', 'places', 'rome', 'sea', 'zoo'].toSorted(),
  );
  expect([found.tagPaths, found.people]).toEqual([
    ['Animals/Dog', 'Places/Rome'],
    ['Ada', 'Rex'],
  ]);
  expect(found.terms.person).toMatch(/ada.*rex|rex.*ada/);
});

it('has the words of a text that was read in the photo, and none where it shows no text', () => {
  const { store, add, of } = library();
  const [read, empty] = [add('a.jpg'), add('b.jpg')];
  store.transaction(() => {
    store.ocr.put(read, 'Exit here');
    store.ocr.put(empty, '');
  });
  expect([of(read).shown, of(empty).shown]).toEqual(['exit here', null]);
});

it('gives pages of present photos by id, each photo with its own words', () => {
  const { store, add, caption, tag, facts } = library();
  const [a, gone, b, c] = ['a', 'gone', 'b', 'c'].map((name) => {
    const id = add(`${name}.jpg`);
    caption(id, `caption ${name}`);
    tag(id, `tag ${name}`);
    return id;
  }) as [PhotoId, PhotoId, PhotoId, PhotoId];
  store.photos.setPresent(gone, false);
  const page = (after: number, count: number) =>
    facts.page(after, count).map(({ id, captions, tags }) => [id, ...captions, ...tags]);
  expect(page(0, 2)).toEqual([
    [a, 'caption a', 'tag a'],
    [b, 'caption b', 'tag b'],
  ]);
  expect(page(b, 2)).toEqual([[c, 'caption c', 'tag c']]);
  expect(page(c, 2)).toEqual([]);
});
