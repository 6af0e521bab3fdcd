import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  layoutRows,
  layoutWithin,
  mostInView,
  placesOf,
  rowAt,
  gridRows,
  rowOf,
  rowsNear,
  shownRatio,
  startOf,
  verticalNeighbour,
} from './layout.ts';

const measures = { width: 1000, rowHeight: 170, gap: 6, headingHeight: 40 };
const one = [{ start: 0, heading: null }];

describe('layoutRows', () => {
  it('shows every photo once, in order, inside the width, rows below one another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 8, noNaN: true }), { maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 5 }),
        fc.integer({ min: 200, max: 4000 }),
        fc.integer({ min: 60, max: 400 }),
        (ratios, cuts, width, rowHeight) => {
          const starts = [...new Set([0, ...cuts.filter((cut) => cut < ratios.length)])].sort((a, b) => a - b);
          const sections = starts.map((start) => ({ start, heading: `from ${start}` }));
          const layout = layoutRows(ratios, sections, { ...measures, width, rowHeight });
          const places = placesOf(layout, ratios, measures.gap, 0, gridRows(layout));
          expect(places.map((place) => place.index)).toEqual(ratios.map((_, i) => i));
          for (const [i, place] of places.entries()) {
            expect(place.left + place.width).toBeLessThanOrEqual(Math.max(width, place.width) + 0.01);
            expect(place.width / place.height).toBeCloseTo(shownRatio(ratios[i] ?? Number.NaN), 5);
            const next = places[i + 1];
            if (next === undefined) continue;
            if (next.top === place.top) expect(next.left).toBeCloseTo(place.left + place.width + measures.gap, 4);
            else expect(next.top).toBeGreaterThanOrEqual(place.top + place.height + measures.gap - 0.01);
          }
          for (const { start } of sections) if (ratios.length > 0) expect(layout.starts).toContain(start);
          expect(layout.height).toBeGreaterThanOrEqual(Math.max(0, ...places.map((p) => p.top + p.height)) - 0.01);
        },
      ),
    );
  });

  it('fills the width with every row but the last of a section', () => {
    const ratios = Array.from({ length: 100 }, (_, i) => 0.7 + (i % 7) / 4);
    const layout = layoutRows(ratios, one, measures);
    for (let row = 0; row < gridRows(layout) - 1; row++) {
      const last = placesOf(layout, ratios, measures.gap, row, row + 1).at(-1);
      expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(measures.width, 2);
    }
  });

  it('leaves a single photo at about the wanted height', () => {
    expect([...layoutRows([1], one, measures).heights]).toEqual([170]);
  });

  it('puts headings above their rows', () => {
    const layout = layoutRows(
      [1, 1, 1],
      [
        { start: 0, heading: 'May' },
        { start: 2, heading: 'April' },
      ],
      measures,
    );
    expect(layout.headings).toEqual([
      { text: 'May', top: 0, start: 0 },
      { text: 'April', top: 40 + 170 + 6, start: 2 },
    ]);
    expect([...layout.tops]).toEqual([40, 40 + 170 + 6 + 40]);
  });

  it('has no height for no photos', () => {
    expect(layoutRows([], one, measures)).toMatchObject({ height: 0, headings: [] });
  });
});

describe('rows and photos', () => {
  const ratios = Array.from({ length: 1000 }, (_, i) => 0.7 + (i % 5) / 3);
  const layout = layoutRows(ratios, one, measures);

  it('finds the row of each photo and the row at each height', () => {
    for (let row = 0; row < gridRows(layout); row++) {
      for (const place of placesOf(layout, ratios, measures.gap, row, row + 1)) {
        expect(rowOf(layout, place.index)).toBe(row);
        expect(rowAt(layout, place.top + 1)).toBe(row);
      }
    }
    expect(rowAt(layout, -50)).toBe(0);
    expect(rowAt(layout, 1e9)).toBe(gridRows(layout) - 1);
  });

  it('goes to the nearest photo of the row above and below, and stays at the ends', () => {
    const squares = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    // Six squares in a row of 1000 pixels.
    const even = layoutRows(squares, one, { ...measures, width: 6 * 170 + 5 * 6 });
    expect([...even.starts]).toEqual([0, 6, 12]);
    expect(verticalNeighbour(even, squares, 6, 2, 1)).toBe(8);
    expect(verticalNeighbour(even, squares, 6, 8, -1)).toBe(2);
    expect(verticalNeighbour(even, squares, 6, 2, -1)).toBe(2);
    expect(verticalNeighbour(even, squares, 6, 8, 5)).toBe(8);
  });
});

describe('rowsNear', () => {
  const tilesIn = (layout: ReturnType<typeof layoutRows>, { from, to }: { from: number; to: number }): number =>
    startOf(layout, to) - startOf(layout, from);
  const ratios = Array.from({ length: 20_000 }, (_, i) => 0.7 + (i % 7) / 4);

  it('has a screen above and below the view where the photos are few', () => {
    const layout = layoutRows(ratios, one, measures);
    const { from, to, first, last } = rowsNear(layout, 5000, 800, 390);
    expect([from, to]).toEqual([rowAt(layout, 4200), rowAt(layout, 6600) + 1]);
    expect([first, last]).toEqual([rowAt(layout, 5000), rowAt(layout, 5800) + 1]);
  });

  const measured = { ...measures, headingHeight: 46 };

  it('has at most 390 photos in the document for any photos and any window, those in view among them', () => {
    // A month of portraits among landscapes.
    const runs = fc.array(fc.tuple(fc.constantFrom(0.4, 0.66, 1, 1.5, 3), fc.integer({ min: 1, max: 1500 })), {
      minLength: 1,
      maxLength: 4,
    });
    const sizes = fc.constantFrom([400, 700], [1000, 800], [2500, 1300], [3840, 2040], [7680, 4200]);
    fc.assert(
      fc.property(
        runs,
        sizes,
        fc.integer({ min: 80, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, [width = 0, height = 0], rowHeight, at) => {
          const mixed = list.flatMap(([ratio, n]) => Array.from({ length: n }, () => ratio));
          const layout = layoutWithin(mixed, one, { ...measured, width, rowHeight }, { height, most: 345 });
          for (const top of [0, at * layout.height, layout.height - height]) {
            const near = rowsNear(layout, top, height, 390);
            expect(tilesIn(layout, near)).toBeLessThanOrEqual(390);
            expect([near.from <= near.first, near.to >= near.last]).toEqual([true, true]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has rows of the wanted height where the photos in view are few enough, and no higher ones than needed', () => {
    const rows = (width: number, height: number, rowHeight: number) =>
      layoutWithin(ratios, one, { ...measured, width, rowHeight }, { height, most: 345 });
    expect(rows(1000, 800, 170)).toEqual(layoutRows(ratios, one, { ...measured, width: 1000, rowHeight: 170 }));
    expect(mostInView(rows(3840, 2040, 80), 2040)).toBeGreaterThan(290);
  });
});
