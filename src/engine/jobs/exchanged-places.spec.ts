import { describe, expect, it } from 'vitest';
import { exchangedPlaces } from './exchanged-places.ts';

/** `path:stamp`: a photo or a file of that size and time. */
const list = (text: string) =>
  text.split(' ').map((item) => {
    const [path = '', stamp = ''] = item.split(':');
    return { path, size: Number(stamp), mtimeMs: 1000 + Number(stamp) };
  });

const folder = (name: string, known: string, files: string, isMissing = (_path: string) => true) => ({
  ...{ folder: name, isMissing, files: list(files), known: new Map(list(known).map((photo) => [photo.path, photo])) },
});

const moves = (known: string, files: string, isMissing?: (path: string) => boolean) =>
  exchangedPlaces([folder('', known, files, isMissing)])
    .map(({ photo, path }) => `${photo.path}>${path}`)
    .sort()
    .join(' ');

describe('photos follow their files', () => {
  it.each([
    ['two names were swapped', 'a:1 b:2', 'a:2 b:1', 'a>b b>a'],
    ['three went round', 'a:1 b:2 c:3', 'a:3 b:1 c:2', 'a>b b>c c>a'],
    ['two folders were swapped', 'x/1:1 x/2:2 y/1:3', 'x/1:3 y/1:1 y/2:2', 'x/1>y/1 y/1>x/1'],
    ['one made room for another', 'a:1 b:2', 'a:2 c:1', 'a>c b>a'],
  ])('where %s', (_, known, files, expected) => expect(moves(known, files)).toBe(expected));

  it.each([
    ['nothing has changed', 'a:1 b:2', 'a:1 b:2'],
    ['a file was edited', 'a:1 b:2', 'a:9 b:2'],
    ['a file was edited and its old form kept beside it', 'a:1', 'a:9 a-old:1'],
    ['one was written over another', 'a:1 b:2', 'a:2'],
    ['one was only renamed', 'a:1 b:2', 'c:1 b:2'],
    ['sizes and times do not tell them apart', 'a:1 b:1 c:2', 'a:2 b:2 c:1'],
  ])('and stay where they are where %s', (_, known, files) => expect(moves(known, files)).toBe(''));

  it('not where nobody knows whether a file is still there', () => {
    expect(moves('a:1 b:2', 'a:2 c:1', () => false)).toBe('');
  });
});

describe('between folders of the library', () => {
  const movesBetween = (...folders: readonly ReturnType<typeof folder>[]) =>
    exchangedPlaces(folders)
      .map(({ photo, from, to, path }) => `${from}/${photo.path}>${to}/${path}`)
      .sort();

  it('photos follow files whose folders have exchanged names', () => {
    expect(movesBetween(folder('A', '1:1 2:2', '1:3'), folder('B', '1:3', '1:1 2:2'))).toEqual(['A/1>B/1', 'B/1>A/1']);
  });

  it('photos stay where files of the same names, sizes and times are in both', () => {
    expect(movesBetween(folder('A', '1:1', '1:3'), folder('B', '1:3 2:1', '1:1 2:3'))).toEqual([]);
  });
});
