// Completion of truncated WebPs, by their bytes.
import { expect, it } from 'vitest';
import { padWebp } from './webp.ts';

/** The first bytes of a WebP with one lossy picture. @param length of the picture, as its chunk says */
function start(size: number, length: number): Buffer {
  const bytes = Buffer.alloc(40, 1);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(size - 8, 4);
  bytes.write('WEBPVP8 ', 8, 'latin1');
  bytes.writeUInt32LE(length, 16);
  return bytes;
}

it('adds more bytes than are missing to a picture that is cut short', () => {
  const padded = padWebp(start(100, 80));
  expect(padded).toHaveLength(100 + 4 * 60 + 1024);
  expect([padded.readUInt32LE(4) + 8, padded.readUInt32LE(16) + 20]).toEqual([padded.length, padded.length]);
});

it.each([0xff_ff_ff_f0, 5e8, 82])(
  'adds no more than the file’s own length for a picture of %i bytes beyond it',
  (length) => {
    const padded = padWebp(start(100, length));
    expect(padded).toHaveLength(100);
    expect(padded.subarray(40).every((byte) => byte === 0)).toBe(true);
  },
);
