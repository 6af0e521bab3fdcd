// Pictures of every format: size, orientation, colours and metadata, from generated files.
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { heic, withNclx } from '../../../test/support/heic.ts';
import { jxl } from '../../../test/support/jxl.ts';
import { pictureFrom } from '../../../test/support/picture.ts';
import { cr3Raw, exifOrientation, rafRaw, tiffRaw } from '../../../test/support/raw.ts';
import { decodeFull, decodePhoto, decodeThumbnail, viewerPixels } from './decode-photo.ts';
import { tiffBytes } from './formats/tiff-bytes.ts';
import type { PixelInput } from './pixel-input.ts';
import type { Picture } from './picture.ts';
import { numberAt } from '../../shared/at.ts';

const input: PixelInput = {
  side: 32,
  fit: 'squash',
  resizeTo: 32,
  resampling: 'linear',
  exact: true,
  planes: [
    { channel: 0, scale: 1, shift: 0 },
    { channel: 1, scale: 1, shift: 0 },
    { channel: 2, scale: 1, shift: 0 },
  ],
};

/** Red on the left, green on the right, as viewed. */
const redGreen = (width: number, height: number): Sharp => {
  const half = { width: width / 2, height, channels: 3 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { ...half, background: '#00ff00' } }, left: width / 2, top: 0 },
  ]);
};

/** Mean colour of a quarter of the decoded input: `left` is a fifth from the left, at half height. */
async function colourAt(picture: Picture, x: number, y: number): Promise<number[]> {
  const { pixels } = await decodePhoto(picture, { input, thumbnail: false });
  const at = (Math.floor(y * 32) * 32 + Math.floor(x * 32)) * 3;
  return [...(pixels ?? []).slice(at, at + 3)];
}

const near = (colour: readonly number[], tolerance = 12) => colour.map((c) => closeTo(c, tolerance));
const closeTo = (wanted: number, tolerance: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && Math.abs(value - wanted) <= tolerance,
});

describe('HEIC', () => {
  // BT.601, limited range, of (120, 90, 200): 1.164 (Y - 16) + 1.596 (Cr - 128), and so on.
  const colour = [236, 79, 45];

  it.each([8, 10] as const)('has the colours of the standard with %i bit', async (bits) => {
    const picture = await pictureFrom(heic({ bits }));
    expect(picture).toMatchObject({ format: 'heic', width: 64, height: 32 });
    expect(await colourAt(picture, 0.5, 0.5)).toEqual(near(colour, 3));
  });

  /** Dark on the left, light on the right before it is turned. */
  const halves = (x: number) => [x < 32 ? 40 : 200, 128, 128] as const;

  it.each([
    ['as it is', {}, 64, 32, [0.1, 0.5]],
    ['by its irot box, a quarter anticlockwise', { irot: 1 }, 32, 64, [0.5, 0.9]],
    ['by EXIF where it has no such box', { exif: exifOrientation(6) }, 32, 64, [0.5, 0.1]],
    ['by its irot box alone where both are there', { irot: 1, exif: exifOrientation(6) }, 32, 64, [0.5, 0.9]],
    ['by EXIF, upside down', { exif: exifOrientation(3) }, 64, 32, [0.9, 0.5]],
  ] as const)('is turned %s', async (_, options, width, height, [x, y]) => {
    const picture = await pictureFrom(heic({ colourAt: halves, ...options }));
    expect(picture).toMatchObject({ width, height });
    const [dark = 255] = await colourAt(picture, x, y);
    const [light = 0] = await colourAt(picture, 1 - x, 1 - y);
    expect(dark).toBeLessThan(60);
    expect(light).toBeGreaterThan(180);
    expect(await sharp(await decodeThumbnail(picture)).metadata()).toMatchObject({ width, height });
  });

  it('puts the tiles of a grid beside each other', async () => {
    const picture = await pictureFrom(heic({ columns: 3, colourAt: halves }));
    expect(picture).toMatchObject({ width: 192, height: 32 });
    const across = await Promise.all([0.08, 0.25, 0.42, 0.58, 0.75, 0.92].map((x) => colourAt(picture, x, 0.5)));
    expect(across.map(([red = 0]) => red > 120)).toEqual([false, true, false, true, false, true]);
  });

  describe('and AVIF with colours that are named by number', () => {
    const numbered = (nclx: readonly [number, number, number], colour: readonly [number, number, number]) =>
      pictureFrom(heic({ nclx, colourAt: () => colour }));

    it('are converted from Display P3: sRGB’s red has the numbers 0.9175 0.2003 0.1386 there (CSS Color 4)', async () => {
      // The same as Y, Cb, Cr of BT.601.
      expect(await colourAt(await numbered([12, 13, 6], [105, 94, 210]), 0.5, 0.5)).toEqual(near([255, 0, 0], 8));
      expect(await colourAt(await numbered([1, 13, 6], [105, 94, 210]), 0.5, 0.5)).toEqual(near([234, 51, 35], 4));
      const create = { width: 64, height: 64, channels: 3, background: { r: 234, g: 51, b: 35 } } as const;
      const avif = await sharp({ create }).avif({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
      expect(await colourAt(await pictureFrom(withNclx(avif, [12, 13, 6])), 0.5, 0.5)).toEqual(near([255, 0, 0], 8));
      expect(await colourAt(await pictureFrom(withNclx(avif, [1, 13, 6])), 0.5, 0.5)).toEqual(near([234, 51, 35], 4));
    });

    // ITU-R BT.2408, table 1: a grey card of 18 % has 26 nits, white paper 203; 26/203 is 100 in sRGB.
    it.each([
      ['PQ', 16, 0.38, 0.58],
      ['HLG', 18, 0.38, 0.75],
    ])('show a grey card and white paper of %s as bright as they are in sRGB', async (_, transfer, grey, paper) => {
      const shown = async (code: number) => {
        const [red = 0, green = 0, blue = 0] = await colourAt(
          await numbered([9, transfer, 6], [Math.round(16 + 219 * code), 128, 128]),
          ...([0.5, 0.5] as const),
        );
        expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(4);
        return green;
      };
      expect(await shown(grey)).toEqual(closeTo(100, 5));
      const [bright, brighter] = [await shown(paper), await shown(paper + 0.12)];
      expect(bright).toEqual(closeTo(238, 8));
      expect(brighter).toBeGreaterThan(bright);
    });

    it('keep their numbers where they are sRGB’s or not known', async () => {
      for (const nclx of [
        [1, 1, 6],
        [2, 2, 6],
        [1, 13, 6],
      ] as const) {
        expect(await colourAt(await numbered(nclx, [120, 90, 200]), 0.5, 0.5)).toEqual(near(colour, 3));
      }
    });
  });

  it('is converted from its colour profile to sRGB', async () => {
    const { icc } = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
      .then((bytes) => sharp(bytes).metadata());
    const plain = await colourAt(await pictureFrom(heic({ colourAt: () => [100, 128, 160] })), 0.5, 0.5);
    const wide = await colourAt(
      await pictureFrom(heic({ colourAt: () => [100, 128, 160], icc: icc ?? Buffer.alloc(0) })),
      0.5,
      0.5,
    );
    // The same numbers mean a stronger red in P3.
    expect(numberAt(wide, 0) - numberAt(plain, 0)).toBeGreaterThan(4);
    expect(numberAt(plain, 1) - numberAt(wide, 1)).toBeGreaterThan(4);
  });

  it('gives its EXIF', async () => {
    const exif = exifOrientation(6);
    expect((await pictureFrom(heic({ exif }))).blocks.exif).toEqual(exif);
  });

  it('throws where nothing of its pixels is left, and decodes the next file', async () => {
    const whole = heic({ colourAt: halves });
    await expect(pictureFrom(whole.subarray(0, whole.indexOf('mdat') + 20))).rejects.toThrow(/pixels are missing/);
    expect(await colourAt(await pictureFrom(heic()), 0.5, 0.5)).toEqual(near(colour, 3));
  });

  it('is whole where a camera wrote data of its own behind it', async () => {
    const trailer = Buffer.from('\0\0\x8e\x0a\x0e\0\0\0Image_UTC_Data1600000000000SEFT', 'latin1');
    const picture = await pictureFrom(Buffer.concat([heic(), trailer]));
    expect(await decodePhoto(picture, { input, thumbnail: false })).toMatchObject({ damaged: false });
  });
});

describe('RAW', () => {
  const previews = async () => ({
    small: await redGreen(160, 120).jpeg().toBuffer(),
    large: await redGreen(640, 480).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  });

  it.each([true, false])(
    'is its largest preview, turned as the container says (whole file in memory: %s)',
    async (whole) => {
      const { small, large } = await previews();
      const picture = await pictureFrom(tiffRaw({ previews: [small, large, small], orientation: 6 }), whole);
      expect(picture).toMatchObject({ format: 'raw', width: 480, height: 640 });
      // Turned clockwise, the left side is on top.
      expect(await colourAt(picture, 0.5, 0.2)).toEqual(near([255, 0, 0]));
      expect(await colourAt(picture, 0.5, 0.8)).toEqual(near([0, 255, 0]));
    },
  );

  it('keeps the orientation a preview has of its own', async () => {
    const turned = await redGreen(640, 480).jpeg().withMetadata({ orientation: 8 }).toBuffer();
    const picture = await pictureFrom(tiffRaw({ previews: [turned], orientation: 6 }));
    expect(picture).toMatchObject({ width: 480, height: 640 });
    expect(await colourAt(picture, 0.5, 0.8)).toEqual(near([255, 0, 0]));
  });

  it.each([
    ['Fujifilm', (preview: Buffer) => rafRaw(preview), 640],
    ['Canon CR3', (preview: Buffer) => cr3Raw(preview, 8), 480],
    ['Panasonic', (preview: Buffer) => tiffRaw({ previews: [preview], magic: 85, orientation: 8 }), 480],
  ] as const)('is read from %s', async (_, container, width) => {
    const { large } = await previews();
    expect(await pictureFrom(container(large))).toMatchObject({ format: 'raw', width });
  });

  it('is told from a TIFF, which is decoded itself', async () => {
    const tiff = await redGreen(640, 480).tiff({ compression: 'jpeg' }).toBuffer();
    expect(await pictureFrom(tiff)).toMatchObject({ format: 'tiff', width: 640 });
  });

  it('says so where it has no preview', async () => {
    await expect(pictureFrom(tiffRaw({ previews: [] }))).rejects.toThrow('a camera RAW image without a preview');
  });

  it('takes the next preview where the largest is damaged', async () => {
    const { small, large } = await previews();
    // A frame header without data.
    const broken = Buffer.concat([large.subarray(0, large.indexOf(Buffer.from([0xff, 0xc0])) + 12), Buffer.alloc(9)]);
    expect(await pictureFrom(tiffRaw({ previews: [broken, small] }))).toMatchObject({ width: 160 });
  });
});

describe('JPEG XL', () => {
  it('is decoded in its size and colours', async () => {
    const picture = await pictureFrom(await jxl(redGreen(300, 200)));
    expect(picture).toMatchObject({ format: 'jxl', width: 300, height: 200 });
    expect(await colourAt(picture, 0.2, 0.5)).toEqual(near([255, 0, 0], 16));
    expect(await colourAt(picture, 0.8, 0.5)).toEqual(near([0, 255, 0], 16));
  });
});

describe('colours', () => {
  const mean = async (bytes: Buffer) => colourAt(await pictureFrom(bytes), 0.5, 0.5);
  const plain = (background: string) => sharp({ create: { width: 40, height: 40, channels: 3, background } });

  it('of 16 bit, CMYK and wide-gamut files are those of sRGB', async () => {
    const background = '#c03050';
    const wanted = [0xc0, 0x30, 0x50];
    expect(await mean(await plain(background).toColourspace('rgb16').png().toBuffer())).toEqual(near(wanted, 2));
    expect(await mean(await plain(background).withIccProfile('p3').png().toBuffer())).toEqual(near(wanted, 2));
    expect(
      await mean(
        await plain(background).withIccProfile('cmyk').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
      ),
    ).toEqual(near(wanted, 30));
  });

  it('of an animation are those of its first frame', async () => {
    const frames = await Promise.all(['#ff0000', '#0000ff'].map((colour) => plain(colour).raw().toBuffer()));
    const raw = { width: 40, height: 80, channels: 3, pageHeight: 40 } as const;
    for (const format of ['gif', 'webp'] as const) {
      const animation = await sharp(Buffer.concat(frames), { raw }).toFormat(format).toBuffer();
      const picture = await pictureFrom(animation);
      expect(picture).toMatchObject({ width: 40, height: 40 });
      expect(await colourAt(picture, 0.5, 0.5)).toEqual(near([255, 0, 0], 6));
    }
  });
});

/** A little-endian TIFF with its directory moved from its end, as sharp writes it, to its front, as others do. */
function directoryFirst(tiff: Buffer): Buffer {
  const from = tiff.readUInt32LE(4);
  const values = Buffer.from(tiff.subarray(from));
  const moved = values.length;
  const entries = values.readUInt16LE(0);
  const bytesOf = new Map([
    [3, 2],
    [4, 4],
    [5, 8],
  ]);
  for (let at = 2; at < 2 + 12 * entries; at += 12) {
    const [tag, type, count] = [values.readUInt16LE(at), values.readUInt16LE(at + 2), values.readUInt32LE(at + 4)];
    const length = count * (bytesOf.get(type) ?? 1);
    const place = length > 4 ? values.readUInt32LE(at + 8) : null;
    // Values after the directory move to its front with it; the others move back with the pixels.
    const now = place === null ? null : place >= from ? place - from + 8 : place + moved;
    if (now !== null) values.writeUInt32LE(now, at + 8);
    if (tag !== 273 && tag !== 324) continue;
    if (type !== 4 || (place !== null && place < from)) throw new Error('an offset of another kind');
    const list = place === null ? at + 8 : place - from;
    for (let i = 0; i < count; i++) values.writeUInt32LE(values.readUInt32LE(list + 4 * i) + moved, list + 4 * i);
  }
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), values, tiff.subarray(8, from)]);
}

describe('a photo cut short', () => {
  /** A gradient from left to right with noise on it that does not repeat, 320 wide. */
  const gradient = (height: number) =>
    Uint8Array.from(
      { length: 320 * height * 3 },
      (_, i) => Math.floor(((i / 3) % 320) / 2) + (Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 26),
    );
  const tiled = { tile: true, tileWidth: 64, tileHeight: 64 } as const;
  const noisy = () => sharp(gradient(240), { raw: { width: 320, height: 240, channels: 3 } });
  const animated = () => sharp(gradient(480), { raw: { width: 320, height: 480, channels: 3, pageHeight: 240 } });
  const blocks = (x: number, y: number) => [40 + ((x * 7 + y * 5) % 160), 128, 128] as const;
  const made = {
    jpeg: () => noisy().jpeg().toBuffer(),
    'progressive jpeg': () => noisy().jpeg({ progressive: true }).toBuffer(),
    png: () => noisy().png().toBuffer(),
    'interlaced png': () => noisy().png({ progressive: true }).toBuffer(),
    'interlaced png of 16 bits': () => noisy().toColourspace('rgb16').png({ progressive: true }).toBuffer(),
    'interlaced png of few colours': () => noisy().png({ palette: true, colours: 12, progressive: true }).toBuffer(),
    'interlaced grey png': () => noisy().greyscale().png({ progressive: true }).toBuffer(),
    'interlaced png with transparency': () => noisy().ensureAlpha(0.9).png({ progressive: true }).toBuffer(),
    webp: () => noisy().webp().toBuffer(),
    'lossless webp': () => noisy().webp({ lossless: true }).toBuffer(),
    'webp with transparency': () => noisy().ensureAlpha(0.9).webp().toBuffer(),
    'webp with metadata behind it': () =>
      noisy()
        .withExif({ IFD0: { Artist: 'a'.repeat(100) } })
        .webp()
        .toBuffer(),
    'animated webp': () => animated().webp().toBuffer(),
    gif: () => noisy().gif().toBuffer(),
    heic: () => Promise.resolve(heic({ width: 320, height: 240, colourAt: blocks })),
    'heic of a grid': () => Promise.resolve(heic({ width: 160, height: 240, columns: 2, colourAt: blocks })),
    'tiff by LZW': async () => directoryFirst(await noisy().tiff({ compression: 'lzw' }).toBuffer()),
    'tiff by zlib': async () => directoryFirst(await noisy().tiff({ compression: 'deflate' }).toBuffer()),
    'tiff in tiles by zlib': async () =>
      directoryFirst(
        await noisy()
          .tiff({ ...tiled, compression: 'deflate' })
          .toBuffer(),
      ),
    'tiff by JPEG': async () => directoryFirst(await noisy().tiff({ compression: 'jpeg' }).toBuffer()),
    'tiff by PackBits': async () => directoryFirst(await noisy().tiff({ compression: 'packbits' }).toBuffer()),
    tiff: async () => {
      const { data, info } = await noisy().raw().toBuffer({ resolveWithObject: true });
      const { width, height } = info;
      return tiffBytes({ width, height, channels: 3, icc: null, orientation: 1 }, (room) => void data.copy(room));
    },
  };

  it.each(Object.entries(made))('is decoded with what there is of it, and said to be damaged: %s', async (_, make) => {
    const whole = await make();
    expect(await decodePhoto(await pictureFrom(whole), { input, thumbnail: true })).toMatchObject({ damaged: false });
    for (const share of [0.3, 0.6, 0.9, 0.98, 0.995]) {
      const cut = await pictureFrom(whole.subarray(0, Math.floor(whole.length * share)));
      const decoded = await decodePhoto(cut, { input, thumbnail: true });
      expect(decoded.damaged).toBe(true);
      expect(Math.max(...(decoded.pixels ?? [])) - Math.min(...(decoded.pixels ?? []))).toBeGreaterThan(40);
      expect(await sharp(decoded.thumbnail ?? undefined).metadata()).toMatchObject({ width: 320, height: 240 });
    }
  });

  const interlaced = Object.entries(made).filter(([name]) => name.startsWith('interlaced'));
  const pixelsOf = async (bytes: Buffer) => {
    const { pixels } = await decodePhoto(await pictureFrom(bytes), { input, thumbnail: false });
    return pixels ?? new Uint8Array();
  };

  it.each(interlaced)('has all pixels where only its end is missing: %s', async (_, make) => {
    const whole = await make();
    expect(Buffer.compare(await pixelsOf(whole.subarray(0, -12)), await pixelsOf(whole))).toBe(0);
  });

  it.each([1, 2, 4] as const)(
    'has all pixels of an interlaced PNG of %i bits a pixel without its end',
    async (depth) => {
      const whole = await noisy()
        .png({ palette: true, colours: 2 ** depth, progressive: true })
        .toBuffer();
      expect(whole[24]).toBe(depth);
      expect(Buffer.compare(await pixelsOf(whole.subarray(0, -12)), await pixelsOf(whole))).toBe(0);
    },
  );

  it('shows the whole of an interlaced PNG more coarsely the less there is of it', async () => {
    const whole = await noisy().png({ progressive: true }).toBuffer();
    const pixels = await pixelsOf(whole);
    const differences = [];
    for (const share of [0.1, 0.3, 0.6, 0.98]) {
      const part = await pixelsOf(whole.subarray(0, Math.floor(whole.length * share)));
      differences.push(part.reduce((sum, value, i) => sum + Math.abs(value - (pixels[i] ?? NaN)), 0) / part.length);
    }
    expect(differences[0]).toBeLessThan(25);
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));
    expect(differences.at(-1)).toBeLessThan(1);
  });

  it('is decoded up to the damage where an interlaced PNG is damaged in its middle', async () => {
    const whole = await noisy().png({ progressive: true }).toBuffer();
    const damaged = Buffer.from(whole).fill(0xff, whole.length >> 1, (whole.length >> 1) + 500);
    expect(await decodePhoto(await pictureFrom(damaged), { input, thumbnail: true })).toMatchObject({ damaged: true });
  });

  it('is refused where an interlaced PNG has no row of pixels', async () => {
    const whole = await noisy().png({ progressive: true }).toBuffer();
    const header = await pictureFrom(whole.subarray(0, whole.indexOf('IDAT') + 6));
    await expect(decodePhoto(header, { input, thumbnail: false })).rejects.toThrow(/no row/);
  });

  it('lacks only its end marker, or has other bytes behind it: the same pixels as the whole one', async () => {
    const whole = await made.jpeg();
    const pixelsOf = async (bytes: Buffer) =>
      (await decodePhoto(await pictureFrom(bytes), { input, thumbnail: false })).pixels;
    const wanted = await pixelsOf(whole);
    expect(await pixelsOf(whole.subarray(0, -2))).toEqual(wanted);
    expect(await pixelsOf(Buffer.concat([whole, Buffer.alloc(100_000, 7)]))).toEqual(wanted);
  });

  it('is refused with the decoder’s error where no picture is left', async () => {
    const whole = await made.jpeg();
    const header = await pictureFrom(whole.subarray(0, whole.indexOf(Buffer.from([0xff, 0xda])) + 14));
    await expect(decodePhoto(header, { input, thumbnail: false })).rejects.toThrow(/premature end/);
  });
});

describe('decodeFull', () => {
  it('has no more pixels than a browser can show, in the shape of the photo', async () => {
    const huge = sharp({ create: { width: 12_000, height: 6_000, channels: 3, background: 'red' } });
    const { width, height } = await sharp(await decodeFull(await pictureFrom(await huge.jpeg().toBuffer()))).metadata();
    expect(width * height).toBeLessThanOrEqual(viewerPixels);
    expect(width * height).toBeGreaterThan(0.99 * viewerPixels);
    expect(width / height).toBeCloseTo(2, 3);
  });

  it('gives an upright JPEG in full size', async () => {
    const full = await decodeFull(await pictureFrom(heic({ irot: 1 })));
    expect(await sharp(full).metadata()).toMatchObject({ format: 'jpeg', width: 32, height: 64, space: 'srgb' });
  });
});
