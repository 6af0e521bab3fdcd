// The smallest rectangle around points, and pictures cropped from one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutOut, isInRectangle, smallestRectangle, upsideDown } from './rectangle.ts';

const corners = (cx: number, cy: number, width: number, height: number, degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([s = 0, t = 0]) => {
    const [u, v] = [(s * width) / 2, (t * height) / 2];
    return { x: cx + u * cos - v * sin, y: cy + u * sin + v * cos };
  });
};

it('finds a rectangle again from its corners, upright for any turn below 45 degrees', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -44, max: 44 }),
      fc.integer({ min: 30, max: 200 }),
      fc.integer({ min: 5, max: 25 }),
      (degrees, width, height) => {
        const found = smallestRectangle(corners(300, 200, width, height, degrees));
        expect(found?.width).toBeCloseTo(width, 6);
        expect(found?.height).toBeCloseTo(height, 6);
        expect((Math.atan2(found?.along.y ?? 9, found?.along.x ?? 9) * 180) / Math.PI).toBeCloseTo(degrees, 6);
        expect([found?.centre.x, found?.centre.y].map((x) => Math.round(x ?? 0))).toEqual([300, 200]);
      },
    ),
  );
});

it('has no rectangle for points on a line', () => {
  expect(smallestRectangle([0, 1, 2, 3].map((x) => ({ x, y: x })))).toBeNull();
});

it('knows what is inside of a turned rectangle', () => {
  const [first, ...more] = corners(50, 50, 40, 10, 30);
  const rectangle = first === undefined ? null : smallestRectangle([first, ...more]);
  expect(
    rectangle !== null &&
      isInRectangle(rectangle, { x: 50 + 15 * Math.cos(Math.PI / 6), y: 50 + 15 * Math.sin(Math.PI / 6) }),
  ).toBe(true);
  expect(rectangle !== null && isInRectangle(rectangle, { x: 65, y: 50 })).toBe(false);
});

/** 4 x 2 pixels, each of its own grey. */
const picture = { width: 4, height: 2, pixels: Uint8Array.from({ length: 24 }, (_, i) => Math.floor(i / 3) * 10) };
const greys = ({ pixels }: { pixels: Uint8Array }) => Array.from(pixels).filter((_, i) => i % 3 === 0);
const whole = { centre: { x: 2, y: 1 }, along: { x: 1, y: 0 }, width: 4, height: 2 };

it('cuts out the pixels as they are where the rectangle is upright and of the size wanted', () => {
  expect(greys(cutOut(picture, whole, 4, 2))).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
});

it('turns text that runs upwards to the right, and text that is upside down', () => {
  // The bottom is now on the left.
  expect(greys(cutOut(picture, whole, 2, 4, true))).toEqual([30, 70, 20, 60, 10, 50, 0, 40]);
  expect(greys(upsideDown(picture))).toEqual([70, 60, 50, 40, 30, 20, 10, 0]);
});
