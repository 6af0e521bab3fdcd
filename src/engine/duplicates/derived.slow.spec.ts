// Detection of which of two files was saved from the other, for generated files of many qualities.
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { float64At } from '../../shared/at.ts';
import { Random } from '../numerics/random.ts';
import { storedPicture } from '../../../test/support/stored-picture.ts';
import { drawnPhoto } from '../../../test/support/drawn-photo.ts';
import { brightnessSteps } from '../imaging/stored-pixels.ts';
import { isDerived } from './derived.ts';

const drawn = await drawnPhoto(7);
const watermark = Buffer.from(
  '<svg width="480" height="360"><text x="20" y="330" font-size="48" fill="white" fill-opacity="0.7">© Agency</text></svg>',
);
const saved = async (image: Sharp) => storedPicture(await image.toBuffer());

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
  const first = await storedPicture(bytes);
  expect([isDerived(copy, first), isDerived(first, copy)]).toEqual([true, false]);
  // Saving the same pixels twice at one quality leaves no visible difference.
  expect(isDerived(original, first)).toBe(false);
});

/** A picture with the spectrum of photos, the same in each run: coarse patterns have more contrast than fine ones. */
async function naturalPhoto(seed: number, width = 480, height = 360): Promise<Buffer> {
  const random = new Random(seed);
  const brightness = new Float64Array(width * height).fill(110);
  for (let size = 128; size >= 2; size /= 2) {
    const [columns, rows] = [Math.ceil(width / size) + 1, Math.ceil(height / size) + 1];
    const grid = Buffer.from(Uint8Array.from({ length: columns * rows }, () => random.below(256)));
    const pattern = await sharp(grid, { raw: { width: columns, height: rows, channels: 1 } })
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .extractChannel(0)
      .raw()
      .toBuffer();
    pattern.forEach(
      (value, at) => (brightness[at] = float64At(brightness, at) + (value - 128) * (size / 128) ** 0.7 * 0.6),
    );
  }
  const pixels = Buffer.alloc(3 * width * height);
  brightness.forEach((value, at) => {
    [1.05, 1, 0.9].forEach(
      (share, channel) => (pixels[3 * at + channel] = Math.max(0, Math.min(255, Math.round(value * share)))),
    );
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const natural = await naturalPhoto(1);
const tones: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  brighter: (image) => image.modulate({ brightness: 1.2 }),
  darker: (image) => image.modulate({ brightness: 0.8 }),
  'of more contrast': (image) => image.linear(1.2, -20),
  'of less contrast': (image) => image.linear(0.85, 15),
};

it.each(
  Object.keys(tones).flatMap((tone) =>
    [
      [75, 92],
      [85, 98],
      [95, 75],
      [85, 50],
    ].map(([quality = 0, again = 0]): [string, number, number] => [tone, quality, again]),
  ),
)('a copy that is %s: an original of quality %i, saved at %i', async (tone, quality, again) => {
  const bytes = await sharp(natural).jpeg({ quality }).toBuffer();
  const change = tones[tone];
  if (change === undefined) throw new Error(tone);
  const [original, copy] = [await storedPicture(bytes), await saved(change(sharp(bytes)).jpeg({ quality: again }))];
  expect([isDerived(copy, original), isDerived(original, copy)]).toEqual([true, false]);
});

it('recognises a brighter copy of a PNG, which has no rounding to leave traces', async () => {
  const bytes = natural;
  const [original, copy] = [
    await storedPicture(bytes),
    await saved(sharp(bytes).modulate({ brightness: 1.2 }).jpeg({ quality: 80 })),
  ];
  expect([isDerived(copy, original), isDerived(original, copy)]).toEqual([true, false]);
});

it('takes no picture of the same scene for a copy, in other light and with the noise of its own', async () => {
  const { width = 0, height = 0 } = await sharp(natural).metadata();
  const noisy = (sigma: number) => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma };
    return sharp({ create: { width, height, channels: 3, background: '#000', noise } })
      .png()
      .toBuffer();
  };
  const taken = async (brightness: number, quality: number) => {
    const lit = await sharp(natural)
      .modulate({ brightness })
      .composite([{ input: await noisy(6), blend: 'soft-light' }])
      .png()
      .toBuffer();
    return saved(sharp(lit).jpeg({ quality }));
  };
  for (const [brightness, quality] of [
    [1, 92],
    [1.2, 92],
    [1.2, 60],
    [0.8, 85],
    [0.8, 98],
  ] as const) {
    const [one, other] = [await taken(1, 75), await taken(brightness, quality)];
    expect([isDerived(one, other), isDerived(other, one)]).toEqual([false, false]);
  }
});

it('recognises no other size and no other picture', async () => {
  const original = await saved(sharp(drawn).jpeg({ quality: 80 }));
  const others = [
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
