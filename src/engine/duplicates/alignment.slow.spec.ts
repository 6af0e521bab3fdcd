// Mirrored, turned and cropped copies of generated pictures agree with their originals; other pictures do not.
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { drawnPhoto } from '../../../test/support/drawn-photo.ts';
import { hammingDistance } from '../numerics/popcount.ts';
import { cropAgreement, turnedAgreement } from './alignment.ts';
import { colourCode } from './colour-code.ts';
import { cellsOf, correlation, rasterOf, rasterOfGrey, whole } from './raster.ts';

const [width, height] = [480, 360];
const original = await drawnPhoto(1, width, height);
const others = await Promise.all([2, 3, 4, 5].map((n) => drawnPhoto(n, width, height)));
const jpeg = (image: Sharp) => image.jpeg({ quality: 70 }).toBuffer();

it.each([
  ['mirrored', () => sharp(original).flop()],
  ['upside down', () => sharp(original).flip()],
  ['turned right', () => sharp(original).rotate(90)],
  ['turned around', () => sharp(original).rotate(180)],
  ['turned left', () => sharp(original).rotate(270)],
  ['mirrored and turned', () => sharp(original).flop().rotate(90)],
])('%s', async (_how, edit) => {
  const copy = await jpeg(edit());
  const raster = await rasterOf(copy);
  expect(turnedAgreement(await rasterOf(original), raster)).toBeGreaterThan(0.97);
  for (const other of others) expect(turnedAgreement(await rasterOf(other), raster)).toBeLessThan(0.9);
  expect(hammingDistance(await colourCode(original), await colourCode(copy))).toBeLessThan(20);
});

it.each([
  [0.08, 0, 0],
  [0.15, 1, 0.5],
  [0.15, 0.3, 1],
  [0.3, 0.5, 0.2],
])('cropped by %f of its sides, %f from the left and %f from the top of what was cut', async (cut, x, y) => {
  const left = Math.round(width * cut * x);
  const top = Math.round(height * cut * y);
  const window = { left, top, width: Math.round(width * (1 - cut)), height: Math.round(height * (1 - cut)) };
  const copy = await jpeg(sharp(original).extract(window));
  const raster = await rasterOf(copy);
  expect(cropAgreement(await rasterOf(original), raster)).toBeGreaterThan(0.98);
  for (const other of others) expect(cropAgreement(await rasterOf(other), raster)).toBeLessThan(0.9);
  expect(hammingDistance(await colourCode(original), await colourCode(copy))).toBeLessThanOrEqual(40);
});

it.each([
  ['mirrored', (image: Sharp) => image.flop()],
  ['turned right', (image: Sharp) => image.rotate(90)],
  ['turned around', (image: Sharp) => image.rotate(180)],
  ['mirrored and turned left', (image: Sharp) => image.flop().rotate(270)],
])('cropped, then %s', async (_how, edit) => {
  const window = { left: 40, top: 20, width: Math.round(width * 0.85), height: Math.round(height * 0.85) };
  const copy = await jpeg(edit(sharp(await sharp(original).extract(window).png().toBuffer())));
  const raster = await rasterOf(copy);
  expect(cropAgreement(await rasterOf(original), raster)).toBeGreaterThan(0.98);
  for (const other of others) expect(cropAgreement(await rasterOf(other), raster)).toBeLessThan(0.9);
  expect(hammingDistance(await colourCode(original), await colourCode(copy))).toBeLessThanOrEqual(40);
});

it('does not take one smooth picture for another', async () => {
  const slope = (grey: (x: number, y: number) => number) =>
    rasterOfGrey(
      Uint8Array.from({ length: 96 * 72 }, (_, i) => grey((i % 96) / 96, Math.floor(i / 96) / 72)),
      96,
      72,
    );
  const sky = slope((x, y) => 220 - 150 * y + 6 * Math.sin(40 * x));
  const sea = slope((x, y) => 220 - 150 * y + 6 * Math.sin(31 * x * y + 2));
  expect(correlation(cellsOf(sky, whole, 16), cellsOf(sea, whole, 16))).toBeGreaterThan(0.98);
  expect(cropAgreement(sky, sea)).toBeLessThan(0.9);
  const flat = slope(() => 100);
  expect(cropAgreement(flat, flat)).toBeLessThan(0.5);
});

it('measures any window as its pixels are', () => {
  // 4 x 2 pixels; the right half is brighter at the bottom.
  const raster = rasterOfGrey(Uint8Array.of(0, 0, 10, 10, 0, 0, 90, 90), 4, 2);
  const right = cellsOf(raster, { left: 0.5, top: 0, width: 0.5, height: 1 }, 2);
  expect(Array.from(right, Math.sign)).toEqual([-1, -1, 1, 1]);
  expect(right.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 6);
});
