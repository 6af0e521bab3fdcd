// Versions of one photo among the files of a folder.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import { box, movieHeader } from '../../../../test/support/quicktime.ts';
import { scanFolder } from './scan.ts';
import { doubtfulCopies, versionsOf } from './versions.ts';

const uuid = '0A1B2C3D-0000-4000-8000-0123456789AB';
const pixel = 'PXL_20210101_120000000';
const yes = () => true;

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
  ['an edited photo and its RAW alone', ['IMG_1234.DNG', 'IMG_E1234.JPG'], { 'IMG_E1234.JPG': ['IMG_1234.DNG'] }],
  ['a Live Photo from iCloud', ['IMG_7.HEIC', 'IMG_7_HEVC.MOV'], { 'IMG_7.HEIC': ['IMG_7_HEVC.MOV'] }],
  [
    'a Live Photo and a RAW in a library of Apple',
    [`${uuid}.heic`, `${uuid}_3.mov`, `${uuid}_4.dng`],
    { [`${uuid}.heic`]: [`${uuid}_4.dng`, `${uuid}_3.mov`] },
  ],
  [
    'a portrait of a Pixel and its original',
    ['PXL_1.PORTRAIT-02.ORIGINAL.jpg', 'PXL_1.PORTRAIT-01.COVER.jpg', 'PXL_1.PORTRAIT-01.COVER-edited.jpg'],
    { 'PXL_1.PORTRAIT-01.COVER-edited.jpg': ['PXL_1.PORTRAIT-01.COVER.jpg', 'PXL_1.PORTRAIT-02.ORIGINAL.jpg'] },
  ],
  [
    'a long exposure of a Pixel',
    ['PXL_1.LONG_EXPOSURE-01.COVER.jpg', 'PXL_1.LONG_EXPOSURE-02.ORIGINAL.jpg'],
    { 'PXL_1.LONG_EXPOSURE-01.COVER.jpg': ['PXL_1.LONG_EXPOSURE-02.ORIGINAL.jpg'] },
  ],
  [
    'a portrait without numbers',
    ['IMG_1.PORTRAIT-COVER.jpg', 'IMG_1.PORTRAIT.ORIGINAL.jpg'],
    { 'IMG_1.PORTRAIT-COVER.jpg': ['IMG_1.PORTRAIT.ORIGINAL.jpg'] },
  ],
  [
    'a RAW with motion',
    [`${pixel}.RAW-01.MP.COVER.jpg`, `${pixel}.RAW-02.ORIGINAL.dng`, `${pixel}.MP`],
    { [`${pixel}.RAW-01.MP.COVER.jpg`]: [`${pixel}.RAW-02.ORIGINAL.dng`, `${pixel}.MP`] },
  ],
  ['a motion photo and its video', [`${pixel}.MP.jpg`, `${pixel}.MP`], { [`${pixel}.MP.jpg`]: [`${pixel}.MP`] }],
  ['a motion photo and its MP4', [`${pixel}.MP.jpg`, `${pixel}.mp4`], { [`${pixel}.MP.jpg`]: [`${pixel}.mp4`] }],
  [
    'motion photos and their videos without an extension',
    ['MVIMG_20180101_120000.jpg', 'MVIMG_20180101_120000', `${pixel}.MP~2.jpg`, `${pixel}.MP~2`],
    {
      'MVIMG_20180101_120000.jpg': ['MVIMG_20180101_120000'],
      [`${pixel}.MP~2.jpg`]: [`${pixel}.MP~2`],
    },
  ],
  [
    'motion photos of one name',
    ['MVIMG_20180101_120000(1).jpg', 'MVIMG_20180101_120000(1)', 'MVIMG_20180101_120000', 'IMG_20180101_120000'],
    { 'MVIMG_20180101_120000(1).jpg': ['MVIMG_20180101_120000(1)'] },
  ],
  [
    'an older motion photo',
    ['MVIMG_20180101_120000.jpg', 'MVIMG_20180101_120000.mp4'],
    { 'MVIMG_20180101_120000.jpg': ['MVIMG_20180101_120000.mp4'] },
  ],
  [
    'a portrait of an older camera of Google',
    ['00000PORTRAIT_00000_BURST20190203123456789.jpg', '00100lPORTRAIT_00100_BURST20190203123456789_COVER.jpg'],
    {
      '00100lPORTRAIT_00100_BURST20190203123456789_COVER.jpg': ['00000PORTRAIT_00000_BURST20190203123456789.jpg'],
    },
  ],
  ['an edited copy of Google', ['a.HEIC', 'a-edited.jpg'], { 'a-edited.jpg': ['a.HEIC'] }],
  [
    'an edited copy with its counter',
    ['a.jpg', 'a(1).jpg', 'a-bearbeitet(1).jpg'],
    { 'a-bearbeitet(1).jpg': ['a(1).jpg'] },
  ],
  ['an edited copy in Vietnamese', ['a.jpg', 'a-đã chỉnh sửa.jpg'], { 'a-đã chỉnh sửa.jpg': ['a.jpg'] }],
  [
    'an edited copy of an edited Live Photo',
    ['a.HEIC', 'a.MOV', 'a-edited.jpg', 'a-edited-edited.jpg'],
    { 'a-edited-edited.jpg': ['a-edited.jpg', 'a.HEIC', 'a.MOV'] },
  ],
  ['an edited copy beside two photos of its name', ['a.heic', 'a.png', 'a-edited.jpg'], {}],
  ['one of two edited copies', ['a.jpg', 'a-edited.jpg', 'a-modifié.jpg'], { 'a-edited.jpg': ['a.jpg'] }],
  ['what Google makes of photos', ['a.jpg', 'a-MIX.jpg', 'a-EFFECTS.jpg', 'a-SMILE.jpg'], {}],
  ['a word behind a name', ['a.jpg', 'a-summer.jpg', '-edited.jpg', '.jpg'], {}],
  ['a second photo of one name', ['IMG_1234.HEIC', 'IMG_1234(1).JPG', 'IMG_1234 (2).JPG', 'IMG_1234_1.JPG'], {}],
  [
    'photos of a burst',
    ['00000IMG_00000_BURST20190203123456789_COVER.jpg', '00001IMG_00001_BURST20190203123456789.jpg'],
    {},
  ],
  [
    'two portraits without a cover',
    ['00000PORTRAIT_00000_BURST20190203123456789.jpg', '00001PORTRAIT_00001_BURST20190203123456789.jpg'],
    {},
  ],
  ['a cover and an original of two modes', ['PXL_1.NIGHT-01.COVER.jpg', 'PXL_1.PORTRAIT-02.ORIGINAL.jpg'], {}],
  ['a photo and a film of one second', ['IMG_20180101_120000.jpg', 'IMG_20180101_120000.mp4'], {}],
  ['a number behind a name', ['IMG_7.HEIC', 'IMG_7_3.mov', 'IMG_7.JPG', 'b_HEVC.MOV', 'b.jpg'], {}],
  ['a video of another name for a photo of it', ['beach.jpg', 'beach.mp4'], {}],
  ['photos that share a name in two formats are two photos', ['1.jpg', '1.png'], {}],
  ['a video beside a PNG', ['a.png', 'a.mov'], {}],
  ['a number that only looks edited', ['IMG_E1234.JPG', 'IMG_E12345.JPG', 'IMG_12345.JPG'], {}],
])('%s', (_, names, expected) => {
  const photos = names.filter((name) => !/\.(mov|mp4|mp(~\d)?)$/i.test(name) && name.includes('.'));
  expect(Object.fromEntries(versionsOf(photos, names, yes))).toEqual(expected);
});

it('an edited video comes before its original where videos are indexed', () => {
  const names = ['IMG_1234.MOV', 'IMG_E1234.MOV', 'b.mp4', 'b-edited.mp4', 'c.jpg', 'c-edited.mp4'];
  expect(Object.fromEntries(versionsOf(names, names, yes))).toEqual({
    'IMG_E1234.MOV': ['IMG_1234.MOV'],
    'b-edited.mp4': ['b.mp4'],
  });
});

it.each(['jpg', 'jpeg', 'jpe', 'heic', 'heif', 'hif', 'jxl', 'avif', 'tif', 'tiff', 'png', 'webp'])(
  'a RAW belongs to a developed photo that ends in .%s',
  (ending) => {
    const names = ['a.nef', `a.${ending}`];
    expect(Object.fromEntries(versionsOf(names, names, yes))).toEqual({ [`a.${ending}`]: ['a.nef'] });
  },
);

it.each(['jpg', 'jpeg', 'heic', 'heif'])('a video belongs to a still that ends in .%s', (ending) => {
  const names = [`a.${ending}`, 'a.mov'];
  expect(Object.fromEntries(versionsOf([`a.${ending}`], names, yes))).toEqual({ [`a.${ending}`]: ['a.mov'] });
});

/** Header of a movie of this many seconds, behind `bytes` bytes of pictures. */
async function movieFile(file: string, seconds: number, bytes: number, version: 0 | 1 = 0): Promise<void> {
  const header = movieHeader(null, version);
  header.writeUInt32BE(seconds * 600, version === 0 ? 24 : 36);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + bytes);
  head.write('mdat', 4, 'latin1');
  await using handle = await open(file, 'w');
  await handle.write(Buffer.concat([box('ftyp', 'qt  ', Buffer.alloc(4)), head]));
  await handle.write(box('moov', header), 0, null, 24 + bytes);
}

it('a recording that has the name of a photo is a photo of its own, and the video of a Live Photo is not', async () => {
  const root = await folderOf({
    'IMG_1.HEIC': 'x',
    'IMG_2.HEIC': 'x',
    'IMG_0003.JPG': 'x',
    'IMG_4.jpg': 'x',
    'IMG_5.JPG': 'x',
  });
  const large = 7 * 1024 * 1024;
  await movieFile(path.join(root, 'IMG_1.MOV'), 3, large);
  await movieFile(path.join(root, 'IMG_2.MOV'), 90, large);
  await movieFile(path.join(root, 'IMG_0003.MP4'), 90, large, 1);
  await movieFile(path.join(root, 'IMG_4.mov'), 3, 1000);
  await (await open(path.join(root, 'IMG_5.MOV'), 'w')).close();
  const withVideos = await scanFolder(root, { videos: true });
  expect(Object.fromEntries(withVideos.photos.map((photo) => [photo.path, photo.versions]))).toEqual({
    'IMG_1.HEIC': ['IMG_1.MOV'],
    'IMG_2.HEIC': [],
    'IMG_2.MOV': [],
    'IMG_0003.JPG': [],
    'IMG_0003.MP4': [],
    'IMG_4.jpg': ['IMG_4.mov'],
    'IMG_5.JPG': ['IMG_5.MOV'],
  });
  expect((await scanFolder(root)).skipped).toEqual([
    { path: 'IMG_0003.MP4', reason: 'video' },
    { path: 'IMG_1.MOV', reason: 'version' },
    { path: 'IMG_2.MOV', reason: 'video' },
    { path: 'IMG_4.mov', reason: 'version' },
    { path: 'IMG_5.MOV', reason: 'version' },
  ]);
});

it('small copies of videos that action cameras write belong to the videos', async () => {
  const files = [
    ...['GX010123.MP4', 'GL010123.LRV', 'GOPR0124.MP4', 'GOPR0124.LRV', 'GL010999.LRV', 'dive.lrv'],
    ...['VID_20190821_183005_00_007.insv', 'LRV_20190821_183005_11_007.insv', 'LRV_20190821_183006_11_008.insv'],
  ];
  const root = await folderOf(Object.fromEntries(files.map((name) => [name, 'x'])));
  const { photos } = await scanFolder(root, { videos: true });
  expect(Object.fromEntries(photos.map(({ path: name, versions }) => [name, versions]))).toEqual({
    'GX010123.MP4': ['GL010123.LRV'],
    'GOPR0124.MP4': ['GOPR0124.LRV'],
    'GL010999.LRV': [],
    'dive.lrv': [],
    'VID_20190821_183005_00_007.insv': ['LRV_20190821_183005_11_007.insv'],
    'LRV_20190821_183006_11_008.insv': [],
  });
});

it('names that only hold those of an iPhone are no versions', () => {
  const photos = ['MY_IMG_E1234.JPG', 'MY_IMG_1234.JPG', 'IMG_12345.HEIC', 'my img_1234.heic', 'a.raw-01.cover.b.jpg'];
  const names = [...photos, 'IMG_12345.MP4', 'my img_1234.mp4', 'a.b.jpg'];
  expect(Object.fromEntries(versionsOf([...photos, 'a.b.jpg'], names, yes))).toEqual({});
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

it('an edited copy by its name is one where its EXIF has the time of the original, or only one of them has a time', async () => {
  const at = (time: string) => `\u00ff\u00d8 Exif 2020:01:01 12:00:${time}`;
  const root = await folderOf({
    'same.jpg': `${at('00')} 2021:01:01 12:00:00`,
    'same-edited.jpg': `${at('00')} 2022:01:01 12:00:00`,
    'stripped.jpg': at('00'),
    'stripped-edited.jpg': 'x',
    'other.jpg': at('00'),
    'other-edited.jpg': at('01'),
    'none.jpg': 'x',
    'none-edited.jpg': 'y',
    'none.dng': 'x',
    'none-edited-edited.jpg': at('00'),
    'IMG_1234.jpg': 'x',
    'IMG_E1234.jpg': 'y',
    'raw.dng': 'x',
    'raw-edited.jpg': 'y',
  });
  const { photos } = await scanFolder(root);
  expect(Object.fromEntries(photos.map(({ path, versions }) => [path, versions]))).toEqual({
    'same-edited.jpg': ['same.jpg'],
    'stripped-edited.jpg': ['stripped.jpg'],
    'other.jpg': [],
    'other-edited.jpg': [],
    'none.jpg': ['none.dng'],
    'none-edited-edited.jpg': ['none-edited.jpg'],
    'IMG_E1234.jpg': ['IMG_1234.jpg'],
    'raw-edited.jpg': ['raw.dng'],
  });
});

it('photos of which the times must be known are copies by their names, with their originals', () => {
  const names = [
    'a.jpg',
    'a-edited.jpg',
    'a.dng',
    'b-edited.jpg',
    'IMG_1234.jpg',
    'IMG_E1234.jpg',
    'c.mp4',
    'c-edited.mp4',
  ];
  const portrait = ['PXL_1.PORTRAIT-01.COVER.jpg', 'PXL_1.PORTRAIT-01.COVER-edited.jpg'];
  expect(doubtfulCopies([...names, ...portrait]).sort()).toEqual([...portrait, 'a-edited.jpg', 'a.jpg'].sort());
});
