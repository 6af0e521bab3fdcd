// Loads the lines of photos, each once.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';

/** Number of photos per request; the engine accepts up to 1000. */
const batch = 200;

export class LineLoader {
  readonly #ask: Ask;
  readonly #receive: (line: PhotoHit) => void;
  readonly #asked = new Set<PhotoId>();

  constructor(ask: Ask, receive: (line: PhotoHit) => void) {
    this.#ask = ask;
    this.#receive = receive;
  }

  /** Requests every line again, once. */
  forget(): void {
    this.#asked.clear();
  }

  /** Requests the lines of all other photos again, once. */
  keep(photoIds: readonly PhotoId[]): void {
    const kept = photoIds.filter((photoId) => this.#asked.has(photoId));
    this.#asked.clear();
    for (const photoId of kept) this.#asked.add(photoId);
  }

  async load(photoIds: readonly PhotoId[]): Promise<void> {
    const wanted = photoIds.filter((photoId) => !this.#asked.has(photoId));
    for (let at = 0; at < wanted.length; at += batch) {
      const some = wanted.slice(at, at + batch);
      for (const photoId of some) this.#asked.add(photoId);
      try {
        for (const line of await this.#ask('photos.lines', { photoIds: some })) this.#receive(line);
      } catch (error) {
        for (const photoId of some) this.#asked.delete(photoId);
        throw error;
      }
    }
  }
}

/** Lines of the shown photos that are among `photoIds`, by photo. */
export async function linesOf(
  ask: Ask,
  shown: readonly { readonly photoId: PhotoId }[],
  photoIds: readonly PhotoId[],
): Promise<ReadonlyMap<PhotoId, PhotoHit>> {
  const among = new Set(photoIds);
  const wanted = shown.flatMap(({ photoId }) => (among.has(photoId) ? [photoId] : []));
  const lines = new Map<PhotoId, PhotoHit>();
  for (let at = 0; at < wanted.length; at += batch) {
    for (const line of await ask('photos.lines', { photoIds: wanted.slice(at, at + batch) })) {
      lines.set(line.photoId, line);
    }
  }
  return lines;
}
