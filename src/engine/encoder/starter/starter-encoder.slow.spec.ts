// The whole starter encoder with the network that ships.
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cocoClasses } from './coco-classes.ts';
import { planesLength, toPlanes } from '../../imaging/pixel-input.ts';
import { starterInput } from './image-input.ts';
import { openStarterEncoder, type StarterEncoder } from './starter-encoder.ts';

const rootFolder = join(import.meta.dirname, '../../../..');
let encoder: StarterEncoder;

beforeAll(async () => {
  encoder = await openStarterEncoder(join(rootFolder, 'resources/starter'), { threads: 1 });
});
afterAll(() => encoder.dispose());

/** A blue field with a red left half and a green corner. Every rotation and channel order of it looks different. */
function picture(width = 320, height = 200): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" fill="#2040c0"/><rect width="${width / 2}" height="${height}" fill="#d02010"/>
    <rect width="${width / 4}" height="${height / 4}" fill="#10c020"/></svg>`;
  return sharp(Buffer.from(svg)).flatten();
}

async function encode(source: string | Uint8Array): Promise<Float32Array> {
  return encoder.encodeImages([await encoder.prepareImage(source)]);
}

/** The numbers of a photo for the network, `[3, 416, 416]`. */
async function numbersOf(source: string | Uint8Array): Promise<Float32Array> {
  return toPlanes(await encoder.prepareImage(source), starterInput);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? Number.NaN)), 0) / a.length;
}

describe('photos', () => {
  it('become rows of two parts of unit norm, the same each time', async () => {
    const png = await picture().png().toBuffer();
    const row = await encode(png);
    expect(row.length).toBe(encoder.info.imageWidth);
    expect(Math.hypot(...row.subarray(0, 80))).toBeCloseTo(1, 5);
    expect(Math.hypot(...row.subarray(80))).toBeCloseTo(1, 5);
    expect(await encode(png)).toEqual(row);
  });

  it('give the same rows one by one and together, in order', async () => {
    const sources = await Promise.all([100, 200, 300, 400, 500].map((width) => picture(width).png().toBuffer()));
    const images = await Promise.all(sources.map((source) => encoder.prepareImage(source)));
    const together = await encoder.encodeImages(images);
    const apart = await Promise.all(images.map((image) => encoder.encodeImages([image])));
    apart.forEach((row, i) => {
      expect(largestDifference(row, together.slice(i * 592, (i + 1) * 592))).toBeLessThan(1e-5);
    });
    expect(largestDifference(apart[0] ?? new Float32Array(592), apart[4] ?? new Float32Array(592))).toBeGreaterThan(
      1e-3,
    );
  });

  it('are prepared as blue, green, red planes on the training scale', async () => {
    const [red, green, blue] = [200, 100, 50];
    const background = { r: red, g: green, b: blue };
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer();
    const pixels = await numbersOf(png);
    const plane = planesLength(starterInput) / 3;
    expect(pixels.length).toBe(3 * 416 * 416);
    expect(pixels[0]).toBeCloseTo((blue - 103.53) / 57.375, 5);
    expect(pixels[plane]).toBeCloseTo((green - 116.28) / 57.12, 5);
    expect(pixels[3 * plane - 1]).toBeCloseTo((red - 123.675) / 58.395, 5);
  });

  it('are turned upright before anything else', async () => {
    const upright = await picture().png().toBuffer();
    // Orientation 6: stored a quarter turn to the left of the display.
    const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
    const untagged = await sharp(upright).rotate(270).png().toBuffer();
    const expected = await numbersOf(upright);
    // Resizing rounds a little differently along rows and columns, visible at edges. So compare the mean.
    expect(meanDifference(expected, await numbersOf(turned))).toBeLessThan(0.02);
    expect(meanDifference(expected, await numbersOf(untagged))).toBeGreaterThan(0.2);
  });

  it('show white where they are transparent', async () => {
    const create = { width: 8, height: 8, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } };
    const pixels = await numbersOf(await sharp({ create }).png().toBuffer());
    expect(pixels[0]).toBeCloseTo((255 - 103.53) / 57.375, 5);
  });

  it('may be grey, 16 bits deep, CMYK or animated', async () => {
    const frames = await sharp({ create: { width: 20, height: 40, channels: 3, background: '#abc' } })
      .gif()
      .toBuffer();
    const sources = await Promise.all([
      picture().grayscale().png().toBuffer(),
      picture().toColourspace('rgb16').png().toBuffer(),
      picture().toColourspace('cmyk').jpeg().toBuffer(),
      sharp([frames, frames], { join: { animated: true } })
        .gif()
        .toBuffer(),
    ]);
    for (const source of sources) expect(await numbersOf(source)).toHaveLength(planesLength(starterInput));
  });

  it('that cannot be decoded are refused', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    await expect(encoder.prepareImage(Buffer.from('no picture at all'))).rejects.toThrow(/unsupported image format/);
    await expect(encoder.prepareImage(jpeg.subarray(0, jpeg.length / 2))).rejects.toThrow(/premature end/);
    await expect(encoder.prepareImage(join(rootFolder, 'no-such-photo.jpg'))).rejects.toThrow(/no-such-photo/);
    await expect(encoder.encodeImages([new Uint8Array(5)])).rejects.toThrow(RangeError);
  });

  it('may be none', async () => {
    expect((await encoder.encodeImages([])).length).toBe(0);
  });
});

describe('texts', () => {
  it('become one row each', async () => {
    const rows = await encoder.encodeTexts(['puppy', 'qwxzv', 'a red car']);
    const { textWidth, sharedWidth } = encoder.info;
    expect(rows.length).toBe(3 * textWidth);
    expect(rows[cocoClasses.indexOf('dog')]).toBeGreaterThan(0.9);
    expect(rows.subarray(textWidth, 2 * textWidth).every((value) => value === 0)).toBe(true);
    expect(rows[2 * textWidth + cocoClasses.indexOf('car')]).toBeGreaterThan(0.9);
    expect(sharedWidth).toBe(cocoClasses.length);
  });

  it('give word ids below the word count', () => {
    const ids = encoder.wordIds('puppy on a skateboard');
    expect(ids.length).toBe(2);
    expect(Math.max(...ids)).toBeLessThan(encoder.wordCount);
  });
});
