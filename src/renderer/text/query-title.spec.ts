// Headings of searches by words and examples.
import { expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { queryOf, type Example } from '../state/shown-query.ts';
import { titleOf } from './query-title.ts';

const photo = (n: number, weight: number): Example => ({
  source: { kind: 'photo', photoId: photoId(n), name: `${n}.jpg` },
  weight,
});
const image: Example['source'] = { kind: 'image', image: new Uint8Array([1]), preview: 'blob:1', name: 'a.png' };

it('names an album without the grammar, unless more is asked for', () => {
  expect(titleOf(queryOf('album:"Best of"', []))).toBe('Best of');
  for (const text of ['album:"Best of" dog', '-album:Rome', 'album:Rome,Paris', 'album:Rome tag:dog'])
    expect(titleOf(queryOf(text, []))).toBe(`“${text}”`);
});

it('names words, and counts positive and negative examples', () => {
  expect(titleOf(queryOf('dog', []))).toBe('“dog”');
  expect(titleOf(queryOf('dog', [photo(1, 1), photo(2, 2), photo(3, -1)]))).toBe(
    '“dog”, like 2 photos, unlike 1 photo',
  );
  expect(titleOf(queryOf('', [photo(1, -1)]))).toBe('Unlike 1 photo');
  expect(
    titleOf(
      queryOf(
        '',
        [image, { ...image, preview: 'blob:2' }].map((source) => ({ source, weight: 1 })),
      ),
    ),
  ).toBe('Like 2 images');
});
