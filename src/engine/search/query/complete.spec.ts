import type { FolderId } from '../../../shared/contract/ids.ts';
import { describe, expect, it } from 'vitest';
import { favouriteTag } from '../../../shared/contract/edits.ts';
import type { FacetLists } from '../../store/facets.ts';
import { complete, completeTag } from './complete.ts';
import { isTag, isTagPath, namePart } from './cached-facets.ts';

const facets: FacetLists = {
  tags: [
    { id: 1, name: 'beach', photos: 9 },
    { id: 2, name: favouriteTag, photos: 8 },
    { id: 3, name: 'Sea at night', photos: 2 },
  ],
  tagPaths: [{ name: 'Places/Seaside', photos: 5 }],
  cameras: [{ name: 'Nikon Z 6', photos: 3 }],
  places: [
    { name: 'Rome, Italy', photos: 2 },
    { name: 'Pisa, Italy', photos: 2 },
  ],
  formats: [{ name: 'jpeg', photos: 4 }],
  people: [{ name: 'Anna', photos: 1 }],
  albums: [],
  directories: [
    { folderId: 1 as FolderId, folderPath: '/home/me/Pictures', directory: 'Italy/', photos: 2 },
    { folderId: 1 as FolderId, folderPath: '/home/me/Pictures', directory: '', photos: 3 },
  ],
};
const at = (text: string, cursor = text.length, limit = 20) => complete(text, cursor, limit, () => facets);
const texts = (...typed: Parameters<typeof at>) => at(...typed).items.map((item) => item.text);

describe('complete', () => {
  it.each([
    ['person:', ['person:Anna']],
    ['camera:z', ['camera:"Nikon Z 6"']],
    ['type:', ['type:jpeg']],
    ['orientation:p', ['orientation:portrait']],
    ['on:', ['on:today', 'on:yesterday']],
    ['rating:', ['rating:5', 'rating:>=4', 'rating:>=3', 'rating:>=2', 'rating:>=1']],
    ['has:te', ['has:text']],
    ['tag:sea', ['tag:"Sea at night"', 'tag:Places/Seaside']],
    ['folder:', ['folder:Pictures', 'folder:Italy']],
    ['place:', ['place:Italy', 'place:Pisa', 'place:Rome']],
    ['width:', []],
    ['after:2', []],
    ['colour:', []],
  ])('offers the values of %s', (text, items) => {
    expect(texts(text)).toEqual(items);
  });

  it('keeps the plus of a filter, and writes a tag for a word without it', () => {
    expect(texts('+tag:bea')).toEqual(['+tag:beach']);
    expect(texts('+bea')).toEqual(['tag:beach']);
    expect(texts('+be')).toEqual(['+before:', 'tag:beach']);
  });

  it('offers nothing between words, behind a phrase and beyond the text', () => {
    expect(at('dog ', 4)).toEqual({ from: 4, to: 4, items: [] });
    expect(at('', 5)).toEqual({ from: 0, to: 0, items: [] });
    expect(texts('"a dog"')).toEqual([]);
  });

  it('goes as far as its limit', () => {
    expect(texts('rating:', 7, 2)).toEqual(['rating:5', 'rating:>=4']);
    expect(texts('be', 2, 1)).toEqual(['before:']);
  });

  it('adds the photos of folders of one name', () => {
    expect(at('folder:pic').items).toEqual([{ text: 'folder:Pictures', kind: 'value', photos: 5 }]);
  });
});

it('completeTag has the most used first, without the mark of favourites', () => {
  expect(completeTag('', 10, facets).map(({ name }) => name)).toEqual(['beach', 'Places/Seaside', 'Sea at night']);
  expect(completeTag('se', 1, facets)).toEqual([{ name: 'Places/Seaside', photos: 5 }]);
});

it('namePart finds words where a word of the name begins', () => {
  expect(namePart('Summer in Italy', 'italy')).toBe(true);
  expect(namePart('Party art', 'art')).toBe(true);
  expect(namePart('Party', 'art')).toBe(false);
  expect(namePart('a-b', '-b')).toBe(true);
});

it('isTagPath means a tag with steps and those below it', () => {
  expect(isTagPath('Family/Rex', 'family/rex')).toBe(true);
  expect(isTagPath('Family/Rex/Puppy', 'family/rex')).toBe(true);
  expect(isTagPath('Family/Rexona', 'family/rex')).toBe(false);
  expect(isTagPath('Family', 'family')).toBe(false);
});

it('isTag leaves the ending open with a star alone', () => {
  expect(isTag('Beach', 'beach')).toBe(true);
  expect(isTag('Beaches', 'beach')).toBe(false);
  expect(isTag('Beaches', 'beach*')).toBe(true);
});
