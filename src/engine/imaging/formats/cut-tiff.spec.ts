// Completion of truncated TIFFs, by their bytes.
import { deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { completeTiff } from './cut-tiff.ts';

const pixels = Buffer.alloc(512, 9);

/**
 * A TIFF of 64 x 64 pixels of one bit a strip, compressed by zlib, cut in the middle of the data.
 * @param lengths of the strips, all of which begin at the same byte
 */
function cutTiff(lengths: readonly number[]): Buffer {
  const list = 8 + 2 + 12 * 6;
  const data = list + 8 * lengths.length;
  const bytes = Buffer.alloc(data + 10);
  bytes.write('II*\0\x08\0\0\0', 0, 'latin1');
  const count = lengths.length;
  const placed = count > 1;
  const entries = [
    [256, 1, 64],
    [257, 1, 64 * count],
    [259, 1, 8],
    [273, count, placed ? list : data],
    [278, 1, 64],
    [279, count, placed ? list + 4 * count : (lengths[0] ?? 0)],
  ] as const;
  bytes.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, values, value]] of entries.entries()) {
    const at = 10 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(values, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  for (const [i, length] of lengths.entries()) {
    bytes.writeUInt32LE(data, list + 4 * i);
    bytes.writeUInt32LE(length, list + 4 * (count + i));
  }
  deflateSync(pixels).copy(bytes, data);
  return bytes;
}

it('gives the strip in which the file ends its full size', () => {
  const tiff = cutTiff([deflateSync(pixels).length]);
  const completed = completeTiff(tiff);
  const offset = completed.readUInt32LE(10 + 12 * 3 + 8);
  expect(offset).toBeGreaterThanOrEqual(tiff.length);
  expect(inflateSync(completed.subarray(offset))).toHaveLength(pixels.length);
});

it('leaves a file alone whose strips overlap, each of which would take a strip’s memory', () => {
  const tiff = cutTiff([20, 21, 22]);
  expect(completeTiff(tiff)).toBe(tiff);
});
