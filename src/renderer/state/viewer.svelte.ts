// The photo in the viewer: its place in the list, and its details.
import type { PhotoDetails, PhotoHit } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';

const videoName = /\.(?:3gp|avi|m4v|mkv|mov|mp4|mpe?g|mts|ogv|qt|webm|wmv)$/i;

export class Viewer {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  /** Hits that the arrow keys go through: the list when the viewer opened. */
  #hits = $state.raw<readonly PhotoHit[]>([]);
  #index = $state(0);

  details = $state.raw<PhotoDetails | null>(null);
  /** The version shown; 0 is the photo itself. */
  version = $state(0);
  /** Whether it is played. */
  readonly isVideo = $derived.by(() => {
    const { details, version } = this;
    // Until the engine has answered, the name tells.
    if (details === null) return videoName.test(this.hit?.path ?? '');
    return version === 0
      ? details.isVideo
      : details.versions.some((other) => other.number === version && other.isVideo);
  });
  readonly hit = $derived(this.#hits[this.#index] ?? null);
  readonly hasPrevious = $derived(this.#index > 0);
  readonly hasNext = $derived(this.#index < this.#hits.length - 1);

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  open(hits: readonly PhotoHit[], index: number): void {
    this.#hits = hits;
    this.#go(index);
  }

  close = (): void => {
    this.#hits = [];
    this.details = null;
  };

  next = (): void => {
    if (this.hasNext) this.#go(this.#index + 1);
  };

  previous = (): void => {
    if (this.hasPrevious) this.#go(this.#index - 1);
  };

  showInFolder = (): void => {
    if (this.hit !== null) this.#ask('app.showInFolder', { photoId: this.hit.photoId }).catch(this.#onError);
  };

  #go(index: number): void {
    this.#index = index;
    this.details = null;
    this.version = 0;
    const photoId = this.hit?.photoId;
    if (photoId === undefined) return;
    this.#ask('photos.get', { photoId }).then((details) => {
      if (this.hit?.photoId === photoId) this.details = details;
    }, this.#onError);
  }
}
