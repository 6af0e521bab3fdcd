// Photos in an order, for the grid and the viewer; full data exist only near the window.
import type { PhotoId } from '../../shared/contract/ids.ts';
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
