// Exposure and colours as the viewer shows them, compared with ExifTool, an independent program.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exifOf, photoWith, type ExifBlock } from '../../../../test/support/metadata-photo.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { itemAt } from '../../../shared/at.ts';
import type { PhotoExposure } from '../../../shared/contract/photos.ts';
import { parseJson } from '../../../shared/json.ts';
import { openInside } from '../open-inside.ts';
import { exposureOf } from '../read-photo.ts';

async function exposureIn(folder: string, name: string): Promise<PhotoExposure> {
  await using file = await openInside(folder, name);
  return await exposureOf(file, path.join(folder, name), () => undefined);
}

async function exposure(name: string, bytes: Buffer): Promise<PhotoExposure> {
  const folder = temporaryFolder();
  await writeFile(path.join(folder, name), bytes);
  return exposureIn(folder, name);
}

const rational = (a: number, b: number) => ({ rationals: [[a, b]] as const });

const camera = {
  0x829a: rational(1, 250),
  0x829d: rational(28, 10),
  0x8827: { short: 400 },
  0x9209: { short: 16 },
  0x920a: rational(50, 1),
  0xa405: { short: 75 },
  0xa434: { ascii: 'EF-S 17-55mm f/2.8 IS USM' },
  0xa001: { short: 1 },
} as const;

/** Photos with the settings of different cameras. */
const photos: Readonly<Record<string, ExifBlock>> = {
  'fast.jpg': { exif: camera },
  'intel.jpg': { exif: camera, littleEndian: true },
  'long.jpg': {
    exif: {
      ...camera,
      0x829a: rational(25, 10),
      0x829d: rational(11, 1),
      0x9209: { short: 25 },
      0x920a: rational(4253, 1000),
    },
  },
  'by-specification.jpg': {
    exif: {
      0x829a: rational(10, 600),
      0x8827: { short: 65535 },
      0xa432: {
        rationals: [
          [24, 1],
          [70, 1],
          [28, 10],
          [4, 1],
        ],
      },
    },
  },
  'unknown.jpg': {
    exif: {
      0x829a: rational(0, 0),
      0x829d: rational(0, 1),
      0x920a: rational(0, 1),
      0xa432: {
        rationals: [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
      },
    },
  },
};

const exiftoolPresent = spawnSync('exiftool', ['-ver']).status === 0;
describe.skipIf(!exiftoolPresent)(
  `the exposure${exiftoolPresent ? '' : ' (skipped: ExifTool is not installed)'}`,
  () => {
    it('agrees with ExifTool for every setting and both byte orders', async () => {
      const folder = temporaryFolder();
      for (const [name, exif] of Object.entries(photos))
        await writeFile(path.join(folder, name), await photoWith({ exif }));
      const names = Object.keys(photos);
      const files = names.map((name) => path.join(folder, name));
      const { stdout } = spawnSync('exiftool', ['-j', '-n', ...files], { encoding: 'utf8' });
      const theirs = parseJson(z.array(z.record(z.string(), z.unknown())), stdout);
      const { stdout: printed } = spawnSync('exiftool', ['-j', '-LensInfo', ...files], { encoding: 'utf8' });
      const lenses = parseJson(z.array(z.record(z.string(), z.unknown())), printed);
      for (const [i, name] of names.entries()) {
        const their = itemAt(theirs, i);
        const number = (field: string): number | null => Number(their[field]) || null;
        const ours = await exposureIn(folder, name);
        expect({ name, seconds: ours.seconds, aperture: ours.aperture, focalLength: ours.focalLength }).toEqual({
          name,
          seconds: expectNear(number('ExposureTime')),
          aperture: expectNear(number('FNumber')),
          focalLength: expectNear(number('FocalLength')),
        });
        expect(ours.iso).toBe(number('ISO'));
        expect(ours.focalLength35).toBe(number('FocalLengthIn35mmFormat'));
        expect(ours.flash).toBe(their['Flash'] === undefined ? null : (Number(their['Flash']) & 1) === 1);
        expect(ours.lens).toBe(
          their['LensModel'] ?? (name === 'unknown.jpg' ? null : itemAt(lenses, i)['LensInfo']) ?? null,
        );
      }
    });

    it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
      "names a %s's colour profile as ExifTool does",
      async (format) => {
        const folder = temporaryFolder();
        const file = path.join(folder, `p3.${format}`);
        await sharp({ create: { width: 16, height: 16, channels: 3, background: '#369' } })
          .withIccProfile('p3')
          .toFormat(format)
          .toFile(file);
        const { stdout } = spawnSync('exiftool', ['-s3', '-ProfileDescription', file], { encoding: 'utf8' });
        expect((await exposureIn(folder, path.basename(file))).colourProfile).toBe(stdout.trim());
      },
    );
  },
);

/** EXIF's fractions are rounded by ExifTool to about nine digits. */
const expectNear = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

it("takes EXIF's colour space where the file has no profile", async () => {
  expect((await exposure('a.jpg', await photoWith({ exif: { exif: camera } }))).colourProfile).toBe('sRGB');
  expect((await exposure('a.jpg', await photoWith({}))).colourProfile).toBeNull();
});

it.each<[string, ExifBlock['exif'], number]>([
  ['the recommended index', { 0x8832: { long: 204_800 }, 0x8833: { long: 102_400 } }, 204_800],
  [
    "ISO's speed, without a recommended index",
    { 0x8832: { bytes: Buffer.alloc(0) }, 0x8833: { long: 102_400 } },
    102_400,
  ],
  ['the largest number, without either', {}, 65_535],
])('takes, where the sensitivity does not fit its field, %s', async (_, more, iso) => {
  const exif = { 0x8827: { short: 65_535 }, ...more };
  expect((await exposure('a.jpg', await photoWith({ exif: { exif } }))).iso).toBe(iso);
});

it('leaves everything unknown of a photo without metadata, and of faulty metadata', async () => {
  const none = await exposure('a.jpg', await photoWith({}));
  expect(new Set(Object.values(none))).toEqual(new Set([null]));
  const faulty = await sharp(await photoWith({}))
    .withMetadata()
    .jpeg()
    .toBuffer();
  const broken = Buffer.concat([
    faulty.subarray(0, 2),
    Buffer.from([0xff, 0xe1, 0, 26]),
    Buffer.from('Exif\0\0'),
    exifOf({ exif: camera }).subarray(0, 18),
    faulty.subarray(2),
  ]);
  expect((await exposure('b.jpg', broken)).seconds).toBeNull();
});
