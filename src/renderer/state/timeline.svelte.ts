// All photos of the library in order of date or name, loaded near the view.
import { SvelteMap } from 'svelte/reactivity';
import { itemAt } from '../../shared/at.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit, PhotoOrder, PhotoTimeline } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';
import { photoSet } from '../grid/photo-set.ts';
import { LineLoader } from './line-loader.ts';
import type { PhotoList } from './photo-list.ts';

/** Most lines in memory: a line with its captions takes a kilobyte or two. */
const mostLines = 4000;
/** Number of lines before and after those in view that stay when others are dropped. */
const stayNear = 1000;

const empty: PhotoTimeline = { order: 'taken', photoIds: [], ratios: [], sections: [], days: [] };

export class Timeline {
  readonly #ask: Ask;
  readonly #lines = new SvelteMap<PhotoId, PhotoHit>();
  readonly #loader: LineLoader;
  #answer = $state.raw(empty);
  /** Number of the last request. Answers to earlier ones are dropped. */
  #lastRequest = 0;

  order = $state<PhotoOrder>('taken');
  readonly sections = $derived(this.#answer.sections);
  readonly days = $derived(this.#answer.days);
  /** The photos as they are now; earlier lists keep their order. */
  readonly list: PhotoList = $derived(this.#listOf(this.#answer));

  constructor(ask: Ask) {
    this.#ask = ask;
    this.#loader = new LineLoader(ask, (line) => this.#lines.set(line.photoId, line));
  }

  /** Requests the order again, after a change of the library or of the order. Lines are loaded again when in view. */
  async reload(): Promise<void> {
    const request = ++this.#lastRequest;
    const answer = await this.#ask('photos.timeline', { order: this.order });
    if (request !== this.#lastRequest) return;
    // Captions may have changed; the old lines are shown until the new ones arrive.
    this.#loader.forget();
    this.#answer = answer;
  }

  /** Loads lines, and drops those far from them when there are too many. */
  async #load(photoIds: readonly PhotoId[], from: number, to: number): Promise<void> {
    await this.#loader.load(photoIds.slice(Math.max(0, from), Math.max(0, to)));
    if (this.#lines.size <= mostLines) return;
    const near = photoIds.slice(Math.max(0, from - stayNear), Math.max(0, to + stayNear));
    this.#loader.keep(near);
    const stays = photoSet(near);
    for (const photoId of [...this.#lines.keys()]) if (!stays.has(photoId)) this.#lines.delete(photoId);
  }

  #listOf({ photoIds, ratios }: PhotoTimeline): PhotoList {
    return {
      count: photoIds.length,
      ratios: Float32Array.from(ratios, (thousandths) => thousandths / 1000),
      photoId: (index) => itemAt(photoIds, index),
      indexOf: (photoId) => photoIds.indexOf(photoId),
      photo: (index) => this.#lines.get(itemAt(photoIds, index)) ?? null,
      load: (from, to) => this.#load(photoIds, from, to),
    };
  }
}
