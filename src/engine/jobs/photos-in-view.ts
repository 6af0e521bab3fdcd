// Photos in view: those the window has requested last. Long work does them first.
import type { PhotoId } from '../../shared/contract/ids.ts';

/** About three windows of photos. */
const most = 600;

export class PhotosInView {
  /** The latest last. */
  readonly #ids = new Set<PhotoId>();

  note(photoIds: readonly PhotoId[]): void {
    for (const id of photoIds) {
      this.#ids.delete(id);
      this.#ids.add(id);
    }
    for (const id of this.#ids) {
      if (this.#ids.size <= most) break;
      this.#ids.delete(id);
    }
  }

  /** Returns the items in their order, but those in view at that moment first. */
  first<T extends { readonly id: PhotoId }>(items: readonly T[]): (count: number) => T[] {
    const left = new Map(items.map((item) => [item.id, item]));
    return (count) => {
      const next: T[] = [];
      const add = (item: T | undefined) => {
        if (item === undefined || next.length >= count) return;
        next.push(item);
        left.delete(item.id);
      };
      for (const id of [...this.#ids].reverse()) add(left.get(id));
      for (const item of left.values()) {
        if (next.length >= count) break;
        add(item);
      }
      return next;
    };
  }
}
