// The library as arrays to learn from: rows of photos and texts, which text is about which photo, and tags.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { LabelNames } from './label-names.ts';
import { countNames, trainingData } from './library-data.ts';

const info = { id: 'e', name: '', description: '', imageWidth: 2, textWidth: 3, sharedWidth: 1 };

/** Photos `a` to `c` with features `[1, 10]`, `[2, 20]` and `[3, 30]`, and `d`, which has none yet. */
function library() {
  const { store, add, caption, tag } = photoLibrary();
  const photos = ['a', 'b', 'c', 'd'].map((path) => add(path)) as [PhotoId, PhotoId, PhotoId, PhotoId];
  photos.slice(0, 3).forEach((id, n) => store.features.put('photo', 'e', id, Float32Array.of(n + 1, 10 * (n + 1))));
  /** A caption with its features, three times the same number. */
  const describe = (id: PhotoId, text: string, number: number | null) => {
    caption(id, text);
    const captionId = store.texts.captionsOf(id)[0]?.id ?? expect.fail('no caption');
    if (number !== null) store.features.put('caption', 'e', captionId, new Float32Array(3).fill(number));
  };
  return { store, photos, describe, tag };
}

const rowsOf = (...numbers: readonly number[]) => Float32Array.from(numbers.flatMap((n) => [n, n, n]));

it('gives every encoded photo a row, and every encoded caption a row with its photo and words', () => {
  const { store, photos, describe } = library();
  const [a, b, c, d] = photos;
  describe(c, 'a dog', 5);
  describe(b, 'the sea', 6);
  describe(a, 'not encoded yet', null);
  describe(d, 'of a photo without features', 7);
  const data = trainingData(store, info);
  expect(data).toMatchObject({ imageWidth: 2, textWidth: 3, sharedWidth: 1, photoTags: [[], [], []] });
  expect(data.imageRows).toEqual(Float32Array.of(1, 10, 2, 20, 3, 30));
  expect([data.textRows, data.captionPhoto]).toEqual([rowsOf(5, 6), Int32Array.of(2, 1)]);
  expect(data.words?.vocabulary).toEqual(expect.arrayContaining(['dog', 'sea']));
  expect(data.words?.offsets).toHaveLength(3);
  expect(data.firstName).toBeUndefined();
});

it('appends judged pairs to the captions, without those of photos that have no features', () => {
  const { store, photos, describe } = library();
  const [a, b, , d] = photos;
  describe(b, 'the sea', 6);
  const judged = { photoIds: [a, d, b], texts: ['boat', 'hill', 'lake'], rows: rowsOf(1, 2, 3) };
  const data = trainingData(store, info, judged);
  expect([data.textRows, data.captionPhoto]).toEqual([rowsOf(6, 1, 3), Int32Array.of(1, 0, 1)]);
  expect(data.words?.vocabulary).toEqual(expect.arrayContaining(['boat', 'lake']));
  expect(data.words?.vocabulary).not.toContain('hill');
});

it('gives the tags of each photo with features where it learns from captions', () => {
  const { store, photos, tag } = library();
  const [a, , c, d] = photos;
  tag(a, 'dog');
  tag(c, 'dog', 'sea');
  tag(d, 'sea');
  const [ofA = [], ofB, ofC] = trainingData(store, info).photoTags;
  expect([ofA.length, ofB, ofC?.length]).toEqual([1, [], 2]);
  expect(ofC).toContain(ofA[0]);
});

/** Labels 0 and 1, and a text of both for the last photo. */
function labels(photos: readonly PhotoId[]): LabelNames {
  const [a = 0, b = 0, c = 0, d = 0] = photos;
  return {
    labels: [
      { names: ['dog', 'Rex'], photos: [a, b, d] },
      { names: ['sea'], photos: [b, d] },
    ],
    single: {
      texts: ['dog', 'Rex', 'sea'],
      photos: [
        [a, b, d],
        [a, b, d],
        [b, d],
      ],
      rows: rowsOf(1, 2, 3),
    },
    together: { texts: ['dog, sea'], photos: [[d, c]], rows: rowsOf(4) },
  };
}

it('appends names of labels to the other texts and says where they begin, and gives labels in place of tags', () => {
  const { store, photos, describe, tag } = library();
  const [a, b, c] = photos;
  tag(c, 'another');
  describe(a, 'at home', 9);
  const judged = { photoIds: [b], texts: ['boat'], rows: rowsOf(8) };
  const data = trainingData(store, info, judged, labels(photos));
  // The caption, the judged pair, the text of all labels, and then dog, Rex and sea with each of their photos.
  expect(data.textRows).toEqual(rowsOf(9, 8, 4, 1, 1, 2, 2, 3));
  expect(data.captionPhoto).toEqual(Int32Array.of(0, 1, 2, 0, 1, 0, 1, 1));
  expect(data).toMatchObject({ firstName: 3, photoTags: [[0], [0, 1], []] });
  expect(data.words?.offsets).toHaveLength(9);
});

it('takes 20,000 names of labels at most, from all of them alike', () => {
  const { store, photos } = library();
  const [a, b] = photos;
  const many = Array.from({ length: 40_000 }, (_, n) => (n < 20_000 ? a : b));
  const single = { texts: ['dog'], photos: [many], rows: rowsOf(1) };
  const data = trainingData(store, info, undefined, { ...labels(photos), single });
  expect(data.captionPhoto.subarray(data.firstName)).toHaveLength(20_000);
  expect(data.captionPhoto.filter((row) => row === 1)).toHaveLength(10_000);
  const label = { names: ['dog', 'Rex'], photos: many.slice(0, 4000) };
  expect([countNames([]), countNames([label, label]), countNames([label, label, label])]).toEqual([0, 16_000, 20_000]);
});

it('refuses a library without encoded photos', () => {
  const { store, add } = photoLibrary();
  add('a');
  expect(() => trainingData(store, info)).toThrow(expect.objectContaining({ code: 'nothing-indexed' }));
});
