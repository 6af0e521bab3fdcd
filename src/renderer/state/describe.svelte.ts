// Photos whose description would help most, one after the other, with suggested words.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoDetails, PhotosToDescribe } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';

/** Number of described photos from which the program offers to learn. */
export const roundOf = 20;

export class Describe {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  #found = $state.raw<PhotosToDescribe | null>(null);
  #index = $state(0);
  /** Skipped photos; they are not offered again until the program restarts. */
  #passed: readonly PhotoId[] = [];
  #request = 0;

  busy = $state(false);
  /** Photos described since the last training. */
  described = $state(0);
  details = $state.raw<PhotoDetails | null>(null);

  /** Photos of `found` that were described since it was loaded. */
  #since = $state(0);

  readonly found = $derived(this.#found);
  /** Numbers of described and other photos; null until they are loaded. */
  readonly counts = $derived(
    this.#found === null
      ? null
      : { described: this.#found.described + this.#since, undescribed: this.#found.undescribed - this.#since },
  );
  readonly photo = $derived(this.#found?.photos[this.#index] ?? null);

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  /** Loads photos to describe, unless some are left. */
  async start(): Promise<void> {
    if (this.photo === null) await this.#look();
    else await this.#show();
  }

  /** Goes to the next photo, and counts this one as described if it is. */
  next = async (): Promise<void> => {
    const { photo } = this;
    if (photo === null || this.busy) return;
    const words = await this.#ask('edits.words', { photoIds: [photo.photoId] }).catch((error: unknown) => {
      this.#onError(error);
      return null;
    });
    // Another press of the key, during the request, has gone on.
    if (this.photo !== photo) return;
    if (words?.described === 0) this.#passed = [...this.#passed, photo.photoId];
    else if (words !== null) {
      this.described++;
      this.#since++;
    }
    this.#index++;
    await this.start();
  };

  /** Goes on if the shown photo is one of these, which have left the library. */
  leaveOut(photoIds: readonly PhotoId[]): void {
    if (this.photo !== null && photoIds.includes(this.photo.photoId)) void this.next();
  }

  /** Call when a training from the descriptions begins. */
  learned(): void {
    this.described = 0;
  }

  async #look(): Promise<void> {
    const request = ++this.#request;
    this.busy = true;
    try {
      const found = await this.#ask('photos.toDescribe', { limit: roundOf, leaveOut: [...this.#passed] });
      if (request !== this.#request) return;
      this.#found = found;
      this.#since = 0;
      this.#index = 0;
      await this.#show();
    } catch (error) {
      this.#onError(error);
    } finally {
      if (request === this.#request) this.busy = false;
    }
  }

  async #show(): Promise<void> {
    const { photo } = this;
    this.details = null;
    if (photo === null) return;
    const { photoId } = photo;
    try {
      const details = await this.#ask('photos.get', { photoId });
      if (this.photo?.photoId !== photoId) return;
      this.details = details;
    } catch (error) {
      this.#onError(error);
    }
  }
}
