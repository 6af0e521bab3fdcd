// Recognises mirrored, turned (by quarters) and cropped copies of a picture.
import { cellsOf, correlation, unit, whole, type Raster, type Window } from './raster.ts';
import { float32At } from '../../shared/at.ts';

/** Cells per side of the final comparison. */
const cells = 16;
/** Cells per side of the first, coarse search. */
const coarse = 8;

/** The picture `[n, n]` mirrored left to right. */
const mirrored = (grid: Float32Array, n: number): Float32Array =>
  grid.map((_, at) => float32At(grid, at - (at % n) + (n - 1 - (at % n))));
/** The picture `[n, n]` turned by a quarter. */
const turned = (grid: Float32Array, n: number): Float32Array =>
  grid.map((_, at) => float32At(grid, (n - 1 - (at % n)) * n + Math.floor(at / n)));

/**
 * Agreement of two sets of cells `[16, 16]`: their correlation or, where it is less, the correlation of their
 * details (each cell less the mean of its neighbourhood) plus an allowance for recompression. Two skies have the
 * same gradient but not the same clouds.
 */
function agreement(a: Float32Array, b: Float32Array): number {
  const all = correlation(a, b);
  if (all < leastAgreement) return all;
  return Math.min(all, correlation(detailsOf(a), detailsOf(b)) + detailAllowance);
}
const leastAgreement = 0.8;
const detailAllowance = 0.15;

/** `[16, 16]` of unit length. */
function detailsOf(grid: Float32Array): Float32Array {
  const details = grid.map((value, at) => {
    const [x, y] = [at % cells, Math.floor(at / cells)];
    let sum = 0;
    let n = 0;
    for (let j = Math.max(0, y - 1); j <= Math.min(cells - 1, y + 1); j++) {
      for (let i = Math.max(0, x - 1); i <= Math.min(cells - 1, x + 1); i++, n++) sum += float32At(grid, j * cells + i);
    }
    return value - sum / n;
  });
  return unit(details);
}

/** A view of a picture: quarter turns to the right, then mirroring left to right. */
export interface Orientation {
  readonly quarters: number;
  readonly isMirrored: boolean;
}

export const identity: Orientation = { quarters: 0, isMirrored: false };
export const isIdentity = ({ quarters, isMirrored }: Orientation): boolean => quarters === 0 && !isMirrored;

/** The best of eight views of `b` for `a`, and its agreement. */
export function bestView(a: Raster, b: Raster): { readonly view: Orientation; readonly fit: number } {
  const own = cellsOf(a, whole, cells);
  let best = { view: identity, fit: -1 };
  for (let quarters = 0, grid = cellsOf(b, whole, cells); quarters < 4; quarters++, grid = turned(grid, cells)) {
    // A quarter turn swaps the sides.
    const aspect = quarters % 2 === 0 ? b.width / b.height : b.height / b.width;
    if (Math.abs(Math.log((aspect * a.height) / a.width)) > sameShape) continue;
    for (const isMirrored of [false, true]) {
      const fit = agreement(own, isMirrored ? mirrored(grid, cells) : grid);
      if (fit > best.fit) best = { view: { quarters, isMirrored }, fit };
    }
  }
  return best;
}

/** Best agreement of `a` with a mirrored or turned view of `b`; -1 where `b` fits best as it is. */
export function turnedAgreement(a: Raster, b: Raster): number {
  const { view, fit } = bestView(a, b);
  return isIdentity(view) ? -1 : fit;
}

/** Largest difference between the logarithms of two aspect ratios: one pixel of rounding in a raster of 96. */
const sameShape = 0.05;

/** Smallest share of a side that a crop may keep. */
const leastKept = 0.66;
const coarseStep = 0.06;
/** Number of coarse matches to refine, and the agreement they need. */
const promising = 4;
const leastFit = 0.75;

/** The views of a picture that keep its shape, and those that swap its sides. */
const shapes = [
  [0, 2],
  [1, 3],
].map((turns) =>
  turns.flatMap((quarters) => [false, true].map((isMirrored): Orientation => ({ quarters, isMirrored }))),
);

/** A square picture `[n, n]` in a view. */
function gridIn({ quarters, isMirrored }: Orientation, grid: Float32Array, n: number): Float32Array {
  let seen = grid;
  for (let turns = 0; turns < quarters; turns++) seen = turned(seen, n);
  return isMirrored ? mirrored(seen, n) : seen;
}

/** A window in which a view of another picture may be. */
interface Match {
  readonly window: Window;
  readonly view: Orientation;
  /** Height of the window by its width, both in shares of the picture. */
  readonly shape: number;
  readonly fit: number;
}

/**
 * Best agreement of all of `part`, as it is, mirrored or turned by quarters, with a window of `full`, of any size from two thirds of
 * its sides up. The window has the aspect ratio of the view. -1 where no window comes near.
 */
export function cropAgreement(full: Raster, part: Raster): number {
  const small = cellsOf(part, whole, coarse);
  const found: Match[] = [];
  for (const views of shapes) {
    const grids = views.map((view) => ({ view, grid: gridIn(view, small, coarse) }));
    const swapsSides = views.some(({ quarters }) => quarters === 1);
    const shape = (swapsSides ? part.width / part.height : part.height / part.width) * (full.width / full.height);
    for (const window of windowsOf(shape)) {
      const there = cellsOf(full, window, coarse);
      for (const { view, grid } of grids) {
        const fit = correlation(there, grid);
        if (fit >= leastFit) found.push({ window, view, shape, fit });
      }
    }
  }
  const own = cellsOf(part, whole, cells);
  const best = found.sort((a, b) => b.fit - a.fit).slice(0, promising);
  return Math.max(-1, ...best.map(({ window, view, shape }) => refined(full, gridIn(view, own, cells), window, shape)));
}

/** Windows of one shape, in coarse steps. */
function* windowsOf(shape: number): Generator<Window> {
  for (let width = Math.min(1, 1 / shape); width >= leastKept && width * shape >= leastKept; width -= coarseStep) {
    const height = width * shape;
    for (const left of offsetsIn(1 - width))
      for (const top of offsetsIn(1 - height)) yield { left, top, width, height };
  }
}

/** Offsets from 0 to `room` in even steps of about `coarseStep`. */
function offsetsIn(room: number): number[] {
  const steps = Math.max(0, Math.ceil(room / coarseStep - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => (steps === 0 ? 0 : (room * i) / steps));
}

/** Climbs from a window to the nearest maximum and returns the agreement there. */
function refined(full: Raster, own: Float32Array, start: Window, shape: number): number {
  let at = start;
  const fitOf = (window: Window) => correlation(cellsOf(full, window, cells), own);
  let fit = fitOf(at);
  for (let step = coarseStep / 2; step > 0.002; step /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [x, y, size] of [
        [1, 0, 0],
        [-1, 0, 0],
        [0, 1, 0],
        [0, -1, 0],
        [0, 0, 1],
        [0, 0, -1],
      ] as const) {
        const width = at.width + size * step;
        // A window grows from its middle.
        const left = at.left + x * step - (size * step) / 2;
        const top = at.top + y * step - (size * step * shape) / 2;
        const window = { left, top, width, height: width * shape };
        if (!isInside(window)) continue;
        const next = fitOf(window);
        if (next > fit + 1e-6) [at, fit, moved] = [window, next, true];
      }
    }
  }
  return agreement(cellsOf(full, at, cells), own);
}

const isInside = ({ left, top, width, height }: Window): boolean =>
  left >= -1e-9 && top >= -1e-9 && left + width <= 1 + 1e-9 && top + height <= 1 + 1e-9 && width >= leastKept - 0.04;
