// Data behind the picture of a photo: what cameras and programs append, and what belongs to nothing.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { photoWith } from '../../../../test/support/metadata-photo.ts';
import { jpegSegments, startOfScan } from './jpeg-segments.ts';
import { foreignBytes, foreignBytesOfLarge } from './trailing-data.ts';

const picture = (side: number) =>
  sharp(Buffer.from(Uint8Array.from({ length: side * side * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24)), {
    raw: { width: side, height: side, channels: 3 },
  });
const jpeg = await picture(200).jpeg().toBuffer();
const png = await picture(64).png().toBuffer();
/** Bytes that are no known data: a multiplicative sequence, without long runs. */
const foreign = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => Math.imul(i ^ 77, 0x9e3779b1) >>> 21));
const latin = (text: string) => Buffer.from(text, 'latin1');
const video = Buffer.concat([latin('\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\x01\x86\xa8mdat'), foreign(100_000)]);

/** Of a JPEG in a file, of which only the first bytes are in memory. */
const ofLarge = (bytes: Buffer) =>
  foreignBytesOfLarge(bytes.subarray(0, 1000), bytes.length, (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length)),
  );

/** The same number in memory and in a file. */
async function behind(...parts: readonly Buffer[]): Promise<number> {
  const bytes = Buffer.concat([jpeg, ...parts]);
  const found = foreignBytes('jpeg', bytes);
  expect(await ofLarge(bytes)).toBe(found);
  return found;
}

describe('data behind the picture', () => {
  it('are foreign where they are nothing known, whatever their bytes', async () => {
    for (const bytes of [
      foreign(100_000),
      Buffer.alloc(100_000, 7),
      Buffer.alloc(100_000),
      Buffer.alloc(100_000, 0xff),
    ]) {
      expect(await behind(bytes)).toBe(100_000);
    }
    expect(await behind(latin('From: anna@example.org\n'.repeat(5000)))).toBeGreaterThan(100_000);
    expect(foreignBytes('png', Buffer.concat([png, foreign(100_000)]))).toBe(100_000);
  });

  it('are none in a photo that ends with its picture, has a thumbnail, or lacks its end marker', async () => {
    expect(await behind()).toBe(0);
    expect(foreignBytes('png', png)).toBe(0);
    const thumbnail = await photoWith({ xmp: '<a/>' }, jpeg);
    expect(foreignBytes('jpeg', thumbnail)).toBe(0);
    expect(foreignBytes('jpeg', jpeg.subarray(0, -2))).toBe(0);
    expect(foreignBytes('jpeg', jpeg.subarray(0, 200))).toBe(0);
    expect(foreignBytes('gif', Buffer.concat([latin('GIF89a'), foreign(100_000)]))).toBe(0);
  });

  it('are found in a file in which two pieces divide the end marker, and none where there is no end marker', async () => {
    const scan = [...jpegSegments(jpeg)].find(({ marker }) => marker === startOfScan) ?? expect.fail();
    for (const shift of [0, 1, 2]) {
      const pixels = Buffer.alloc(4 * 1024 * 1024 - shift, 1);
      const large = Buffer.concat([jpeg.subarray(0, scan.from), pixels, latin('\xff\xd9'), foreign(100_000)]);
      expect(await ofLarge(large)).toBe(100_000);
      expect(await ofLarge(large.subarray(0, scan.from + pixels.length))).toBe(0);
    }
    expect(await ofLarge(jpeg.subarray(0, 200))).toBe(0);
  });

  it.each<[string, readonly Buffer[]]>([
    ['a few bytes', [foreign(5000)]],
    ['zeros up to a block’s end', [Buffer.alloc(60_000)]],
    ['further pictures, with a gap and without', [jpeg, Buffer.alloc(20_000, 1), jpeg]],
    ['a video', [video]],
    ['a gain map and a video', [jpeg, video]],
    ['a video cut short', [video.subarray(0, -4000)]],
    ['Samsung’s data', [foreign(100_000), latin('SEFH\0\0\0\0\0\0\0\0\x0c\0\0\0SEFT')]],
    ['AFCP', [foreign(50_000), latin('AXS!\0\0\0\0\0\0\0\0')]],
    ['FotoStation', [foreign(50_000), latin('\xa1\xb2\xc3\xd4')]],
    ['Photo Mechanic', [foreign(50_000), latin('\0\0\0\x40cbipcbbl')]],
    ['Canon’s developer', [foreign(50_000), latin('CANON OPTIONAL DATA\0'), Buffer.alloc(44)]],
    ['MIE', [foreign(50_000), latin('~\0\x04\0zmie~\0\0\x06\0\0\xc3\x50\x10\x04')]],
    ['Insta360', [foreign(500_000), latin('8db42d694ccc418790edff439fe026bf')]],
    ['Nikon’s app', [foreign(50_000), latin('\0\0\0\0\0\0/NIKON APP')]],
    ['Vivo', [foreign(50_000), latin('\xff\xff\xff\xff\x1b*9HWfu\x84\x93\xa2\xb1')]],
    ['OnePlus', [foreign(50_000), latin('jxrs\x01\x02\x03\0')]],
    ['Huawei', [foreign(50_000), latin('v2_f30:1234      LIVE_5678901')]],
    ['Leica', [latin('LEICA\0'), foreign(50_000)]],
    ['a sound', [latin('RIFF\0\0\x02\0WAVEfmt '), foreign(120_000)]],
  ])('of a camera or a program are not foreign: %s', async (_, parts) => {
    expect(await behind(...parts)).toBe(0);
  });

  it('are foreign behind the data of a camera, too', async () => {
    expect(await behind(jpeg, foreign(100_000))).toBe(100_000);
    expect(await behind(video, foreign(100_000))).toBe(100_000);
  });
});
