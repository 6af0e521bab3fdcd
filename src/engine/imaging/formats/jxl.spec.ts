// Headers of JPEG XL, written bit by bit as in ISO/IEC 18181-1.
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJxlHeader } from './jxl.ts';
import { numberAt } from '../../../shared/at.ts';

type Field = readonly [value: number, count: number];

/** Packs numbers of given widths in bits, lowest bits first. */
function bits(fields: readonly Field[]): Buffer {
  const all = fields.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => (value >> i) & 1));
  const bytes = Buffer.alloc(Math.ceil(all.length / 8));
  all.forEach((bit, i) => (bytes[i >> 3] = numberAt(bytes, i >> 3) | (bit << (i & 7))));
  return bytes;
}
const codestream = (...fields: readonly Field[]) => Buffer.concat([Buffer.from([0xff, 0x0a]), bits(fields)]);
const [small, large, allDefault] = [
  [1, 1],
  [0, 1],
  [1, 1],
] as const;
const nine = [0, 2] as const;
/** 300 x 200, upright. */
const plain = codestream(large, nine, [199, 9], [0, 3], nine, [299, 9], allDefault);

function box(type: string, content: Buffer, size = content.length + 8): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(size);
  return Buffer.concat([head, Buffer.from(type, 'latin1'), content]);
}
/** A box with its size in 64 bits. */
function largeBox(type: string, content: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.length + 16));
  return box(type, Buffer.concat([size, content]), 1);
}

describe('the size', () => {
  it.each([
    ['sides of their own', plain, 300, 200],
    ['multiples of eight', codestream(small, [24, 5], [0, 3], [31, 5], allDefault), 256, 200],
    ['a ratio of 3 : 2', codestream(large, nine, [199, 9], [4, 3], allDefault), 300, 200],
    ['a ratio of 16 : 9', codestream(small, [17, 5], [5, 3], allDefault), 256, 144],
    ['sides of eighteen bits', codestream(large, [2, 2], [69_999, 18], [1, 3], allDefault), 70_000, 70_000],
    ['a turned picture', codestream(large, nine, [199, 9], [4, 3], [0, 1], [1, 1], [5, 3]), 200, 300],
    ['an upright picture with other settings', codestream(large, nine, [199, 9], [4, 3], [0, 1], [0, 1]), 300, 200],
  ])('is read of %s', (_, bytes, width, height) => {
    expect(readJxlHeader(bytes)).toEqual({ width, height, exif: null, xmp: null });
  });

  it('is none where the header is cut short, and where there is no codestream', () => {
    expect(() => readJxlHeader(plain.subarray(0, 4))).toThrow('cut short');
    expect(() => readJxlHeader(Buffer.from([0xff, 0xd8, 0xff]))).toThrow('no codestream');
    expect(() => readJxlHeader(box('xml ', Buffer.from('<x/>')))).toThrow('no codestream');
    expect(() => readJxlHeader(Buffer.concat([box('free', Buffer.alloc(4), 3), box('jxlc', plain)]))).toThrow(
      'no codestream',
    );
  });
});

describe('a container', () => {
  it('has compressed metadata, unless they are damaged', () => {
    const packed = (type: string, content: Buffer) =>
      box('brob', Buffer.concat([Buffer.from(type, 'latin1'), brotliCompressSync(content)]));
    const exif = packed('Exif', Buffer.from('\0\0\0\0II*\0 more', 'latin1'));
    const found = readJxlHeader(Buffer.concat([exif, packed('xml ', Buffer.from('<x/>')), box('jxlc', plain)]));
    expect([found.exif?.toString('latin1'), found.xmp?.toString()]).toEqual(['II*\0 more', '<x/>']);
    const damaged = box('brob', Buffer.from('xml nothing of the kind'));
    expect(readJxlHeader(Buffer.concat([damaged, packed('jumb', plain), box('jxlc', plain)])).xmp).toBeNull();
  });

  const exif = Buffer.from('MM\0*rest', 'latin1');
  const found = { width: 300, height: 200, exif, xmp: Buffer.from('<x/>') };
  const before = [box('Exif', Buffer.concat([Buffer.alloc(4), exif])), box('xml ', Buffer.from('<x/>'))];

  it.each([
    ['a codestream in one piece', box('jxlc', plain)],
    ['one in parts, which begin with their number', box('jxlp', Buffer.concat([Buffer.alloc(4), plain]))],
    ['one of a size in 64 bits', largeBox('jxlc', plain)],
    ['one that goes on to the end of the file', box('jxlc', plain, 0)],
    ['one that the file cuts short', box('jxlc', plain, 4000)],
  ])('has %s, beside EXIF and XMP', (_, last) => {
    expect(readJxlHeader(Buffer.concat([...before, last]))).toEqual(found);
  });

  it('keeps the first EXIF, XMP and codestream of several', () => {
    const again = [
      box('jxlc', codestream(small, [0, 5], [1, 3], allDefault)),
      box('Exif', Buffer.alloc(20)),
      box('xml ', exif),
    ];
    expect(readJxlHeader(Buffer.concat([...before, box('jxlc', plain), ...again]))).toEqual(found);
    expect(readJxlHeader(Buffer.concat([box('Exif', Buffer.alloc(6)), box('jxlc', plain)])).exif).toBeNull();
  });
});
