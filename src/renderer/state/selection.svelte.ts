// The selected photos, in any list.
import type { PhotoId } from '../../shared/contract/ids.ts';
import { photoSet, united, without, type PhotoSet } from '../grid/photo-set.ts';
import type { PhotoList } from './photo-list.ts';

export class Selection {
  #ids = $state.raw<PhotoSet>(photoSet());
  /** Start of a range that Shift extends. */
  #anchor: PhotoId | null = null;

  readonly ids = $derived(this.#ids);
  readonly count = $derived(this.#ids.size);

  has(photoId: PhotoId): boolean {
    return this.#ids.has(photoId);
  }

  /** Adds the photo, or removes it. */
  toggle(photoId: PhotoId): void {
    this.#ids = this.has(photoId) ? without(this.#ids, [photoId]) : united(this.#ids, [photoId]);
    this.#anchor = photoId;
  }

  /** Adds all photos from the last selected one to this one. */
  extend(list: PhotoList, index: number): void {
    const start = this.#anchor === null ? -1 : list.indexOf(this.#anchor);
    const [from, to] = start < 0 ? [index, index] : [Math.min(start, index), Math.max(start, index)];
    this.add(photoIds(list, from, to + 1));
    this.#anchor ??= list.photoId(index);
  }

  add(ids: Iterable<PhotoId>): void {
    this.#ids = united(this.#ids, ids);
  }

  remove(ids: Iterable<PhotoId>): void {
    this.#ids = without(this.#ids, ids);
  }

  replace(ids: Iterable<PhotoId>): void {
    this.#ids = photoSet(ids);
  }

  clear = (): void => {
    this.#ids = photoSet();
    this.#anchor = null;
  };
}

/** Ids of the photos `[from, to)` of a list. */
export function photoIds(list: PhotoList, from: number, to: number): PhotoId[] {
  const ids: PhotoId[] = [];
  for (let index = from; index < to; index++) ids.push(list.photoId(index));
  return ids;
}
