// `busy-core.ts arithmetic|decoding <folder>`: keeps one core busy until it is ended, with arithmetic that needs no
// memory, or with decoding the photos of a folder for an encoder's input, as an index job does.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodePhoto } from '../../src/engine/imaging/decode-photo.ts';
import { kindBytes, kindOf } from '../../src/engine/imaging/image-kind.ts';
import type { PixelInput } from '../../src/engine/imaging/pixel-input.ts';
import { openPicture } from '../../src/engine/imaging/picture.ts';

const [, , work, folder = ''] = process.argv;
// bench/library.ts sends the input of its own encoder.
const [input] = (await once(process, 'message')) as [PixelInput];
sharp.cache(false);
sharp.concurrency(1);
process.send?.('begun');

if (work === 'arithmetic') for (let value = 1; ;) value = (value * 1.000_000_1) % 1000;

const photos = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
const wanted = { input, thumbnail: true };
for (;;) {
  for (const head of photos) {
    const found = kindOf(head.subarray(0, kindBytes));
    if (found.kind !== 'photo') throw new Error('this is no photo');
    const readAt = (offset: number, length: number) => Promise.resolve(head.subarray(offset, offset + length));
    const file = { head, isWhole: true, size: head.length, path: '', readAt };
    await decodePhoto(await openPicture(found.format, file), wanted);
  }
}
