// Drawn text is read correctly: straight, turned, light on dark, upwards and upside down. Pictures without text give
// nothing.
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { characterErrorRate, drawnText, paint, textKinds } from '../../../test/support/drawn-text.ts';
import { drawnPhoto } from '../../../test/support/drawn-photo.ts';
import { openTextReader, type TextReader } from './text-reader.ts';

let reader: TextReader;
beforeAll(async () => {
  reader = await openTextReader(1);
});
afterAll(() => reader.dispose());

async function read(image: Buffer): Promise<string[]> {
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const lines = await reader.read({ width: info.width, height: info.height, pixels: new Uint8Array(data) });
  return lines.map(({ text }) => text);
}

it.each(textKinds)('reads a %s', async (kind) => {
  const { lines, jpeg } = await drawnText(kind, 1);
  expect(characterErrorRate((await read(jpeg)).join(' '), lines.join(' '))).toBeLessThan(0.1);
});

it.each([90, 180, 270])('reads text that is turned by %i degrees', async (degrees) => {
  const look = { width: 900, height: 900, size: 70, face: 'DejaVu Sans', ink: '#123', ground: '#fff' };
  const image = await paint(['PLATFORM SEVEN'], { ...look, turn: degrees });
  expect((await read(image)).join(' ')).toBe('PLATFORM SEVEN');
});

it('reads nothing in a picture without text', async () => {
  expect(await read(await drawnPhoto(3, 800, 600))).toEqual([]);
});

it('reads a picture that is smaller than the network looks at', async () => {
  expect(
    await read(
      await sharp({ create: { width: 5, height: 3, channels: 3, background: '#888' } })
        .png()
        .toBuffer(),
    ),
  ).toEqual([]);
});
