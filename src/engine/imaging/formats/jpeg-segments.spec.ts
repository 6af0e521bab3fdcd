import { describe, expect, it } from 'vitest';
import { jpegSegments } from './jpeg-segments.ts';

const start = [0xff, 0xd8];
const tables = [0xff, 0xdb, 0, 4, 7, 7];
const scan = [0xff, 0xda, 0, 3, 1];
const segments = (bytes: number[], from?: number) => [...jpegSegments(Uint8Array.from(bytes), from)];

describe('segments of a JPEG', () => {
  it('end with the header of the first scan', () => {
    expect(segments([...start, ...tables, ...scan, 9, 9, ...tables])).toEqual([
      { marker: 0xdb, from: 6, to: 8 },
      { marker: 0xda, from: 12, to: 13 },
    ]);
  });

  it('may have bytes 0xff before their markers', () => {
    expect(segments([...start, 0xff, 0xff, ...tables]).map(({ from }) => from)).toEqual([8]);
  });

  it.each([
    ['the end of the image', [0xff, 0xd9, 0, 4, 1, 1]],
    ['a restart', [0xff, 0xd0, 0, 4, 1, 1]],
    ['a reserved marker', [0xff, 0x01, 0, 4, 1, 1]],
    ['no marker', [0, 0xdb, 0, 4, 1, 1]],
  ])('end before %s', (_, bytes) => {
    expect(segments([...start, ...bytes, ...scan])).toEqual([]);
  });

  it('reach behind the bytes of a file that is cut short', () => {
    expect(segments([...start, 0xff, 0xdb, 1, 0, 7])).toEqual([{ marker: 0xdb, from: 6, to: 260 }]);
  });

  it('are those of the picture that begins at a position', () => {
    expect(segments([...start, ...scan, ...start, ...tables], 7)).toEqual([{ marker: 0xdb, from: 13, to: 15 }]);
  });
});
