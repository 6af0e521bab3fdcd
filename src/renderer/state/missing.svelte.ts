// Missing photos, page by page, and the marked ones among them.
import { SvelteSet } from 'svelte/reactivity';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Removal } from '../../shared/contract/library.ts';
import type { MissingPhoto } from '../../shared/contract/missing.ts';
import type { Ask } from '../bridge.ts';
import { loadPages } from './pages.ts';

const pageSize = 120;
/** Number of photos that the engine accepts at once. */
const mostRemoved = 10_000;

export class MissingPhotoList {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  #asked = pageSize;

  /** Null until the engine has answered. */
  list = $state.raw<readonly MissingPhoto[] | null>(null);
  total = $state(0);
  readonly marked = new SvelteSet<PhotoId>();
  readonly hasMore = $derived((this.list?.length ?? 0) < this.total);

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  /** Loads as many as were shown before. Photos that left the list lose their marks. */
  load = async (): Promise<void> => {
    try {
      const { photos, total } = await loadPages(
        this.#asked,
        pageSize,
        (offset) => this.#ask('missing.list', { limit: pageSize, offset }),
        (list, page) => ({ total: page.total, photos: [...list.photos, ...page.photos] }),
      );
      this.list = photos;
      this.total = total;
      for (const photoId of this.marked)
        if (!photos.some((photo) => photo.photoId === photoId)) this.marked.delete(photoId);
    } catch (error) {
      this.#onError(error);
    }
  };

  showMore = (): Promise<void> => {
    this.#asked += pageSize;
    return this.load();
  };

  mark = (photoId: PhotoId, isMarked: boolean): void => {
    if (isMarked) this.marked.add(photoId);
    else this.marked.delete(photoId);
  };

  /** Null after a failure. */
  async remove(photoIds: readonly PhotoId[], keepBackups: boolean): Promise<Removal | null> {
    let removal: Removal | null = null;
    try {
      removal = await this.#ask('missing.remove', { photoIds: photoIds.slice(0, mostRemoved), keepBackups });
    } catch (error) {
      this.#onError(error);
    }
    await this.load();
    return removal;
  }
}
