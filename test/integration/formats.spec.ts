// Formats that a browser does not show, and versions of one photo, from the folder to the viewer.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { heic } from '../support/heic.ts';
import { albumWith, sampleAlbum, testEngine, type TestEngine } from '../support/engine.ts';
import { photoWith, xmpOf } from '../support/metadata-photo.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { tiffRaw } from '../support/raw.ts';

const kitten = readFileSync(join(sampleAlbum, 'animals/kitten-with-wool.jpg'));
const panda = readFileSync(join(sampleAlbum, 'animals/red-panda.jpg'));

const photos = (engine: TestEngine) => engine.api['photos.recent']({ limit: 100, offset: 0 });
const only = async (engine: TestEngine) => {
  const [photo, ...others] = await photos(engine);
  if (photo === undefined || others.length > 0) throw new Error(`${others.length + 1} photos instead of one`);
  return photo.photoId;
};
const sizeOf = async (file: { path: string }) => {
  const { width, height, format } = await sharp(file.path).metadata();
  return { width, height, format };
};

it('finds a HEIC and a RAW by their words, and shows them in full size, upright', async () => {
  const engine = testEngine();
  const folder = temporaryFolder();
  // A HEIC under the name of a JPEG.
  writeFileSync(join(folder, 'lake.jpg'), heic({ width: 160, height: 96, irot: 1 }));
  writeFileSync(join(folder, 'lake.txt'), 'A boat on the lake');
  const large = await sharp(kitten).resize(1200).jpeg().toBuffer();
  writeFileSync(join(folder, 'IMG_1.NEF'), tiffRaw({ previews: [large], orientation: 8 }));
  expect(await engine.index(folder)).toMatchObject({ indexed: 2, failed: 0 });
  const ids = new Map((await photos(engine)).map((photo) => [photo.path.slice(-7), photo.photoId]));
  const [lake, raw] = [ids.get('ake.jpg'), ids.get('G_1.NEF')];
  if (lake === undefined || raw === undefined) throw new Error('a photo is missing');
  const found = await engine.api['search.query'](searchQuery.parse({ text: '"boat on the lake" type:heic' }));
  expect(found.hits.map((hit) => hit.photoId)).toEqual([lake]);
  const full = await engine.api['photos.file']({ photoId: lake, variant: 'full', version: 0 });
  expect({ mime: full.mime, ...(await sizeOf(full)) }).toEqual({
    mime: 'image/jpeg',
    width: 96,
    height: 160,
    format: 'jpeg',
  });
  expect(await sizeOf(await engine.api['photos.file']({ photoId: raw, variant: 'full', version: 0 }))).toMatchObject({
    height: 1200,
  });
  expect(await sizeOf(await engine.api['photos.file']({ photoId: raw, variant: 'thumb', version: 0 }))).toMatchObject({
    height: 512,
  });
});

it('serves a RAW with a huge preview in tiles of full size, upright', async () => {
  const engine = testEngine();
  const folder = temporaryFolder();
  const preview = await sharp({ create: { width: 10_000, height: 6500, channels: 3, background: '#2050a0' } })
    .jpeg()
    .toBuffer();
  writeFileSync(join(folder, 'IMG_1.NEF'), tiffRaw({ previews: [preview], orientation: 8 }));
  expect(await engine.index(folder)).toMatchObject({ indexed: 1, failed: 0 });
  const photoId = await only(engine);
  expect(await engine.api['photos.tiles']({ photoId })).toEqual({
    ...{ width: 6500, height: 10_000, side: 1024, columns: 7, rows: 10 },
  });
  const { path, mime, part } = await engine.api['photos.tile']({ photoId, tile: 69 });
  const last = await sharp(readFileSync(path).subarray(...(part ?? []))).metadata();
  expect([mime, last.width, last.height]).toEqual(['image/jpeg', 6500 - 6 * 1024, 10_000 - 9 * 1024]);
});

it('indexes a photo that is cut short, and says so', async () => {
  const engine = testEngine();
  const folder = albumWith('animals/red-panda.jpg');
  writeFileSync(join(folder, 'cut.jpg'), kitten.subarray(0, Math.floor(kitten.length * 0.9)));
  writeFileSync(join(folder, 'empty-picture.jpg'), kitten.subarray(0, kitten.indexOf(Buffer.from([0xff, 0xda]))));
  const result = await engine.index(folder);
  expect(result).toMatchObject({ indexed: 2, failed: 1 });
  expect(result.notices?.map(({ path }) => path)).toEqual([join(folder, 'cut.jpg')]);
  expect(result.failures.map(({ path }) => path)).toEqual([join(folder, 'empty-picture.jpg')]);
});

it('indexes a photo with data of another file behind its picture, and says so once', async () => {
  const engine = testEngine();
  const folder = albumWith('animals/red-panda.jpg');
  const foreign = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24));
  writeFileSync(join(folder, 'recovered.jpg'), Buffer.concat([kitten, foreign]));
  const result = await engine.index(folder);
  expect(result).toMatchObject({ indexed: 2, failed: 0 });
  expect(result.notices).toEqual([
    {
      path: join(folder, 'recovered.jpg'),
      code: 'unreadable',
      message: expect.stringMatching(/^recovered\.jpg has 98 KiB of other data behind its picture/) as string,
    },
  ]);
  expect((await engine.index(folder)).notices ?? []).toEqual([]);
});

it('takes the still of an Ultra HDR photo: one photo, with its words, without a video or a remark', async () => {
  const engine = testEngine();
  const folder = temporaryFolder();
  const gainMap = await sharp(kitten).resize(120).grayscale().jpeg().toBuffer();
  const item = (semantic: string, length: number) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="${semantic}" Item:Length="${length}"/></rdf:li>`;
  const names = [
    'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" dc:title="Sunset in Oslo"',
    ...['container/', 'container/item/'].map(
      (path, n) => `xmlns:${n === 0 ? 'Container' : 'Item'}="http://ns.google.com/photos/1.0/${path}"`,
    ),
  ];
  const items = `<Container:Directory><rdf:Seq>${item('Primary', 0)}${item('GainMap', gainMap.length)}</rdf:Seq></Container:Directory>`;
  const still = await photoWith({ xmp: xmpOf(names.join(' '), items) });
  writeFileSync(join(folder, 'PXL_1.jpg'), Buffer.concat([still, gainMap]));
  const result = await engine.index(folder);
  expect(result).toMatchObject({ indexed: 1, failed: 0 });
  expect(result.notices ?? []).toEqual([]);
  const photoId = await only(engine);
  expect(await engine.api['photos.get']({ photoId })).toMatchObject({ versions: [] });
  const found = await engine.api['search.query'](searchQuery.parse({ text: '"Sunset in Oslo"' }));
  expect(found.hits.map((hit) => hit.photoId)).toEqual([photoId]);
  const { width, height } = await sharp(still).metadata();
  const full = await engine.api['photos.file']({ photoId, variant: 'full', version: 0 });
  expect(await sizeOf(full)).toMatchObject({ width, height });
});

it('serves the video in a motion photo as a part of its file', async () => {
  const engine = testEngine();
  const folder = temporaryFolder();
  const video = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), Buffer.alloc(90, 7)]);
  const google = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"';
  const still = await photoWith({ xmp: xmpOf(`${google} GCamera:MicroVideoOffset="${video.length}"`) });
  const file = join(folder, 'MVIMG_1.jpg');
  writeFileSync(file, Buffer.concat([still, video]));
  await engine.index(folder);
  const photoId = await only(engine);
  expect(await engine.api['photos.get']({ photoId })).toMatchObject({
    isVideo: false,
    versions: [{ number: 1, name: 'Video', isVideo: true }],
  });
  const part = [still.length, still.length + video.length];
  expect(await engine.api['photos.file']({ photoId, variant: 'full', version: 1 })).toEqual({
    ...{ path: file, mime: 'video/mp4', part },
  });
  await expect(engine.api['photos.file']({ photoId, variant: 'full', version: 2 })).rejects.toThrow('no version 2');
});

it('keeps a RAW and its JPEG as one photo, with either of them or both', async () => {
  const engine = testEngine();
  const folder = temporaryFolder();
  const raw = join(folder, 'IMG_1.CR2');
  const developed = join(folder, 'IMG_1.JPG');
  writeFileSync(raw, tiffRaw({ previews: [panda] }));
  await engine.index(folder);
  const id = await only(engine);

  writeFileSync(developed, kitten);
  expect(await engine.index(folder)).toMatchObject({ indexed: 1, skippedReasons: { version: 1 } });
  expect(await only(engine)).toBe(id);
  expect(await engine.api['photos.get']({ photoId: id })).toMatchObject({
    path: developed,
    format: 'jpeg',
    versions: [{ number: 1, name: 'IMG_1.CR2', isVideo: false }],
  });
  const version = await engine.api['photos.file']({ photoId: id, variant: 'full', version: 1 });
  expect(await sizeOf(version)).toEqual({ ...(await sizeOf({ path: join(sampleAlbum, 'animals/red-panda.jpg') })) });

  rmSync(developed);
  await engine.index(folder);
  expect(await only(engine)).toBe(id);
  expect(await engine.api['photos.get']({ photoId: id })).toMatchObject({ path: raw, format: 'raw', versions: [] });

  // Both are moved at once.
  writeFileSync(developed, kitten);
  await engine.index(folder);
  renameSync(raw, join(folder, 'Rome.CR2'));
  renameSync(developed, join(folder, 'Rome.JPG'));
  await engine.index(folder);
  expect(await only(engine)).toBe(id);
  await expect(engine.api['photos.file']({ photoId: id, variant: 'full', version: 2 })).rejects.toThrow('no version 2');
});
