// One decoding for thumbnail and encoder input: the same pixels as two decodings, and the expected memory by the
// header.
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../../../test/support/photo-tree.ts';
import { pictureFrom } from '../../../test/support/picture.ts';
import { starterInput } from '../encoder/starter/image-input.ts';
import { decodePhoto, decodeThumbnail } from './decode-photo.ts';
import { openUpright, squarePixels, type PixelInput } from './pixel-input.ts';

const clip: PixelInput = {
  side: 64,
  fit: 'shortest',
  resizeTo: 64,
  resampling: 'cubic',
  exact: true,
  planes: [0, 1, 2].map((channel) => ({ channel, scale: 1, shift: 0 })) as unknown as PixelInput['planes'],
};

/** A photo with detail, so that two ways of shrinking it differ. */
async function detailed(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, noise, background: 'red' } })
    .blur(2)
    .jpeg()
    .toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? NaN)), 0) / a.length;
}

describe('decodePhoto', () => {
  it('gives exact inputs the very pixels that decoding for them alone gives', async () => {
    const photo = await detailed(240, 180);
    const { pixels } = await decodePhoto(await pictureFrom(photo), { input: clip, thumbnail: true });
    expect(Buffer.from(pixels ?? [])).toEqual(Buffer.from(await squarePixels(await openUpright(photo), clip)));
  });

  it.each([
    [300, 200],
    [1200, 900],
    [3264, 2448],
    [4000, 3000],
  ])('gives other inputs nearly the pixels decoding for them alone gives: %i x %i', async (width, height) => {
    const photo = await detailed(width, height);
    const { pixels } = await decodePhoto(await pictureFrom(photo), { input: starterInput, thumbnail: true });
    const alone = await squarePixels(await openUpright(photo), starterInput);
    expect(meanDifference(pixels ?? new Uint8Array(), alone)).toBeLessThan(2);
  });

  it.each([
    ['JPEG', (photo) => photo.jpeg()],
    ['JPEG in Display P3', (photo) => photo.withIccProfile('p3').jpeg()],
    ['JPEG of four inks', (photo) => photo.toColourspace('cmyk').withIccProfile('cmyk').jpeg()],
    ['grey PNG', (photo) => photo.greyscale().png()],
    [
      'PNG of 16 bits in Display P3, partly transparent',
      (photo) => photo.ensureAlpha(0.4).toColourspace('rgb16').withIccProfile('p3').png(),
    ],
    ['WebP', (photo) => photo.webp()],
  ] satisfies readonly (readonly [string, (photo: Sharp) => Sharp])[])(
    'gives the same pixels with a thumbnail and without one, of a %s',
    async (_, write) => {
      const photo = await write(sharp(await detailed(1600, 1100))).toBuffer();
      for (const input of [clip, starterInput]) {
        const [first, again] = await Promise.all(
          [true, false].map(async (thumbnail) => decodePhoto(await pictureFrom(photo), { input, thumbnail })),
        );
        expect(first?.pixels).not.toBeNull();
        expect(Buffer.from(first?.pixels ?? []).equals(again?.pixels ?? new Uint8Array())).toBe(true);
      }
    },
  );

  it('makes a WebP of 512 pixels on the long side, turned upright', async () => {
    const turned = await sharp(await jpeg({ width: 1200, height: 600 }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    for (const input of [null, starterInput]) {
      const { thumbnail } = await decodePhoto(await pictureFrom(turned), { input, thumbnail: true });
      const made = await sharp(thumbnail ?? undefined).metadata();
      expect(made).toMatchObject({ format: 'webp', width: 256, height: 512 });
      expect(made.orientation).toBeUndefined();
    }
  });

  it('does not enlarge small photos', async () => {
    const small = await jpeg({ width: 40, height: 20 });
    const { thumbnail } = await decodePhoto(await pictureFrom(small), { input: starterInput, thumbnail: true });
    expect(await sharp(thumbnail ?? undefined).metadata()).toMatchObject({ width: 40, height: 20 });
  });

  it('makes only what is asked for', async () => {
    const photo = await jpeg();
    expect(await decodePhoto(await pictureFrom(photo), { input: null, thumbnail: false })).toMatchObject({
      pixels: null,
      thumbnail: null,
    });
  });
});

describe('decodeThumbnail', () => {
  it('shows what there is of a photo cut short', async () => {
    const whole = await detailed(300, 300);
    const cut = whole.subarray(0, whole.length / 2);
    expect(await sharp(await decodeThumbnail(await pictureFrom(cut))).metadata()).toMatchObject({ width: 300 });
  });
});

describe('decodingBytes', () => {
  const megapixel = 1e6;
  const expected = async (bytes: Buffer) => (await pictureFrom(bytes)).decodingBytes;
  it('expects a progressive JPEG to be kept whole, and a plain one not at all', async () => {
    const create = { width: 1000, height: 1000, channels: 3, background: 'red' } as const;
    const plain = await sharp({ create }).jpeg().toBuffer();
    const progressive = await sharp({ create }).jpeg({ progressive: true }).toBuffer();
    expect(await expected(plain)).toBe(0);
    expect(await expected(progressive)).toBe(3 * megapixel);
  });

  it('expects whole pictures where decoders work on whole pictures, and where photos are turned', async () => {
    const create = { width: 1000, height: 1000, channels: 3, background: 'red' } as const;
    expect(await expected(await sharp({ create }).webp().toBuffer())).toBe(5.5 * megapixel);
    expect(await expected(await sharp({ create }).avif({ effort: 0 }).toBuffer())).toBe(19 * megapixel);
    expect(await expected(await sharp({ create }).png({ progressive: true }).toBuffer())).toBe(3 * megapixel);
    const turned = await sharp({ create }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await expected(turned)).toBe(3 * megapixel);
  });
});
