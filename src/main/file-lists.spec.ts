// Names and lists of files for other programs.
import { expect, it } from 'vitest';
import { firstOfEachFolder, hasPhotoName, typeOf, uriList } from './file-lists.ts';

it('distinguishes names of photos and videos from names that a desktop would run', () => {
  const names = ['a.JPG', 'b.heic', 'c.mov', 'd.desktop', 'e.exe', 'f.jpg.sh', 'g', 'h.svg', 'i.html', 'jpg'];
  expect(names.filter(hasPhotoName)).toEqual(['a.JPG', 'b.heic', 'c.mov']);
});

it('knows types by the endings of names', () => {
  expect(['/a/B.JPG', 'x.heic', 'x.nef', 'x.mov', 'x.sh', 'x.constructor', 'jpg'].map(typeOf)).toEqual([
    ...['image/jpeg', 'image/heif', 'image/x-nikon-nef', 'video/quicktime', null, null, null],
  ]);
});

it('ends each address of a list of files with a line break', () => {
  expect(uriList(['file:///a%20b.jpg', 'file:///c.jpg'])).toBe('file:///a%20b.jpg\r\nfile:///c.jpg\r\n');
});

it('takes the first file of each folder', () => {
  expect(firstOfEachFolder(['/a/2.jpg', '/b/1.jpg', '/a/1.jpg', '/a/c/1.jpg'])).toEqual([
    ...['/a/2.jpg', '/b/1.jpg', '/a/c/1.jpg'],
  ]);
});
