// Films inside photos, as Google's and Samsung's phones write them, made byte by byte.
import { describe, expect, it } from 'vitest';
import { heic } from '../../../../test/support/heic.ts';
import { photoWith, xmpOf } from '../../../../test/support/metadata-photo.ts';
import { filmIn } from './motion.ts';

const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), Buffer.alloc(500, 7)]);

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** What is behind a photo of a Samsung phone: the film under its name, and the directory. */
function samsungTail(): Buffer {
  const name = Buffer.from('MotionPhoto_Data');
  const entry = Buffer.concat([Buffer.from([0, 0, 0x30, 0x0a]), u32(name.length), name, film]);
  const directory = Buffer.concat([
    ...[Buffer.from('SEFH'), u32(106), u32(1)],
    ...[Buffer.from([0, 0, 0x30, 0x0a]), u32(entry.length), u32(entry.length)],
  ]);
  return Buffer.concat([entry, directory, u32(directory.length), Buffer.from('SEFT')]);
}

const container = (padding: number, length: number): string =>
  `<Container:Directory xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"><rdf:Seq>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0" Item:Padding="${padding}"/></rdf:li>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="GainMap" Item:Length="40"/></rdf:li>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="${length}" Item:Padding="0"/></rdf:li>
</rdf:Seq></Container:Directory>`;

const micro = (offset: number) =>
  xmpOf(
    `xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" GCamera:MicroVideoOffset="${offset}"`,
  );

const found = async (bytes: Buffer): Promise<Buffer | null> => {
  const part = await filmIn(bytes.length, (at, length) => Promise.resolve(bytes.subarray(at, at + length)));
  return part === null ? null : bytes.subarray(...part);
};

describe('the film in a photo', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['MicroVideo', async () => Buffer.concat([await photoWith({ xmp: micro(film.length) }), film])],
    [
      'MotionPhoto, behind a gain map',
      async () =>
        Buffer.concat([await photoWith({ xmp: xmpOf('', container(8, film.length)) }), Buffer.alloc(48), film]),
    ],
    ['Samsung', async () => Buffer.concat([await photoWith({}), samsungTail()])],
    [
      'HEIC',
      () => {
        const head = Buffer.from('\0\0\0\0mpvd', 'latin1');
        head.writeUInt32BE(head.length + film.length);
        return Promise.resolve(Buffer.concat([heic(), head, film]));
      },
    ],
  ])('of %s is found', async (_, photo) => {
    expect(await found(await photo())).toEqual(film);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['a photo without one', () => photoWith({ xmp: xmpOf('dc:title="MotionPhoto"') })],
    [
      'a length that leads elsewhere',
      async () => Buffer.concat([await photoWith({ xmp: micro(film.length - 3) }), film]),
    ],
    ['a length beyond the file', () => photoWith({ xmp: micro(1e9) })],
    ['a film that was cut away', () => photoWith({ xmp: xmpOf('', container(0, film.length)) })],
    ['a directory that leads elsewhere', async () => Buffer.concat([await photoWith({}), samsungTail().subarray(200)])],
    ['half a box', () => Promise.resolve(Buffer.concat([heic(), Buffer.from('\0\0\0\x04mpvd', 'latin1'), film]))],
    ['a file of a few bytes', () => Promise.resolve(Buffer.from([0xff, 0xd8, 0xff]))],
  ])('is not made up of %s', async (_, photo) => {
    expect(await found(await photo())).toBeNull();
  });
});
