// A picture's brightness in memory, read as stored, mirrored or turned.
import type { Orientation } from './alignment.ts';

/** Pixel (x, y) is `values[base + x * dx + y * dy]`: brightness, 128 for each of 256 levels. */
export interface Plane {
  readonly values: Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly base: number;
  readonly dx: number;
  readonly dy: number;
}

const mirrored = (plane: Plane): Plane => ({
  ...plane,
  base: plane.base + (plane.width - 1) * plane.dx,
  dx: -plane.dx,
});
/** Turns a quarter to the right. */
const turned = ({ values, width, height, base, dx, dy }: Plane): Plane => ({
  ...{ values, width: height, height: width },
  ...{ base: base + (height - 1) * dy, dx: -dy, dy: dx },
});

/** The picture after quarter turns to the right, then mirroring left to right. */
export function oriented(plane: Plane, { quarters, isMirrored }: Orientation): Plane {
  let view = plane;
  for (let quarter = 0; quarter < quarters; quarter++) view = turned(view);
  return isMirrored ? mirrored(view) : view;
}

/** The picture without its first pixels of each row and column. */
export const withoutFirst = (plane: Plane, pixels: number): Plane => ({
  ...plane,
  width: Math.max(0, plane.width - pixels),
  height: Math.max(0, plane.height - pixels),
  base: plane.base + pixels * (plane.dx + plane.dy),
});
