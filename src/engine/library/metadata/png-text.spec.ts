// Texts of a PNG that a program, or nobody in their right mind, wrote.
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPngText } from './png-text.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(name: string, data: string): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(name + data, 4, 'latin1');
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

it('reads ninety thousand texts of one name, in time that grows with their number', () => {
  const texts = Array.from({ length: 90_000 }, (_, n) => chunk('tEXt', `Description\0text ${n}`));
  const { captions } = readPngText(Buffer.concat([signature, ...texts]));
  expect([captions.length, captions[0], captions.at(-1)]).toEqual([90_000, 'text 0', 'text 89999']);
});
