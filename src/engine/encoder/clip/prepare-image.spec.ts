// Compares preprocessing with Pillow, which CLIP was trained with, and with transformers.js' image processor.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { makeTinyClip } from '../../../../scripts/make-tiny-clip.ts';
import { readModelFolder } from './model-folder.ts';
import { openTransformers } from './offline.ts';
import { toPlanes } from '../../imaging/pixel-input.ts';
import type { PixelRule } from './prepare-image.ts';
import { pixelInput, pixelRule, prepareClipImage } from './prepare-image.ts';

const imageSide = 64;
let dir = '';
let rule: PixelRule;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hashlens-clip-'));
  await makeTinyClip(dir);
  const made = pixelRule((await readModelFolder(dir)).preprocessor);
  if (typeof made === 'string') throw new Error(made);
  rule = made;
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The pattern of test/fixtures/clip/pillow.py: waves that get shorter to the right, finer than the result can show. */
function pattern(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) {
    const channel = at % 3;
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    const wave = ((x * x * 3 + y * x * 5 + y * 11 + channel * 80) >> 4) % 512;
    pixels[at] = wave < 256 ? wave : 511 - wave;
  }
  return pixels;
}

function patternPng(width: number, height: number): Promise<Buffer> {
  return sharp(pattern(width, height), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The numbers of a photo for the network, `[3, side, side]`. */
async function prepared(source: string | Uint8Array, by: PixelRule): Promise<Float32Array> {
  return toPlanes(await prepareClipImage(source, by), pixelInput(by));
}

/** Converts prepared numbers back to bytes, `[side, side, 3]`. */
function bytesOf(prepared: Float32Array): Uint8Array {
  const area = prepared.length / 3;
  return Uint8Array.from({ length: prepared.length }, (_, at) => {
    const channel = (at % 3) as 0 | 1 | 2;
    const value = prepared[channel * area + Math.floor(at / 3)] ?? NaN;
    return Math.round((value - rule.shift[channel]) / rule.scale[channel]);
  });
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): { max: number; mean: number } {
  expect(a.length).toBe(b.length);
  let max = 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    const off = Math.abs((a[at] ?? NaN) - (b[at] ?? NaN));
    max = Math.max(max, off);
    sum += off;
  }
  return { max, mean: sum / a.length };
}

describe('prepareImage against Pillow', async () => {
  const fixture = new URL('../../../../test/fixtures/clip/pillow.json', import.meta.url);
  const shape = z.record(z.string(), z.record(z.string(), z.string()));
  const kinds = parseJson(shape, await readFile(fixture, 'utf8'));

  /** Differences from the tiny CLIP's rule in the published files of the families. */
  const changes: Readonly<Record<string, Partial<PixelRule>>> = {
    cut: {},
    squashed: { fit: 'squash' },
    bilinear: { fit: 'squash', resampling: 'linear' },
    'cut-bilinear': { resampling: 'linear' },
  };
  const cases = Object.entries(kinds).flatMap(([kind, sizes]) =>
    Object.entries(sizes).map(([size, expected]) => ({ kind, size, expected })),
  );

  it.each(cases)('resizes $size as Pillow does: $kind', async ({ kind, size, expected }) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    const numbers = await prepared(await patternPng(width, height), { ...rule, ...changes[kind] });
    const { max, mean } = difference(bytesOf(numbers), Buffer.from(expected, 'base64'));
    const enlarged = kind.startsWith('cut') ? Math.min(width, height) < imageSide : Math.max(width, height) < imageSide;
    // Pillow's kernels are 2 to 10 apart on average where a photo shrinks by half and more; a cut and a squashed one 27.
    expect(max).toBeLessThanOrEqual(enlarged ? 0 : 10);
    expect(mean).toBeLessThanOrEqual(kind === 'cut' ? 0.8 : 1.4);
  });
});

describe('prepareImage against transformers.js', () => {
  async function reference(photo: Buffer): Promise<Float32Array> {
    const { AutoProcessor, RawImage } = await openTransformers();
    const processor = await AutoProcessor.from_pretrained(dir);
    const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    const image = new RawImage(new Uint8ClampedArray(data), info.width, info.height, 3);
    const output: unknown = await processor(image);
    const { pixel_values } = z
      .object({ pixel_values: z.looseObject({ data: z.instanceof(Float32Array) }) })
      .parse(output);
    return pixel_values.data;
  }

  it.each([
    [64, 64],
    [64, 97],
    [150, 64],
  ])('cuts, scales and lays out %i x %i to the same numbers', async (width, height) => {
    const photo = await patternPng(width, height);
    expect(difference(await prepared(photo, rule), await reference(photo)).max).toBeLessThan(1e-5);
  });

  it('agrees on a smooth photo that has to shrink', async () => {
    // Fine detail differs: transformers.js does not smooth before shrinking, Pillow and this code do.
    const photo = await sharp(pattern(12, 9), { raw: { width: 12, height: 9, channels: 3 } })
      .resize(320, 240)
      .blur(12)
      .png()
      .toBuffer();
    const { max, mean } = difference(await prepared(photo, rule), await reference(photo));
    expect(mean).toBeLessThan(0.03); // of a range of about 4
    expect(max).toBeLessThan(0.15);
  });
});

describe('prepareImage on what people have', () => {
  it('turns a photo upright by its EXIF orientation', async () => {
    const upright = await patternPng(120, 90);
    const turned = await sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
    expect((await sharp(turned).metadata()).width).toBe(90);
    expect(difference(await prepared(turned, rule), await prepared(upright, rule)).max).toBe(0);
  });

  it('lays transparent pictures on white', async () => {
    const clear = {
      create: { width: 80, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    } as const;
    const numbers = await prepared(await sharp(clear).png().toBuffer(), rule);
    expect(new Set(bytesOf(numbers))).toEqual(new Set([255]));
  });

  it.each(['grey', 'grey-alpha', '16-bit', 'cmyk', 'palette', 'animation'])('takes a %s picture', async (kind) => {
    const base = sharp(await patternPng(100, 80));
    const make = {
      grey: () => base.greyscale().png(),
      'grey-alpha': () => base.greyscale().ensureAlpha(0.5).png(),
      '16-bit': () => base.toColourspace('rgb16').png(),
      cmyk: () => base.toColourspace('cmyk').jpeg(),
      palette: () => base.png({ palette: true }),
      animation: () => base.gif(),
    }[kind];
    const numbers = await prepared(await (make?.() ?? base).toBuffer(), rule);
    expect(numbers).toHaveLength(3 * imageSide * imageSide);
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  it('takes strips as thin as one pixel', async () => {
    for (const [width, height] of [
      [6000, 1],
      [1, 6000],
      [4000, 80],
    ] as const) {
      const numbers = await prepared(await patternPng(width, height), rule);
      expect(numbers).toHaveLength(3 * imageSide * imageSide);
    }
  });

  it('reads from a path and rejects what cannot be decoded', async () => {
    const photo = await sharp(await patternPng(300, 200))
      .jpeg()
      .toBuffer();
    const path = join(dir, 'photo with spaces [1].jpg');
    await writeFile(path, photo);
    expect(await prepared(path, rule)).toEqual(await prepared(photo, rule));
    await expect(prepared(photo.subarray(0, photo.length / 2), rule)).rejects.toThrow(/premature end/);
    await expect(prepared(Buffer.from('no photo'), rule)).rejects.toThrow(/unsupported image format/);
    await expect(prepared(join(dir, 'none.jpg'), rule)).rejects.toThrow(/none/);
  });
});

describe('pixelRule', () => {
  const base = {
    do_resize: true,
    size: { shortest_edge: 224 },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: 224, width: 224 },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5] as [number, number, number],
    image_std: [0.5, 0.5, 0.5] as [number, number, number],
  };

  it('maps 0..255 to -1..1 for a mean and deviation of one half', () => {
    const made = pixelRule(base);
    expect(made).toMatchObject({ side: 224, fit: 'shortest', resizeTo: 224, resampling: 'cubic' });
    expect(made).toMatchObject({ shift: [-1, -1, -1] });
    if (typeof made !== 'string') expect(255 * made.scale[0] + made.shift[0]).toBeCloseTo(1, 12);
  });

  it('leaves out scaling and normalising where the model does, and crops to the resized side without a crop', () => {
    const { crop_size: _size, ...uncropped } = base;
    expect(pixelRule({ ...base, do_rescale: false, do_normalize: false })).toMatchObject({
      scale: [1, 1, 1],
      shift: [0, 0, 0],
    });
    expect(pixelRule(uncropped)).toMatchObject({ side: 224, resizeTo: 224 });
  });

  it('takes sizes as numbers, as older files have them', () => {
    expect(pixelRule({ ...base, size: 224, crop_size: 224 })).toMatchObject({ side: 224, fit: 'shortest' });
  });

  it('squashes where the model was trained so', () => {
    const squash = { ...base, size: { height: 256, width: 256 }, do_center_crop: false };
    expect(pixelRule(squash)).toMatchObject({ side: 256, fit: 'squash' });
  });

  it.each([
    [{ do_resize: false }, 'fixed size'],
    [{ do_center_crop: false }, 'changing shape'],
    [{ crop_size: { height: 224, width: 200 } }, 'not square'],
    [{ crop_size: 256 }, 'larger'],
    [{ resample: 4 }, 'resampling 4'],
  ])('says why %j cannot be followed', (change, reason) => {
    expect(pixelRule({ ...base, ...change })).toContain(reason);
  });
});
