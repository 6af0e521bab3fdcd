// The frame that a person draws over the grid to select photos.
import { placesOf, rowAt, type GridLayout } from './layout.ts';

/** A rectangle in pixels from the grid's top left corner. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const frameOf = (a: Point, b: Point): Frame => ({
  left: Math.min(a.x, b.x),
  top: Math.min(a.y, b.y),
  right: Math.max(a.x, b.x),
  bottom: Math.max(a.y, b.y),
});

/** Indexes of the photos that the frame touches, in order. */
export function photosInFrame(layout: GridLayout, ratios: ArrayLike<number>, gap: number, frame: Frame): number[] {
  const rows = placesOf(layout, ratios, gap, rowAt(layout, frame.top), rowAt(layout, frame.bottom) + 1);
  return rows
    .filter(
      ({ left, top, width, height }) =>
        left < frame.right && left + width > frame.left && top < frame.bottom && top + height > frame.top,
    )
    .map(({ index }) => index);
}
