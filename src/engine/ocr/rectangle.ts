// Rectangles at any angle: the smallest one around a set of points, and the picture inside one.
import { itemAt, uint8At } from '../../shared/at.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';

export interface PixelPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * A rectangle around `centre`. `width` runs along the unit vector `along`, which points to the right; `height`
 * across it.
 */
export interface Rectangle {
  readonly centre: PixelPoint;
  readonly along: PixelPoint;
  readonly width: number;
  readonly height: number;
}

/** Andrew's monotone chain. @returns the corners of the convex hull, in order; fewer than three for points on a line */
function convexHull(points: readonly PixelPoint[]): PixelPoint[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const cross = (o: PixelPoint, a: PixelPoint, b: PixelPoint) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  const half = (list: readonly PixelPoint[]) => {
    const chain: PixelPoint[] = [];
    for (const point of list) {
      for (;;) {
        const [a, b] = chain.slice(-2);
        if (a === undefined || b === undefined || cross(a, b, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** The rectangle of the smallest area; one of its sides runs along an edge of the hull. Null for points on a line. */
export function smallestRectangle(points: readonly PixelPoint[]): Rectangle | null {
  const hull = convexHull(points);
  let best: Rectangle | null = null;
  for (const [i, from] of hull.entries()) {
    const to = itemAt(hull, (i + 1) % hull.length);
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length === 0) continue;
    const found = extent(hull, { x: (to.x - from.x) / length, y: (to.y - from.y) / length });
    if (best === null || found.width * found.height < best.width * best.height) best = found;
  }
  return best === null || best.width * best.height === 0 ? null : best;
}

/** @param edge unit vector along a side */
function extent(points: readonly PixelPoint[], edge: PixelPoint): Rectangle {
  // The axis nearest to the horizontal, so that text turned by less than 45 degrees stays upright.
  const flat = Math.abs(edge.x) >= Math.abs(edge.y) ? edge : { x: -edge.y, y: edge.x };
  const along = flat.x < 0 ? { x: -flat.x, y: -flat.y } : flat;
  const us = points.map(({ x, y }) => x * along.x + y * along.y);
  const vs = points.map(({ x, y }) => y * along.x - x * along.y);
  const [u0, u1, v0, v1] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)];
  const [u, v] = [(u0 + u1) / 2, (v0 + v1) / 2];
  const centre = { x: u * along.x - v * along.y, y: u * along.y + v * along.x };
  return { centre, along, width: u1 - u0, height: v1 - v0 };
}

/** Whether a point is inside. */
export function isInRectangle({ centre, along, width, height }: Rectangle, { x, y }: PixelPoint): boolean {
  const [dx, dy] = [x - centre.x, y - centre.y];
  return (
    Math.abs(dx * along.x + dy * along.y) <= width / 2 + 1e-9 &&
    Math.abs(dy * along.x - dx * along.y) <= height / 2 + 1e-9
  );
}

/**
 * The picture inside a rectangle, upright, by bilinear interpolation; outside the picture its edge is repeated.
 * @param turned whether the rectangle's height becomes the width: text that runs upwards
 * @returns a picture of the requested size
 */
export function cutOut(
  picture: RgbPixels,
  rectangle: Rectangle,
  width: number,
  height: number,
  turned = false,
): RgbPixels {
  const { centre, along } = rectangle;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [s, t] = [(x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5];
      const u = (turned ? -t : s) * rectangle.width;
      const v = (turned ? s : t) * rectangle.height;
      const at = (y * width + x) * 3;
      interpolate(picture, centre.x + u * along.x - v * along.y, centre.y + u * along.y + v * along.x, pixels, at);
    }
  }
  return { width, height, pixels };
}

function interpolate(picture: RgbPixels, x: number, y: number, into: Uint8Array, at: number): void {
  const px = Math.min(picture.width - 1, Math.max(0, x - 0.5));
  const py = Math.min(picture.height - 1, Math.max(0, y - 0.5));
  const [x0, y0] = [Math.floor(px), Math.floor(py)];
  const [x1, y1] = [Math.min(picture.width - 1, x0 + 1), Math.min(picture.height - 1, y0 + 1)];
  const [fx, fy] = [px - x0, py - y0];
  for (let channel = 0; channel < 3; channel++) {
    const value = (col: number, row: number) => uint8At(picture.pixels, (row * picture.width + col) * 3 + channel);
    const upper = value(x0, y0) * (1 - fx) + value(x1, y0) * fx;
    const lower = value(x0, y1) * (1 - fx) + value(x1, y1) * fx;
    into[at + channel] = Math.round(upper * (1 - fy) + lower * fy);
  }
}

/** The same picture upside down. */
export function upsideDown({ width, height, pixels }: RgbPixels): RgbPixels {
  const turned = new Uint8Array(pixels.length);
  for (let i = 0; i < width * height; i++) {
    const from = (width * height - 1 - i) * 3;
    turned.set(pixels.subarray(from, from + 3), i * 3);
  }
  return { width, height, pixels: turned };
}
