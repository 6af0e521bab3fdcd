// Detection of pictures that were enlarged from a smaller one, for generated files of several sizes and qualities.
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { storedPicture } from '../../../test/support/stored-picture.ts';
import { drawnPhoto } from '../../../test/support/drawn-photo.ts';
import { isEnlarged } from './enlarged.ts';

const drawn = await drawnPhoto(7);
const [width, height] = [480, 360];
const scaled = (bytes: Buffer, scale: number, kernel?: 'cubic' | 'linear') =>
  sharp(bytes).resize(Math.round(width * scale), Math.round(height * scale), {
    fit: 'fill',
    ...(kernel && { kernel }),
  });
async function watermarked(image: Sharp): Promise<Sharp> {
  const { data, info } = await image.png().toBuffer({ resolveWithObject: true });
  const text = `<svg width="${info.width}" height="${info.height}"><text x="20" y="330" font-size="48" fill="white" fill-opacity="0.7">© Agency</text></svg>`;
  return sharp(data).composite([{ input: Buffer.from(text) }]);
}
const saved = async (image: Sharp) => storedPicture(await image.toBuffer());

it.each([
  [1.25, 'cubic', 75],
  [1.5, 'linear', 75],
  [1.5, 'cubic', 90],
  [2, 'linear', 90],
] as const)('a copy %f times as large (%s, quality %i) with text over it', async (scale, kernel, quality) => {
  const bytes = await sharp(drawn).jpeg({ quality: 88 }).toBuffer();
  const [original, copy] = await Promise.all([
    storedPicture(bytes),
    saved((await watermarked(scaled(bytes, scale, kernel))).jpeg({ quality })),
  ]);
  expect([await isEnlarged(copy, original), await isEnlarged(original, copy)]).toEqual([true, false]);
});

it.each(['png', 'webp'] as const)('a larger %s of a JPEG', async (format) => {
  const bytes = await sharp(drawn).jpeg({ quality: 88 }).toBuffer();
  expect(await isEnlarged(await saved(scaled(bytes, 1.5).toFormat(format)), await storedPicture(bytes))).toBe(true);
});

it.each([
  ['sharp', 0, 'jpeg', 75],
  ['sharp', 0, 'jpeg', 92],
  ['soft', 1.5, 'jpeg', 75],
  ['soft', 1.5, 'jpeg', 92],
  ['soft', 1.5, 'webp', 80],
] as const)(
  'a %s original (blur %f) is not enlarged from its smaller %s of quality %i',
  async (_name, blur, format, quality) => {
    const image = blur === 0 ? sharp(drawn) : sharp(drawn).blur(blur);
    const bytes = await image.jpeg({ quality: 90 }).toBuffer();
    const original = await storedPicture(bytes);
    for (const scale of [0.8, 0.5]) {
      expect(await isEnlarged(original, await saved(scaled(bytes, scale).toFormat(format, { quality })))).toBe(false);
    }
  },
);

it('another picture of the same size is not enlarged from it', async () => {
  const other = await saved(scaled(await drawnPhoto(8), 1.5).jpeg());
  expect(await isEnlarged(other, await saved(sharp(drawn).jpeg()))).toBe(false);
});
