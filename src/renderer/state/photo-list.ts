// Photos in an order, for the grid and the viewer; full data exist only near the window.
import type { PhotoId } from '../../shared/contract/ids.ts';
import { photoSet } from '../grid/photo-set.ts';
import type { ShownPhoto } from './search.svelte.ts';
import { itemAt } from '../../shared/at.ts';

export interface PhotoList {
  readonly count: number;
  /** Width / height of each photo. */
  readonly ratios: ArrayLike<number>;
  photoId(index: number): PhotoId;
  /** -1 for a photo outside the list. */
  indexOf(photoId: PhotoId): number;
  /** Null until it is loaded. */
  photo(index: number): ShownPhoto | null;
  /** Loads the photos `[from, to)`; a range beyond the ends is clipped. */
  load(from: number, to: number): Promise<void>;
}

/** The list of an answer, which is complete. */
export function listOf(hits: readonly ShownPhoto[]): PhotoList {
  return {
    count: hits.length,
    ratios: hits.map((hit) => hit.width / hit.height || 1),
    photoId: (index) => itemAt(hits, index).photoId,
    indexOf: (photoId) => hits.findIndex((hit) => hit.photoId === photoId),
    photo: (index) => itemAt(hits, index),
    load: () => Promise.resolve(),
  };
}

/**
 * Index in `list` of the photo at `index` of an earlier list. For a photo that is gone, that of the first after it that is
 * left, or else of the last before it; -1 without any.
 */
export function nearestIn(list: PhotoList, earlier: PhotoList, index: number): number {
  const same = list.indexOf(earlier.photoId(index));
  if (same >= 0) return same;
  const left = photoSet(Array.from({ length: list.count }, (_, i) => list.photoId(i)));
  const isLeft = (at: number): boolean => left.has(earlier.photoId(at));
  let at = index + 1;
  while (at < earlier.count && !isLeft(at)) at++;
  if (at === earlier.count) for (at = index - 1; at >= 0 && !isLeft(at);) at--;
  return at < 0 ? -1 : list.indexOf(earlier.photoId(at));
}
