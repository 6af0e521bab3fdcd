// Words, ratings and dates that the library has and sidecars lack, and where the two differ.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoEdit } from '../../shared/contract/edits.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import { parseCaptureDate } from '../library/metadata/capture.ts';
import type { CaptionSource } from '../store/texts.ts';
import { asChanges, knownElsewhere, photosOf, planSidecars } from './sidecar-words.ts';

const untouched = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
const readDate = (text: string) => {
  const date = parseCaptureDate(text) ?? expect.fail('no date');
  return { capturedAt: date.time, capturedUntil: date.until, utcOffset: date.offset };
};

/** The stamp of a photo with this sidecar. */
const stampOf = (name: string) => ({ sidecarStamp: `${name} 100 5` });

function library() {
  const { store, add, folderId } = photoLibrary();
  const write = (id: PhotoId, edit: Partial<PhotoEdit>) =>
    store.transaction(() => store.edits.apply({ photoIds: [id], ...untouched, ...edit }, readDate));
  const caption = (id: PhotoId, source: CaptionSource, ...texts: readonly string[]) =>
    store.texts.replaceCaptions(
      id,
      [source],
      texts.map((text) => ({ text, source })),
    );
  const plan = () => planSidecars(store, { of: 'library' });
  return { store, add, folderId, write, caption, plan, known: (id: PhotoId) => knownElsewhere(store, id) };
}
const noWords = { tags: [], people: [] };

it('takes a caption written here, also where the file has one', () => {
  const { add, write, caption, known } = library();
  const [a, b] = [add('a.jpg'), add('b.jpg')];
  caption(a, 'iptc', 'of the file');
  write(a, { addCaptions: ['mine'] });
  write(b, { title: 'my title' });
  expect([known(a), known(b)]).toEqual([
    { ...noWords, caption: 'mine' },
    { ...noWords, caption: 'my title' },
  ]);
});

it.each(['caption-file', 'text-file', 'takeout', 'picasa'] as const)(
  'takes a caption from a source that other programs do not see where the file has none: %s',
  (source) => {
    const { add, caption, known } = library();
    const [a, b] = [add('a.jpg'), add('b.jpg')];
    for (const id of [a, b]) caption(id, source, 'from there');
    caption(b, 'iptc', 'of the file');
    expect([known(a), known(b)]).toEqual([{ ...noWords, caption: 'from there' }, noWords]);
  },
);

it('takes no caption that was made of tags', () => {
  const { store, add, write, known } = library();
  const a = add('a.jpg');
  write(a, { addTags: ['dog'] });
  store.texts.refreshTagCaption(a);
  expect(known(a)).toEqual({ tags: ['dog'], people: [] });
});

it('takes tags and people from elsewhere, and none of the file or of its folder', () => {
  const { store, add, known } = library();
  const a = add('a.jpg');
  store.texts.replaceTags(
    a,
    ['iptc', 'folder', 'takeout', 'apple'],
    (['iptc', 'folder', 'takeout', 'apple'] as const).map((source) => ({ name: `from ${source}`, source })),
  );
  store.texts.replacePeople(
    a,
    ['xmp', 'picasa'],
    [
      { name: 'Ada', source: 'xmp' },
      { name: 'Rex', source: 'picasa' },
    ],
  );
  expect(known(a)).toEqual({ tags: ['from apple', 'from takeout'], people: ['Rex'] });
});

it('takes a rating and a date as they were written here', () => {
  const { add, write, known } = library();
  const a = add('a.jpg', { rating: 2, capturedAt: 5000, dateSource: 'EXIF' });
  expect(known(a)).toEqual(noWords);
  write(a, { rating: 4, date: '1968-06' });
  expect(known(a)).toEqual({ ...noWords, rating: 4, date: '1968-06' });
});

it('takes the date of an export in UTC, and no date of another source', () => {
  const { add, write, known } = library();
  const capturedAt = Date.UTC(2019, 6, 31, 12, 30, 15, 250);
  const from = (path: string, dateSource: string | null) => known(add(path, { capturedAt, dateSource })).date;
  expect(from('a.jpg', 'Google Takeout a.jpg.json')).toBe('2019-07-31T12:30:15Z');
  expect(from('b.jpg', 'Apple export Photo Details.csv')).toBe('2019-07-31T12:30:15Z');
  for (const other of ['EXIF', 'sidecar Google Takeout a.xmp', 'Google Takeout', null]) {
    expect(from(`${other}.jpg`, other)).toBeUndefined();
  }
  const undated = add('c.jpg', { dateSource: 'Google Takeout c.jpg.json' });
  expect(known(undated).date).toBeUndefined();
  const written = add('d.jpg', { capturedAt, dateSource: 'Google Takeout d.jpg.json' });
  write(written, { date: '1999' });
  expect(known(written).date).toBe('1999');
  expect(known(999 as PhotoId)).toEqual(noWords);
});

it('plans what each sidecar lacks, with counts of all of it', async () => {
  const { store, add, write, plan } = library();
  const [a, b, plain] = [add('a.jpg'), add('b.jpg', {}, stampOf('b.xmp')), add('plain.jpg')];
  write(a, { addCaptions: ['mine'], addTags: ['dog', 'sea'], rating: 4, date: '1968-06' });
  store.texts.replacePeople(b, ['picasa'], [{ name: 'Rex', source: 'picasa' }]);
  store.texts.replacePeople(plain, ['xmp'], [{ name: 'Ada', source: 'xmp' }]);
  const none = { caption: null, tags: [], people: [], rating: null, date: null };
  expect(await plan()).toEqual({
    ...{ photos: 3, toWrite: 2, newSidecars: 1, captions: 1, tags: 2, people: 1, ratings: 1, dates: 1, conflicts: 0 },
    examples: [
      { ...none, photo: '/photos/a.jpg', caption: 'mine', tags: ['dog', 'sea'], rating: 4, date: '1968-06' },
      { ...none, photo: '/photos/b.jpg', people: ['Rex'] },
    ],
    conflictExamples: [],
  });
});

it.each([
  ['a caption', { addCaptions: ['mine'] }, { captions: 1 }],
  ['a rating', { rating: 3 }, { ratings: 1 }],
  ['a date', { date: '1968' }, { dates: 1 }],
  ['a tag', { addTags: ['dog'] }, { tags: 1 }],
])('plans a photo with %s alone', async (_, edit, counts) => {
  const { add, write, plan } = library();
  write(add('a.jpg'), edit);
  const none = { captions: 0, tags: 0, people: 0, ratings: 0, dates: 0 };
  expect(await plan()).toMatchObject({
    ...none,
    ...counts,
    toWrite: 1,
    newSidecars: 1,
    examples: [{ photo: '/photos/a.jpg' }],
  });
});

it('knows an XMP sidecar among other files beside the photo, whatever the case of its name', async () => {
  const { add, write, plan } = library();
  const stamps = ['a.XMP 100 5', 'a.json 100 5\na.jpg.xmp 100 5', 'a.json 100 5', 'a.xmp.txt 100 5', ''];
  for (const [n, sidecarStamp] of stamps.entries()) write(add(`${n}.jpg`, {}, { sidecarStamp }), { addTags: ['dog'] });
  expect(await plan()).toMatchObject({ toWrite: 5, newSidecars: 3 });
});

it('leaves out names that the sidecar has, in any case and form of letters', async () => {
  const { store, add, write, plan } = library();
  const a = add('a.jpg', {}, stampOf('a.xmp'));
  store.texts.replaceTags(a, ['sidecar'], [{ name: 'Caf\u00e9', source: 'sidecar' }]);
  store.texts.replacePeople(
    a,
    ['sidecar', 'picasa'],
    [
      { name: 'REX', source: 'sidecar' },
      { name: 'Rex', source: 'picasa' },
    ],
  );
  write(a, { addTags: ['cafe\u0301', 'sea'] });
  expect((await plan()).examples).toMatchObject([{ tags: ['sea'], people: [] }]);
});

it('has nothing to write where the sidecar says the same', async () => {
  const { add, write, caption, plan } = library();
  const capturedAt = Date.UTC(2001, 1, 3, 4, 5, 6);
  const facts = { rating: 3, capturedAt, dateSource: 'sidecar a.xmp' };
  const a = add('a.jpg', facts, stampOf('a.xmp'));
  write(a, { addCaptions: ['mine'], rating: 3, date: '2001-02-03T04:05:06' });
  caption(a, 'sidecar', 'first', 'mine');
  expect(await plan()).toMatchObject({ photos: 1, toWrite: 0, conflicts: 0, examples: [], conflictExamples: [] });
});

it('shows where the sidecar says something else, which is not counted as something to write', async () => {
  const { add, write, caption, plan } = library();
  const capturedAt = Date.UTC(2001, 1, 3, 4, 5);
  const a = add('a.jpg', { rating: 2, capturedAt, dateSource: 'sidecar a.xmp' }, stampOf('a.xmp'));
  caption(a, 'sidecar', 'theirs', 'another');
  write(a, { addCaptions: ['mine'], rating: 5, date: '1999-06' });
  const photo = '/photos/a.jpg';
  expect(await plan()).toEqual({
    ...{ photos: 1, toWrite: 1, newSidecars: 0, captions: 0, tags: 0, people: 0, ratings: 0, dates: 0, conflicts: 3 },
    examples: [],
    conflictExamples: [
      { photo, field: 'caption', sidecar: 'theirs', library: 'mine' },
      { photo, field: 'rating', sidecar: '2', library: '5' },
      { photo, field: 'date', sidecar: '2001-02-03T04:05', library: '1999-06' },
    ],
  });
});

it('shows the seconds of a date in a sidecar, and that a month is another date than its first day', async () => {
  const { add, write, plan } = library();
  const dateSource = 'sidecar a.xmp';
  const exact = add('a.jpg', { capturedAt: Date.UTC(2001, 1, 3, 4, 5, 6), dateSource }, stampOf('a.xmp'));
  const day = { capturedAt: Date.UTC(2001, 1, 1), capturedUntil: Date.UTC(2001, 1, 2), dateSource };
  const wide = add('b.jpg', day, stampOf('b.xmp'));
  const other = add('c.jpg', { capturedAt: Date.UTC(2001, 1, 3, 4, 5, 6), dateSource }, stampOf('c.xmp'));
  write(exact, { date: '2001-02-04' });
  write(other, { date: '2001-02-03T04:05:07' });
  write(wide, { date: '2001-02' });
  expect((await plan()).conflictExamples.map(({ sidecar, library }) => [sidecar, library])).toEqual([
    ['2001-02-03T04:05:06', '2001-02-04'],
    ['2001-02-01T00:00', '2001-02'],
    ['2001-02-03T04:05:06', '2001-02-03T04:05:07'],
  ]);
});

it('writes a rating or date that only the photo itself contradicts', async () => {
  const { add, write, plan } = library();
  const a = add('a.jpg', { rating: 2, capturedAt: 5000, dateSource: 'EXIF' });
  write(a, { rating: 5, date: '1999' });
  expect(await plan()).toMatchObject({ ratings: 1, dates: 1, conflicts: 0 });
});

it('shows the first eight photos and the first eight conflicts, and counts all', async () => {
  const { add, write, caption, plan } = library();
  for (let n = 0; n < 9; n++) write(add(`${n}.jpg`), { addTags: ['dog'] });
  for (let n = 0; n < 5; n++) {
    const id = add(`x${n}.jpg`, { rating: 2 }, stampOf(`x${n}.xmp`));
    caption(id, 'sidecar', 'theirs');
    write(id, { addCaptions: ['mine'], rating: 5 });
  }
  const { examples, conflictExamples, ...counts } = await plan();
  expect(counts).toMatchObject({ toWrite: 14, newSidecars: 9, conflicts: 10 });
  expect(examples.map(({ photo }) => photo)).toEqual(Array.from({ length: 8 }, (_, n) => `/photos/${n}.jpg`));
  expect(conflictExamples.map(({ photo, field }) => [photo, field])).toEqual(
    [0, 1, 2, 3].flatMap((n) => ['caption', 'rating'].map((field) => [`/photos/x${n}.jpg`, field])),
  );
});

it('plans the photos of one folder, or these photos, where that is asked for, without those that are gone', async () => {
  const { store, add, folderId, write } = library();
  const other = store.folders.add('/other', null).id;
  const [a, b, gone] = [add('a.jpg'), add('b.jpg'), add('gone.jpg')];
  for (const id of [a, b, gone]) write(id, { addTags: ['dog'] });
  store.photos.setPresent(gone, false);
  const counts = async (scope: Parameters<typeof planSidecars>[1]) => {
    const { photos, toWrite } = await planSidecars(store, scope);
    return [photos, toWrite, photosOf(store, scope)];
  };
  expect(await counts({ of: 'library' })).toEqual([2, 2, [a, b]]);
  expect(await counts({ of: 'folder', folderId })).toEqual([2, 2, [a, b]]);
  expect(await counts({ of: 'folder', folderId: other })).toEqual([0, 0, []]);
  expect(await counts({ of: 'folder', folderId: 99 as FolderId })).toEqual([0, 0, []]);
  expect(await counts({ of: 'photos', photoIds: [b, gone] })).toEqual([1, 1, [b]]);
});

it('gives all that is known as a change of a sidecar', () => {
  const known = { caption: 'mine', tags: ['dog'], people: ['Rex'], rating: 4, date: '1968' };
  expect(asChanges(known)).toEqual(known);
});
