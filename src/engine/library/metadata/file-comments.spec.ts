// Comments of JPEG and GIF files, byte by byte.
import { describe, expect, it } from 'vitest';
import { readFileComments } from './file-comments.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

describe('of a JPEG', () => {
  const start = [0xff, 0xd8];
  const scan = [0xff, 0xda, 0, 2];
  const segment = (marker: number, text: string): Buffer =>
    bytes([0xff, marker, (text.length + 2) >> 8, (text.length + 2) & 0xff], text);
  const captions = (...parts: readonly (string | readonly number[] | Buffer)[]) =>
    readFileComments('jpeg', bytes(...parts.map((part) => (Buffer.isBuffer(part) ? [...part] : part)))).captions;

  it('are read from every segment before the pixels, and none behind them', () => {
    const photo = [start, segment(0xe0, 'JFIF'), segment(0xfe, 'A cat'), segment(0xfe, ' by day\n'), scan];
    expect(captions(...photo, segment(0xfe, 'in the pixels'))).toEqual(['A cat', 'by day']);
  });

  it('are read behind fill bytes', () => {
    expect(captions(start, [0xff, 0xff], segment(0xfe, 'A cat'), scan)).toEqual(['A cat']);
  });

  it('end at the first zero byte', () => {
    expect(captions(start, segment(0xfe, 'A cat\0\x80\x81'), segment(0xfe, 'A dog'), scan)).toEqual(['A cat', 'A dog']);
  });

  it('are left out where the file ends inside one, and read where it ends behind one', () => {
    const cut = segment(0xfe, 'A long comment');
    expect(captions(start, segment(0xfe, 'A cat'), cut.subarray(0, -1))).toEqual(['A cat']);
    expect(captions(start, cut)).toEqual(['A long comment']);
    expect(captions(start, [0xff, 0xfe, 0])).toEqual([]);
  });

  it('are not looked for in bytes that are no segment', () => {
    expect(captions(start, [0x00], segment(0xfe, 'A cat'))).toEqual([]);
  });

  it.each(['Processed By eBay with ImageMagick, z1.1.0. ||B2', 'Optimized by JPEGmini 3.9.3.5 0x1'])(
    'are left out where they are a signature: %s',
    (text) => {
      expect(captions(start, segment(0xfe, text), scan)).toEqual([]);
    },
  );

  it('are twenty at most', () => {
    const many = Array.from({ length: 25 }, (_, n) => segment(0xfe, `Photo ${n}`));
    expect(captions(start, ...many, scan)).toEqual(Array.from({ length: 20 }, (_, n) => `Photo ${n}`));
  });

  it('are no captions where a program has signed or has left binary data', () => {
    const signed = [
      'Created with GIMP',
      'CREATOR: gd-jpeg v1.0',
      'https://example.org/',
      '\x01\x02data',
      'quality = 90',
    ];
    expect(captions(start, ...signed.map((text) => segment(0xfe, text)), segment(0xfe, 'GIMP course'), scan)).toEqual([
      'GIMP course',
    ]);
  });
});

describe('of a GIF', () => {
  /** @param flags of the screen: 0x80 with a table of two colours, 0 without one */
  const header = (flags: number) => bytes('GIF89a', [1, 0, 1, 0, flags, 0, 0], flags === 0 ? [] : [0, 0, 0, 1, 1, 1]);
  const comment = (...parts: readonly string[]) =>
    bytes([0x21, 0xfe], ...parts.flatMap((part) => [[part.length], part]), [0]);
  const control = bytes([0x21, 0xf9, 4, 0, 0, 0, 0, 0]);
  const image = (flags: number) =>
    bytes([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, flags], flags === 0 ? [] : [0, 0, 0, 1, 1, 1], [2, 2, 0x44, 1, 0]);
  const end = Buffer.from([0x3b, ...Buffer.alloc(10)]);
  const captions = (...parts: readonly Buffer[]) => readFileComments('gif', Buffer.concat(parts)).captions;

  it.each([0, 0x80])('are read before and after pictures (tables of colours: %i)', (flags) => {
    expect(captions(header(flags), comment('A cat'), control, image(flags), comment('A dog'), end)).toEqual([
      'A cat',
      'A dog',
    ]);
  });

  it('are one caption in several blocks', () => {
    expect(captions(header(0), comment('A cat ', 'in snow'), end)).toEqual(['A cat in snow']);
  });

  it('are empty where the file ends inside their first block', () => {
    expect(captions(header(0), comment('A cat'), comment('A dog in the snow').subarray(0, -2))).toEqual(['A cat', '']);
  });

  it('are not looked for in a file that is too short or behind what is no block', () => {
    expect(captions(header(0).subarray(0, 12))).toEqual([]);
    expect(captions(header(0), Buffer.from([0x00]), comment('A cat'), end)).toEqual([]);
  });
});
