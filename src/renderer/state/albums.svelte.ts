// Albums and other lists for browsing; changes of albums, each with undo.
import { m } from '../../language/language.ts';
import type { Album, LibraryContents } from '../../shared/contract/albums.ts';
import type { AlbumId, PhotoId } from '../../shared/contract/ids.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';
import { dayOfYear } from '../text/format.ts';
import type { Toasts } from './toasts.svelte.ts';

/** A request for a name. */
export interface NameRequest {
  readonly title: string;
  readonly name: string;
  readonly done: (name: string) => void;
}

export class Albums {
  readonly #ask: Ask;
  readonly #toasts: Toasts;

  list = $state.raw<readonly Album[]>([]);
  /** Null until the engine has answered. */
  contents = $state.raw<LibraryContents | null>(null);
  /** Null without an open request. */
  naming = $state.raw<NameRequest | null>(null);

  constructor(ask: Ask, toasts: Toasts) {
    this.#ask = ask;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    const [list, contents] = await Promise.all([
      this.#ask('albums.list', {}),
      this.#ask('library.contents', { day: dayOfYear(Date.now()) }),
    ]);
    this.list = list;
    this.contents = contents;
  }

  /** The album shown by a search; null for other searches. */
  shownBy(text: string): Album | null {
    const { filters, terms } = parseQuery(text);
    const [filter, ...more] = filters;
    if (terms.length > 0 || more.length > 0 || filter?.field !== 'album' || filter.not) return null;
    const [name, ...others] = filter.values;
    if (name === undefined || others.length > 0) return null;
    return this.list.find((album) => album.name.toLowerCase() === name.toLowerCase()) ?? null;
  }

  add = (albumId: AlbumId, photoIds: readonly PhotoId[]): Promise<void> =>
    this.#run(async () => {
      const { album, photoIds: added } = await this.#ask('albums.add', { albumId, photoIds: [...photoIds] });
      if (added.length === 0) return this.#toasts.note(m.albums_already({ album: album.name }));
      this.#toasts.note(m.albums_added({ count: added.length, album: album.name }), {
        label: m.common_undo(),
        run: () => void this.removePhotos(albumId, added),
      });
    });

  removePhotos = (albumId: AlbumId, photoIds: readonly PhotoId[]): Promise<void> =>
    this.#run(async () => {
      const { album, photoIds: taken } = await this.#ask('albums.removePhotos', { albumId, photoIds: [...photoIds] });
      if (taken.length === 0) return;
      this.#toasts.note(m.albums_taken({ count: taken.length, album: album.name }), {
        label: m.common_undo(),
        run: () => void this.add(albumId, taken),
      });
    });

  /** Asks for a name and creates an album of it, with these photos. */
  create = (photoIds: readonly PhotoId[]): void => {
    const title = photoIds.length === 0 ? m.albums_new() : m.albums_new_with({ count: photoIds.length });
    this.askName(title, '', (name) => {
      void this.#run(async () => {
        const { id } = await this.#ask('albums.create', { name });
        if (photoIds.length > 0) await this.add(id, photoIds);
      });
    });
  };

  rename = (album: Album): void =>
    this.askName(m.albums_rename(), album.name, (name) => {
      void this.#run(() => this.#ask('albums.rename', { albumId: album.id, name }));
    });

  remove = (album: Album): Promise<void> =>
    this.#run(async () => {
      await this.#ask('albums.remove', { albumId: album.id });
      this.#toasts.note(m.albums_removed({ album: album.name }));
    });

  askName = (title: string, name: string, done: (name: string) => void): void => {
    this.naming = { title, name, done };
  };

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      await this.load();
    } catch (error) {
      this.#toasts.error(error);
    }
  }
}
