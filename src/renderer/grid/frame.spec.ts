import { expect, it } from 'vitest';
import { frameOf, photosInFrame } from './frame.ts';
import { layoutRows, placesOf } from './layout.ts';

const measures = { width: 640, rowHeight: 150, gap: 6, headingHeight: 46 };
const ratios = Array.from({ length: 60 }, (_, i) => 0.7 + (i % 5) * 0.3);
const layout = layoutRows(ratios, [{ start: 0, heading: 'July' }], measures);

it('a frame contains the photos it touches, from any corner it is drawn', () => {
  const a = { x: 20, y: 60 };
  const b = { x: 400, y: 420 };
  const touched = placesOf(layout, ratios, measures.gap, 0, 100)
    .filter((p) => p.left < 400 && p.left + p.width > 20 && p.top < 420 && p.top + p.height > 60)
    .map(({ index }) => index);
  expect(touched.length).toBeGreaterThan(3);
  expect(photosInFrame(layout, ratios, measures.gap, frameOf(a, b))).toEqual(touched);
  expect(photosInFrame(layout, ratios, measures.gap, frameOf(b, a))).toEqual(touched);
});

it('a frame over a heading or beside the photos holds none', () => {
  expect(photosInFrame(layout, ratios, 6, frameOf({ x: 0, y: 0 }, { x: 600, y: 30 }))).toEqual([]);
  expect(photosInFrame(layout, ratios, 6, frameOf({ x: -20, y: 0 }, { x: -2, y: 900 }))).toEqual([]);
});
