// Position of a photo on the viewer's stage: its size, and the offset of its centre from the stage's.
// Lengths are CSS pixels; a scale is CSS pixels for each pixel of the photo.

import type { PhotoTiles } from '../../shared/contract/photos.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface StagePoint {
  readonly x: number;
  readonly y: number;
}

export interface Zoom {
  readonly scale: number;
  /** Offset of the photo's centre from the stage's. */
  readonly x: number;
  readonly y: number;
}

/** Largest scale of a small photo by default, and of any photo on request. */
export const largestFit = 2;
export const largestScale = 8;

/** The whole photo, centred. */
export function fitted(photo: Size, stage: Size): Zoom {
  return { scale: Math.min(stage.width / photo.width, stage.height / photo.height, largestFit), x: 0, y: 0 };
}

/** Changes the scale by a factor; the picture at `point`, measured from the stage's centre, stays in place. */
export function zoomedAt(zoom: Zoom, factor: number, point: StagePoint, photo: Size, stage: Size): Zoom {
  const least = fitted(photo, stage).scale;
  const scale = Math.min(Math.max(zoom.scale * factor, least), Math.max(largestScale, least));
  const grown = scale / zoom.scale;
  return moved(
    { scale, x: point.x - (point.x - zoom.x) * grown, y: point.y - (point.y - zoom.y) * grown },
    photo,
    stage,
  );
}

/** The nearest position at which the photo leaves as little of the stage empty as possible. */
export function moved(zoom: Zoom, photo: Size, stage: Size): Zoom {
  const within = (offset: number, length: number, room: number): number => {
    const most = Math.max(0, (length * zoom.scale - room) / 2);
    return Math.min(most, Math.max(-most, offset));
  };
  return {
    scale: zoom.scale,
    x: within(zoom.x, photo.width, stage.width),
    y: within(zoom.y, photo.height, stage.height),
  };
}

/** One pixel of the photo on one pixel of the screen; `point` stays in place. */
export function actualSize(zoom: Zoom, point: StagePoint, photo: Size, stage: Size, pixelRatio: number): Zoom {
  return zoomedAt(zoom, 1 / pixelRatio / zoom.scale, point, photo, stage);
}

/** The photo's left upper corner, from the stage's, on whole pixels of the screen: at full size nothing is resampled. */
export function cornerOf(zoom: Zoom, photo: Size, stage: Size, pixelRatio: number): StagePoint {
  const onPixel = (length: number): number => Math.round(length * pixelRatio) / pixelRatio;
  return {
    x: onPixel(stage.width / 2 + zoom.x - (photo.width * zoom.scale) / 2),
    y: onPixel(stage.height / 2 + zoom.y - (photo.height * zoom.scale) / 2),
  };
}

/** A tile of a photo, in pixels of the photo. */
export interface Tile {
  /** The number, row by row. */
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The tiles that a part of the stage shows. @param corner of the photo, from the stage's left upper corner */
export function tilesInView(tiles: PhotoTiles, corner: StagePoint, scale: number, stage: Size): readonly Tile[] {
  const { width, height, side, columns, rows } = tiles;
  const range = (from: number, room: number, count: number, size: number): number[] => {
    // The last tile may be narrower than the others: a photo just outside shows none of it.
    if (from + size * scale < 0) return [];
    const first = Math.max(0, Math.floor(-from / scale / side));
    const last = Math.min(count - 1, Math.floor((room - from) / scale / side));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  };
  const across = range(corner.x, stage.width, columns, width);
  return range(corner.y, stage.height, rows, height).flatMap((row) =>
    across.map((column) => ({
      ...{ n: row * columns + column, x: column * side, y: row * side },
      ...{ width: Math.min(side, width - column * side), height: Math.min(side, height - row * side) },
    })),
  );
}
