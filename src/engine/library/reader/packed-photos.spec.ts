import { expect, it } from 'vitest';
import { packPhotos, unpackPhotos } from './packed-photos.ts';

it('gives back every photo as it was packed', () => {
  const plain = { link: false, sidecars: [], sidecarStamp: '', versions: [] };
  const photos = [
    { path: 'a.jpg', size: 1, mtimeMs: 1.5, ctimeMs: 2.25, ...plain },
    { path: 'été/🐕.jpg', size: 2 ** 40, mtimeMs: -1, ctimeMs: 0, ...plain, link: true },
    { path: 'c.jpg', size: 3, mtimeMs: 3, ctimeMs: 3, ...plain, sidecars: ['c.xmp'], sidecarStamp: 'c.xmp 1 2 3' },
    { path: 'd.jpg', size: 4, mtimeMs: 4, ctimeMs: 4, ...plain, versions: ['d.dng'], sidecarStamp: 'd.dng 1 2 3' },
    { path: 'e.jpg', size: 5, mtimeMs: 5, ctimeMs: 5, ...plain, sidecars: ['e.xmp'] },
    { path: 'f.jpg', size: 6, mtimeMs: 6, ctimeMs: 6, ...plain, versions: ['f.dng'] },
    { path: 'g.jpg', size: 7, mtimeMs: 7, ctimeMs: 7, ...plain, sidecarStamp: 'g.xmp 1 2 3' },
  ];
  expect(unpackPhotos(structuredClone(packPhotos(photos)))).toEqual(photos);
  expect(unpackPhotos(structuredClone(packPhotos([])))).toEqual([]);
});

it('sends nothing more of a photo that has no sidecar and no version, and is no link', () => {
  const photo = { ...{ path: 'a.jpg', size: 1, mtimeMs: 1, ctimeMs: 1, link: false }, sidecarStamp: '', versions: [] };
  const packed = packPhotos([
    { ...photo, sidecars: [] },
    { ...photo, path: 'b.jpg', sidecars: ['b.xmp'] },
  ]);
  expect([...packed.belongings.keys()]).toEqual([1]);
});
