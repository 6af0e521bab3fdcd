// Versions of one photo among the files of a folder.
import { expect, it } from 'vitest';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import { scanFolder } from './scan.ts';
import { versionsOf } from './versions.ts';

it.each([
  ['a RAW and its JPEG', ['IMG_1.CR2', 'IMG_1.JPG'], { 'IMG_1.JPG': ['IMG_1.CR2'] }],
  ['in any case of letters', ['a.dng', 'A.heic'], { 'A.heic': ['a.dng'] }],
  ['two RAW files of one photo', ['a.cr2', 'a.dng'], { 'a.cr2': ['a.dng'] }],
  ['an edited photo of an iPhone', ['IMG_1234.HEIC', 'IMG_E1234.HEIC'], { 'IMG_E1234.HEIC': ['IMG_1234.HEIC'] }],
  [
    'an edited photo, its RAW and videos',
    ['IMG_1234.DNG', 'IMG_1234.JPG', 'IMG_1234.MOV', 'IMG_E1234.JPG', 'IMG_E1234.MOV'],
    { 'IMG_E1234.JPG': ['IMG_E1234.MOV', 'IMG_1234.JPG', 'IMG_1234.DNG', 'IMG_1234.MOV'] },
  ],
  ['a Live Photo', ['IMG_7.HEIC', 'IMG_7.MOV'], { 'IMG_7.HEIC': ['IMG_7.MOV'] }],
  [
    'a photo of a Pixel with its RAW',
    ['PXL_1.RAW-01.COVER.jpg', 'PXL_1.RAW-02.ORIGINAL.dng'],
    { 'PXL_1.RAW-01.COVER.jpg': ['PXL_1.RAW-02.ORIGINAL.dng'] },
  ],
  ['a Live Photo as Google hands it out', ['IMG_1234.HEIC', 'IMG_1234.MP4'], { 'IMG_1234.HEIC': ['IMG_1234.MP4'] }],
  ['a video of another name for a photo of it', ['beach.jpg', 'beach.mp4'], {}],
  ['photos that share a name in two formats are two photos', ['1.jpg', '1.png'], {}],
  ['a video beside a PNG', ['a.png', 'a.mov'], {}],
  ['a number that only looks edited', ['IMG_E1234.JPG', 'IMG_E12345.JPG', 'IMG_12345.JPG'], {}],
])('%s', (_, names, expected) => {
  const photos = names.filter((name) => !/\.(mov|mp4)$/i.test(name));
  expect(Object.fromEntries(versionsOf(photos, names))).toEqual(expected);
});

it.each(['jpg', 'jpeg', 'jpe', 'heic', 'heif', 'hif', 'jxl', 'avif', 'tif', 'tiff', 'png', 'webp'])(
  'a RAW belongs to a developed photo that ends in .%s',
  (ending) => {
    const names = ['a.nef', `a.${ending}`];
    expect(Object.fromEntries(versionsOf(names, names))).toEqual({ [`a.${ending}`]: ['a.nef'] });
  },
);

it.each(['jpg', 'jpeg', 'heic', 'heif'])('a video belongs to a still that ends in .%s', (ending) => {
  const names = [`a.${ending}`, 'a.mov'];
  expect(Object.fromEntries(versionsOf([`a.${ending}`], names))).toEqual({ [`a.${ending}`]: ['a.mov'] });
});

it('names that only hold those of an iPhone are no versions', () => {
  const photos = ['MY_IMG_E1234.JPG', 'MY_IMG_1234.JPG', 'IMG_12345.HEIC', 'my img_1234.heic', 'a.raw-01.cover.b.jpg'];
  const names = [...photos, 'IMG_12345.MP4', 'my img_1234.mp4', 'a.b.jpg'];
  expect(Object.fromEntries(versionsOf([...photos, 'a.b.jpg'], names))).toEqual({});
});

it('a photo with versions is listed once, with the sidecars of all', async () => {
  const root = await folderOf({
    'IMG_1.JPG': 'x',
    'IMG_1.CR2': 'x',
    'IMG_1.CR2.xmp': 'x',
    'IMG_1.JPG.xmp': 'x',
    'b.jpg': 'x',
  });
  const scan = await scanFolder(root);
  expect(scan.photos.map((photo) => [photo.path, photo.versions, photo.sidecars])).toEqual([
    ['IMG_1.JPG', ['IMG_1.CR2'], ['IMG_1.JPG.xmp', 'IMG_1.CR2.xmp']],
    ['b.jpg', [], []],
  ]);
  expect(scan.photos[0]?.sidecarStamp).toContain('IMG_1.CR2 1 ');
  expect(scan.skipped).toContainEqual({ path: 'IMG_1.CR2', reason: 'version' });
});
