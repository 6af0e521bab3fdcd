// Previews and tags in camera RAW files, from bytes made here.
import { describe, expect, it } from 'vitest';
import { cr3Raw, exifOrientation, tiffRaw } from '../../../../test/support/raw.ts';
import { cr3Tags, findPreviews, isRawTiff, tiffOrientation } from './raw.ts';

/** The start of a JPEG: its marker, then segments. */
const jpeg = (...segments: readonly (readonly number[])[]): Buffer => Buffer.from([0xff, 0xd8, ...segments.flat()]);
const frame = (marker: number, width: number, height: number, depth = 8) => [
  ...[0xff, marker, 0, 17, depth, height >> 8, height & 255, width >> 8, width & 255],
  ...Array.from({ length: 10 }, () => 0),
];
const comment = (length: number) => [0xff, 0xfe, (length + 2) >> 8, (length + 2) & 255, ...new Uint8Array(length)];
const previews = (bytes: Buffer) =>
  findPreviews(bytes.length, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));

describe('previews', () => {
  it('are the JPEGs that browsers decode, the largest first', async () => {
    const files = [jpeg(frame(0xc0, 300, 200)), jpeg(comment(40), frame(0xc2, 900, 600))];
    expect(await previews(Buffer.concat(files))).toEqual([
      { offset: 21 + 2 - 2, width: 900, height: 600 },
      { offset: 0, width: 300, height: 200 },
    ]);
  });

  it.each([
    ['a thumbnail', jpeg(frame(0xc0, 160, 90))],
    ['a lossless one', jpeg(frame(0xc3, 300, 200))],
    ['one of 12 bit', jpeg(frame(0xc1, 300, 200, 12))],
    ['a scan before a frame', jpeg([0xff, 0xda, 0, 4, 0, 0], frame(0xc0, 300, 200))],
    ['a marker without a size', jpeg([0xff, 0x01, 0, 4, 0, 0], frame(0xc0, 300, 200))],
    ['something else after a segment', jpeg(comment(4), [0, 0, 0, 0], frame(0xc0, 300, 200))],
    ['one cut short before its frame', jpeg([0xff, 0xfe, 0, 4, 0, 0])],
  ])('are not taken of %s', async (_, bytes) => {
    expect(await previews(bytes)).toEqual([]);
  });

  it('are found behind bytes that fill up a marker', async () => {
    expect(await previews(jpeg([0xff, 0xff], frame(0xc0, 300, 200)))).toEqual([{ offset: 0, width: 300, height: 200 }]);
  });

  it('are found across the border of two reads, with the size read from behind it', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024);
    const first = jpeg(comment(200), frame(0xc0, 400, 300));
    first.copy(bytes, 4 * 1024 * 1024 - 2);
    expect(await previews(bytes)).toEqual([{ offset: 4 * 1024 * 1024 - 2, width: 400, height: 300 }]);
  });
});

describe('tags', () => {
  it('have the orientation of either byte order, 1 for none and for one that does not exist', () => {
    const big = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1');
    expect(
      [big, exifOrientation(8), exifOrientation(9), Buffer.from('no TIFF'), big.subarray(0, 9)].map(tiffOrientation),
    ).toEqual([6, 8, 1, 1, 1]);
  });

  it('tell the numbers of a sensor from a picture', () => {
    const raw = tiffRaw({ previews: [] });
    expect(isRawTiff(raw)).toBe(true);
    expect(isRawTiff(exifOrientation(1))).toBe(false);
    expect(isRawTiff(Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'))).toBe(true);
    // Directories that name each other are read once.
    const loop = Buffer.from(raw);
    loop.writeUInt32LE(8, 8 + 2 + 4 * 12);
    loop.writeUInt16LE(1, 8 + 2 + 4 * 12 + 4 + 2 + 3 * 12 + 8);
    expect(isRawTiff(loop)).toBe(false);
  });

  it('of a CR3 are those of its box, and none without one', () => {
    const tags = cr3Tags(cr3Raw(Buffer.alloc(4), 6));
    expect(tags === null ? null : tiffOrientation(tags)).toBe(6);
    expect(cr3Tags(Buffer.from('CMT1'))).toBeNull();
    expect(cr3Tags(Buffer.alloc(32))).toBeNull();
  });
});
