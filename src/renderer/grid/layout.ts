// Positions of photos in rows that fill the width, each photo as wide as its proportions require. Pure arithmetic.
import { numberAt } from '../../shared/at.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';

export interface GridSection {
  /** Index of its first photo. */
  readonly start: number;
  /** Null for none, as for the first section of search results. */
  readonly heading: string | null;
}

/** Methods of a grid for its page. */
export interface GridView {
  /** Scrolls to a photo and focuses it. */
  show(index: number): Promise<void>;
  /** Scrolls until a photo's row, or the heading above it, is at the top. */
  jumpTo(index: number): void;
  /** Gives the focus to the photo in the tab order. */
  focus(): void;
  /** Scroll position of the grid; null at its top. */
  anchor(): GridAnchor | null;
  restore(anchor: GridAnchor | null): void;
}

export interface GridAnchor {
  /** The first photo in view. */
  readonly photoId: PhotoId;
  /** Pixels of its row above the edge. */
  readonly inside: number;
}

export interface GridMeasures {
  /** Pixels between the left edge of the first photo of a row and the right edge of the last. */
  readonly width: number;
  /** Target height of a row; rows that fill the width are a little higher or lower. */
  readonly rowHeight: number;
  readonly gap: number;
  readonly headingHeight: number;
}

export interface GridLayout {
  /** Index of each row's first photo, and the number of photos at the end. */
  readonly starts: Int32Array;
  /** Pixels from the top of the grid. */
  readonly tops: Float64Array;
  readonly heights: Float32Array;
  readonly headings: readonly { readonly text: string; readonly top: number; readonly start: number }[];
  readonly height: number;
}

export interface TilePlace {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Limits proportions, so that panoramas and narrow strips fit a row. */
export const shownRatio = (ratio: number): number => Math.min(2.6, Math.max(0.6, ratio > 0 ? ratio : 1));

/** Largest ratio of a row's height to the target, so that a few photos do not fill a screen. */
const highest = 1.35;

/** @param ratios width / height of each photo, in order. @param sections in order of `start`; the first starts at 0 */
export function layoutRows(
  ratios: ArrayLike<number>,
  sections: readonly GridSection[],
  { width, rowHeight, gap, headingHeight }: GridMeasures,
): GridLayout {
  const starts: number[] = [];
  const tops: number[] = [];
  const heights: number[] = [];
  const headings: { text: string; top: number; start: number }[] = [];
  let top = 0;
  const addRow = (start: number, height: number): void => {
    starts.push(start);
    tops.push(top);
    heights.push(height);
    top += height + gap;
  };
  for (const [s, section] of sections.entries()) {
    const end = sections[s + 1]?.start ?? ratios.length;
    if (end <= section.start) continue;
    if (section.heading !== null) {
      headings.push({ text: section.heading, top, start: section.start });
      top += headingHeight;
    }
    let start = section.start;
    let sum = 0;
    for (let i = start; i < end; i++) {
      const ratio = shownRatio(numberAt(ratios, i));
      const fullWith = (width - (i - start) * gap) / (sum + ratio);
      if (fullWith > rowHeight) {
        sum += ratio;
        continue;
      }
      // The row ends with or without this photo: the height nearer to the target decides.
      const fullWithout = i === start ? Infinity : (width - (i - start - 1) * gap) / sum;
      if (fullWithout / rowHeight < rowHeight / fullWith) {
        addRow(start, fullWithout);
        start = i;
        sum = ratio;
        if (width / ratio <= rowHeight) {
          addRow(start, width / ratio);
          start = i + 1;
          sum = 0;
        }
      } else {
        addRow(start, fullWith);
        start = i + 1;
        sum = 0;
      }
    }
    if (start < end) {
      const full = (width - (end - start - 1) * gap) / sum;
      addRow(start, full <= rowHeight * highest ? full : rowHeight);
    }
  }
  return {
    starts: Int32Array.from([...starts, ratios.length]),
    tops: Float64Array.from(tops),
    heights: Float32Array.from(heights),
    headings,
    height: Math.max(0, top - gap),
  };
}

export const gridRows = (layout: GridLayout): number => layout.tops.length;

/** Index of a row's first photo; the number of photos for rows behind the last. */
export const startOf = (layout: GridLayout, row: number): number =>
  numberAt(layout.starts, Math.min(row, gridRows(layout)));

/** Rows in view, `[first, last)`, and those that are in the document, `[from, to)`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

/**
 * The rows in view, and up to one more screen above and below them: fewer where there would be more than `mostTiles`
 * photos.
 */
export function rowsNear(layout: GridLayout, viewTop: number, viewHeight: number, mostTiles: number): RowRange {
  const first = rowAt(layout, viewTop);
  const last = rowAt(layout, viewTop + viewHeight) + 1;
  const above = rowAt(layout, viewTop - viewHeight);
  const below = rowAt(layout, viewTop + 2 * viewHeight) + 1;
  const fits = (from: number, to: number): boolean => startOf(layout, to) - startOf(layout, from) <= mostTiles;
  let [from, to] = [first, last];
  for (;;) {
    const [before, end] = [from, to];
    if (to < below && fits(from, to + 1)) to++;
    if (from > above && fits(from - 1, to)) from--;
    if (from === before && to === end) return { from, to, first, last };
  }
}

/** Largest number of photos in the rows that a view of this height touches, wherever it is. */
export function mostInView(layout: GridLayout, viewHeight: number): number {
  const { tops } = layout;
  const rows = gridRows(layout);
  let most = 0;
  let last = 0;
  for (let first = 0; first < rows; first++) {
    // The view is as low as it can be before the first row leaves it.
    const bottom = first + 1 < rows ? numberAt(tops, first + 1) + viewHeight : layout.height;
    while (last < rows && numberAt(tops, last) <= bottom) last++;
    most = Math.max(most, startOf(layout, last) - startOf(layout, first));
  }
  return most;
}

/** Rows as `layoutRows` makes them, or higher ones, so that no view has more than `most` photos. */
export function layoutWithin(
  ratios: ArrayLike<number>,
  sections: readonly GridSection[],
  measures: GridMeasures,
  view: { readonly height: number; readonly most: number },
): GridLayout {
  for (let { rowHeight } = measures; ;) {
    const layout = layoutRows(ratios, sections, { ...measures, rowHeight });
    const shown = mostInView(layout, view.height);
    // Rows of single photos are as high as they can be.
    if (shown <= view.most || rowHeight > measures.width / shownRatio(0)) return layout;
    // The number of photos in a view falls with the square of their height.
    rowHeight *= Math.max(1.02, Math.sqrt(shown / view.most));
  }
}

/** Index of the last row that begins at or above `y`; 0 above the first. */
export function rowAt({ tops }: GridLayout, y: number): number {
  let low = 0;
  let high = tops.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numberAt(tops, middle) <= y) low = middle;
    else high = middle;
  }
  return low;
}

/** The row that contains a photo. */
export function rowOf({ starts }: GridLayout, index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numberAt(starts, middle) <= index) low = middle;
    else high = middle;
  }
  return low;
}

/** Places of the photos of rows `[from, to)`. */
export function placesOf(
  layout: GridLayout,
  ratios: ArrayLike<number>,
  gap: number,
  from: number,
  to: number,
): TilePlace[] {
  const places: TilePlace[] = [];
  for (let row = Math.max(0, from); row < Math.min(to, gridRows(layout)); row++) {
    const top = numberAt(layout.tops, row);
    const height = numberAt(layout.heights, row);
    let left = 0;
    for (let index = numberAt(layout.starts, row); index < numberAt(layout.starts, row + 1); index++) {
      const width = shownRatio(numberAt(ratios, index)) * height;
      places.push({ index, left, top, width, height });
      left += width + gap;
    }
  }
  return places;
}

/** The photo in the row above or below whose middle is nearest to that of `index`; itself without such a row. */
export function verticalNeighbour(
  layout: GridLayout,
  ratios: ArrayLike<number>,
  gap: number,
  index: number,
  rows: number,
): number {
  const row = rowOf(layout, index);
  const target = Math.min(gridRows(layout) - 1, Math.max(0, row + rows));
  if (target === row) return index;
  const own = placesOf(layout, ratios, gap, row, row + 1).find((place) => place.index === index);
  const others = placesOf(layout, ratios, gap, target, target + 1);
  if (own === undefined || others.length === 0) return index;
  const middle = own.left + own.width / 2;
  const distance = (place: TilePlace): number => Math.abs(place.left + place.width / 2 - middle);
  return others.reduce((best, place) => (distance(place) < distance(best) ? place : best)).index;
}
