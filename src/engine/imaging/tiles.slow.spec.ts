// Tiles of a huge photo: together they are the photo, pixel by pixel, upright.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { pictureFrom } from '../../../test/support/picture.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { decodeTiles, tilePart, tilesOf } from './tiles.ts';
import { numberAt } from '../../shared/at.ts';

/** Every pixel differs from its neighbours. */
const pattern = (width: number, height: number): Buffer =>
  Buffer.from(Array.from({ length: width * height }, (_, i) => (i * 37 + Math.floor(i / width) * 91) % 256));

it('are the photo in full size, turned upright', async () => {
  const [width, height] = [1500, 2300];
  const raw = { raw: { width, height, channels: 1 } } as const;
  const photo = await sharp(pattern(width, height), raw).withMetadata({ orientation: 6 }).png().toBuffer();
  const upright = await sharp(photo).autoOrient().toColourspace('srgb').raw().toBuffer();
  const tiles = tilesOf({ width: height, height: width });
  expect(tiles).toEqual({ width: 2300, height: 1500, side: 1024, columns: 3, rows: 2 });
  const file = join(temporaryFolder(), 'tiles');
  const bytes = await decodeTiles(await pictureFrom(photo));
  writeFileSync(file, bytes);
  for (const n of [0, 2, 5]) {
    const [start, end] = await tilePart(file, n);
    const { data, info } = await sharp(bytes.subarray(start, end)).raw().toBuffer({ resolveWithObject: true });
    const [left, top] = [(n % 3) * 1024, Math.floor(n / 3) * 1024];
    expect([info.width, info.height]).toEqual([Math.min(1024, 2300 - left), Math.min(1024, 1500 - top)]);
    const wanted = await sharp(upright, { raw: { width: 2300, height: 1500, channels: 3 } })
      .extract({ left, top, width: info.width, height: info.height })
      .raw()
      .toBuffer();
    const error = data.reduce((sum, value, i) => sum + Math.abs(value - numberAt(wanted, i)), 0) / data.length;
    // JPEG changes noise a little; a tile from another place would be wrong by 85 on average.
    expect(error).toBeLessThan(12);
  }
  await expect(tilePart(file, 6)).rejects.toThrow(RangeError);
});
