// Detection of which of two files was saved from the other, for generated files of many qualities.
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { drawnPhoto } from '../../../test/support/drawn-photo.ts';
import { openPicture } from '../imaging/picture.ts';
import { brightnessSteps, decodeStored } from '../imaging/stored-pixels.ts';
import { kindOf } from '../imaging/image-kind.ts';
import { compressedPicture, isDerived } from './derived.ts';

const drawn = await drawnPhoto(7);
const watermark = Buffer.from(
  '<svg width="480" height="360"><text x="20" y="330" font-size="48" fill="white" fill-opacity="0.7">© Agency</text></svg>',
);
async function stored(bytes: Buffer) {
  const kind = kindOf(bytes);
  if (kind.kind !== 'photo') throw new Error('no photo');
  const readAt = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const file = { head: bytes, isWhole: true, size: bytes.length, path: '', readAt };
  return compressedPicture(await decodeStored(await openPicture(kind.format, file)));
}
const saved = async (image: Sharp) => stored(await image.toBuffer());

it.each([
  [75, 'JPEG', (image: Sharp) => image.jpeg({ quality: 50 })],
  [75, 'JPEG', (image: Sharp) => image.jpeg({ quality: 85 })],
  [75, 'JPEG', (image: Sharp) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
  [92, 'JPEG', (image: Sharp) => image.jpeg({ quality: 70 })],
  [85, 'JPEG', (image: Sharp) => image.jpeg({ quality: 90 })],
  [75, 'PNG', (image: Sharp) => image.png()],
  [75, 'JPEG', (image: Sharp) => image.composite([{ input: watermark }]).jpeg({ quality: 92 })],
  [92, 'JPEG', (image: Sharp) => image.composite([{ input: watermark }]).jpeg({ quality: 80 })],
])('an original of quality %i, and a copy saved as %s', async (quality, _format, edit) => {
  const bytes = await sharp(drawn).jpeg({ quality }).toBuffer();
  const original = await saved(sharp(bytes).jpeg({ quality }));
  const copy = await saved(edit(sharp(bytes)));
  const first = await stored(bytes);
  expect([isDerived(copy, first), isDerived(first, copy)]).toEqual([true, false]);
  // Saving the same pixels twice at one quality leaves no visible difference.
  expect(isDerived(original, first)).toBe(false);
});

it('recognises no brighter picture, no other size and no other picture', async () => {
  const original = await saved(sharp(drawn).jpeg({ quality: 80 }));
  const others = [
    await saved(sharp(drawn).modulate({ brightness: 1.2 }).jpeg({ quality: 90 })),
    await saved(sharp(drawn).resize(240).jpeg({ quality: 90 })),
    await saved(sharp(await drawnPhoto(8)).jpeg({ quality: 60 })),
  ];
  for (const other of others) expect([isDerived(other, original), isDerived(original, other)]).toEqual([false, false]);
});

it('reads the steps of a file, which are those of the standard at quality 50 (ITU T.81, table K.1)', async () => {
  const steps = brightnessSteps(await sharp(drawn).jpeg({ quality: 50 }).toBuffer());
  expect(Array.from(steps ?? []).slice(0, 16)).toEqual([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
  ]);
  expect(brightnessSteps(await sharp(drawn).png().toBuffer())).toBeNull();
});
