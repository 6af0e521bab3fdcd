import { describe, expect, it } from 'vitest';
import { exchangedPlaces } from './exchanged-places.ts';

/** `path:stamp`: a photo or a file of that size and time. */
const list = (text: string) =>
  text.split(' ').map((item) => {
    const [path = '', stamp = ''] = item.split(':');
    return { path, size: Number(stamp), mtimeMs: 1000 + Number(stamp) };
  });

const moves = (known: string, files: string, isGone = (_path: string) => true) =>
  exchangedPlaces(new Map(list(known).map((photo) => [photo.path, photo])), list(files), isGone)
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
