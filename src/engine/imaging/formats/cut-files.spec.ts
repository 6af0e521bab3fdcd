// Files that are cut after the picture that is shown of them.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureFrom } from '../../../../test/support/picture.ts';
import { tiffRaw } from '../../../../test/support/raw.ts';
import { decodePhoto } from '../decode-photo.ts';
import { completePng, isCutGif, isCutRaw } from './cut-files.ts';

const noise = (pages: number) =>
  sharp(Buffer.from(Uint8Array.from({ length: 64 * 64 * pages * 3 }, (_, i) => (i * 2654435761) >>> 24)), {
    raw: { width: 64, height: 64 * pages, channels: 3, pageHeight: 64 },
  });
const preview = await noise(1).resize(320, 240).jpeg().toBuffer();

describe('an animated GIF', () => {
  it('is cut wherever a block of it is, and whole with all blocks, without its end marker and with more behind it', async () => {
    const gif = await noise(3)
      .gif({ loop: 0, delay: [100, 100, 100] })
      .toBuffer();
    expect([isCutGif(gif), isCutGif(gif.subarray(0, -1)), isCutGif(Buffer.concat([gif, Buffer.alloc(9, 7)]))]).toEqual([
      false,
      false,
      false,
    ]);
    for (const share of [0.3, 0.5, 0.7, 0.9]) expect(isCutGif(gif.subarray(0, share * gif.length))).toBe(true);
    const picture = await pictureFrom(gif.subarray(0, 0.8 * gif.length));
    expect([picture.isCutShort, (await pictureFrom(gif)).isCutShort]).toEqual([true, false]);
  });
});

describe('a PNG', () => {
  it('is cut without its end chunk, and whole with more behind it', async () => {
    const png = await noise(1).png().toBuffer();
    for (const whole of [png, Buffer.concat([png, Buffer.alloc(9)])]) expect(completePng(whole)).toBe(whole);
    for (const cut of [12, 20, 2000]) expect(completePng(png.subarray(0, -cut))).not.toBe(png.subarray(0, -cut));
    const picture = await pictureFrom(png.subarray(0, -12));
    expect([picture.isCutShort, (await pictureFrom(png)).isCutShort]).toEqual([true, false]);
  });

  it('of few kilobytes shows the rows that are there, wherever it is cut', async () => {
    const rows = Buffer.from(Uint8Array.from({ length: 200 * 200 * 3 }, (_, i) => (i >> 4) * 7));
    const png = await sharp(rows, { raw: { width: 200, height: 200, channels: 3 } })
      .png()
      .toBuffer();
    expect(png.length).toBeLessThan(8192);
    for (const share of [0.98, 0.8]) {
      const picture = await pictureFrom(png.subarray(0, share * png.length));
      const { thumbnail, damaged } = await decodePhoto(picture, { input: null, thumbnail: true });
      const { data } = await sharp(thumbnail ?? Buffer.alloc(0))
        .extract({ left: 0, top: 0, width: 200, height: 100 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([damaged, new Set(data).size > 50]).toEqual([true, true]);
    }
    // Cut in the name of a chunk, and in a chunk that is not known.
    for (const end of [png.indexOf('IDAT') + 2, png.indexOf('IDAT') - 4]) {
      expect(completePng(png.subarray(0, end)).indexOf('IEND')).toBe(png.indexOf('IDAT'));
    }
  });
});

describe('a camera RAW', () => {
  it('is cut where a strip of its sensor data ends beyond it', async () => {
    // The sensor's data end before the preview, so the offset is moved after it.
    const whole = tiffRaw({ previews: [preview] });
    const raw = Buffer.concat([whole, Buffer.alloc(512)]);
    const strip = raw.indexOf(Buffer.from([0x11, 0x01, 0x04, 0, 1, 0, 0, 0]));
    raw.writeUInt32LE(whole.length, strip + 8);
    expect([isCutRaw(raw, raw.length), isCutRaw(whole, whole.length)]).toEqual([false, false]);
    const cut = raw.subarray(0, -100);
    expect(isCutRaw(cut, cut.length)).toBe(true);
    expect([(await pictureFrom(cut)).isCutShort, (await pictureFrom(raw)).isCutShort]).toEqual([true, false]);
  });

  it('is cut where the last box of a CR3 ends beyond it', () => {
    const box = (type: string, size: number): Buffer => {
      const bytes = Buffer.alloc(size);
      bytes.writeUInt32BE(size);
      bytes.write(type, 4, 'latin1');
      return bytes;
    };
    const raw = Buffer.concat([box('ftyp', 24), box('moov', 100), box('mdat', 300)]);
    expect([isCutRaw(raw, raw.length), isCutRaw(raw.subarray(0, -1), raw.length - 1)]).toEqual([false, true]);
    expect(isCutRaw(Buffer.concat([raw, box('free', 8)]), raw.length + 8)).toBe(false);
  });

  it('of a maker with other numbers in place of offsets is whole', () => {
    const raw = tiffRaw({ previews: [preview], magic: 0x55 });
    expect(isCutRaw(raw.subarray(0, 200), 200)).toBe(false);
  });
});
