import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actualSize, cornerOf, fitted, largestScale, moved, tilesInView, zoomedAt } from './zoom.ts';

const stage = { width: 1000, height: 800 };
const photo = { width: 4000, height: 3000 };
const centre = { x: 0, y: 0 };

describe('fitted', () => {
  it('shows the whole photo as large as the stage allows', () => {
    expect(fitted(photo, stage)).toEqual({ scale: 0.25, x: 0, y: 0 });
    expect(fitted({ width: 100, height: 4000 }, stage).scale).toBe(0.2);
  });

  it('shows a small photo at twice its size, not larger', () => {
    expect(fitted({ width: 64, height: 48 }, stage).scale).toBe(2);
  });
});

describe('zoomedAt', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) });
  const inside = fc.record({
    x: fc.double({ min: -500, max: 500, noNaN: true }),
    y: fc.double({ min: -400, max: 400, noNaN: true }),
  });

  it('keeps what is under the pointer where it is, as long as the photo covers the stage there', () => {
    const near = zoomedAt(fitted(photo, stage), 4, { x: 300, y: 100 }, photo, stage);
    expect(near).toEqual({ scale: 1, x: -900, y: -300 });
    const nearer = zoomedAt(near, 2, { x: -200, y: 50 }, photo, stage);
    const at = (zoom: typeof near) => ({ x: (-200 - zoom.x) / zoom.scale, y: (50 - zoom.y) / zoom.scale });
    expect(at(nearer)).toEqual(at(near));
  });

  it('never shows a photo smaller than fitted, nor more than eight times its size', () => {
    fc.assert(
      fc.property(size, inside, fc.double({ min: 0.01, max: 100, noNaN: true }), (some, point, factor) => {
        const fit = fitted(some, stage);
        const { scale } = zoomedAt(fit, factor, point, some, stage);
        expect(scale).toBeGreaterThanOrEqual(fit.scale);
        expect(scale).toBeLessThanOrEqual(largestScale);
      }),
    );
  });

  it('leaves no gap at one side while the photo reaches beyond the other', () => {
    fc.assert(
      fc.property(size, inside, inside, fc.double({ min: 1, max: 50, noNaN: true }), (some, point, drag, factor) => {
        const zoom = zoomedAt(fitted(some, stage), factor, point, some, stage);
        const { scale, x, y } = moved({ ...zoom, x: zoom.x + 10 * drag.x, y: zoom.y + 10 * drag.y }, some, stage);
        for (const [offset, length, room] of [
          [x, some.width * scale, stage.width],
          [y, some.height * scale, stage.height],
        ] as const) {
          const [before, after] = [(room - length) / 2 + offset, (room - length) / 2 - offset];
          if (length <= room) expect(before).toBeCloseTo(after, 6);
          else expect(Math.max(before, after)).toBeLessThanOrEqual(1e-6);
        }
      }),
    );
  });
});

describe('actualSize', () => {
  it('puts one pixel of the photo on one pixel of the screen', () => {
    expect(actualSize(fitted(photo, stage), centre, photo, stage, 2).scale).toBeCloseTo(0.5);
  });
});

describe('cornerOf', () => {
  it('is on a whole pixel of the screen, so that full size is not resampled', () => {
    expect(cornerOf({ scale: 1, x: 0, y: 0 }, { width: 4001, height: 301 }, stage, 1)).toEqual({ x: -1500, y: 250 });
    const corner = cornerOf({ scale: 0.5, x: 0.3, y: 0 }, { width: 4001, height: 301 }, stage, 2);
    expect([corner.x % 0.5, corner.y % 0.5].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('tilesInView', () => {
  const tiles = { width: 20_000, height: 5000, side: 1024, columns: 20, rows: 5 };

  it('are those that the stage shows, with the narrower ones at the ends', () => {
    expect(tilesInView(tiles, { x: 0, y: 0 }, 1, stage)).toEqual([{ n: 0, x: 0, y: 0, width: 1024, height: 1024 }]);
    const end = tilesInView(tiles, { x: 1000 - 20_000, y: 800 - 5000 }, 1, stage);
    expect(end.map(({ n }) => n)).toEqual([98, 99]);
    expect(end.at(-1)).toEqual({ n: 99, x: 19_456, y: 4096, width: 544, height: 904 });
  });

  it('are few at any position of the photo, and none for a photo outside the stage', () => {
    const offset = fc.integer({ min: -20_000, max: 1000 });
    fc.assert(
      fc.property(offset, offset, fc.double({ min: 0.8, max: 8, noNaN: true }), (x, y, scale) => {
        const shown = tilesInView(tiles, { x, y }, scale, stage);
        expect(shown.length).toBeLessThanOrEqual(9);
        for (const { x: left, width } of shown) {
          expect(x + left * scale).toBeLessThanOrEqual(stage.width);
          expect(x + (left + width) * scale).toBeGreaterThanOrEqual(0);
        }
      }),
    );
    expect(tilesInView(tiles, { x: 2000, y: 0 }, 1, stage)).toEqual([]);
    expect(tilesInView(tiles, { x: -16_001, y: 0 }, 0.8, stage)).toEqual([]);
  });
});
