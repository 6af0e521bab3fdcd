import { join, parse, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { isBelow } from './below.ts';

const album = resolve('/photos/album');

it.each([
  [join(album, 'a.jpg'), album, true],
  [join(album, 'in/deep/a.jpg'), album, true],
  [album, album, false],
  // A name with the folder's as a prefix.
  [`${album}-2`, album, false],
  [resolve('/photos'), album, false],
  [album, parse(album).root, true],
])('of %s and %s is %s', (path, folder, below) => {
  expect(isBelow(path, folder)).toBe(below);
});
