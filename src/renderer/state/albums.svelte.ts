// Albums and other lists for browsing; changes of albums, each with undo.
import { SvelteMap } from 'svelte/reactivity';
import { m } from '../../language/language.ts';
import type { Album, AlbumChange, LibraryContents } from '../../shared/contract/albums.ts';
import type { AlbumId, PhotoId } from '../../shared/contract/ids.ts';
import { mostEdited } from '../../shared/contract/edits.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';
import { dayOfYear } from '../text/format.ts';
import { atMost } from './at-most.ts';
import type { Edits, Undo } from './edits.svelte.ts';
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
  readonly #edits: Edits;
  readonly #onChange: (album: string, becomes: string | null) => void;
  /** New ids of albums that were removed and restored, by their earlier ones, which are never given again. */
  readonly #restored = new SvelteMap<AlbumId, AlbumId>();

  list = $state.raw<readonly Album[]>([]);
  /** Null until the engine has answered. */
  contents = $state.raw<LibraryContents | null>(null);
  /** Null without an open request. */
  naming = $state.raw<NameRequest | null>(null);

  /** Photos for which an album is being chosen; null while none is. */
  choosing = $state.raw<readonly PhotoId[] | null>(null);

  /**
   * @param onChange called with the name of an album after its photos or its name have changed, and with its name from now on;
   * null after it was removed
   */
  constructor(ask: Ask, toasts: Toasts, edits: Edits, onChange: (album: string, becomes: string | null) => void) {
    this.#ask = ask;
    this.#toasts = toasts;
    this.#edits = edits;
    this.#onChange = onChange;
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
    const shown = shownAlbum(text);
    return this.list.find(({ name }) => name.toLowerCase() === shown) ?? null;
  }

  add = (albumId: AlbumId, photoIds: readonly PhotoId[]): Promise<boolean> =>
    this.#edits.perform(async () => {
      const { album, photoIds: added } = await this.#put('albums.add', albumId, photoIds);
      if (added.length > 0) {
        const what = m.albums_added({ count: added.length, album: album.name });
        return { what, undo: this.#putting('albums.removePhotos', albumId, added) };
      }
      this.#toasts.note(m.albums_already({ album: album.name }));
      return null;
    });

  /** Lets the person choose an album for these photos. */
  choose = (photoIds: readonly PhotoId[]): void => {
    this.choosing = photoIds;
  };

  removePhotos = (albumId: AlbumId, photoIds: readonly PhotoId[]): Promise<boolean> =>
    this.#edits.perform(async () => {
      const { album, photoIds: taken } = await this.#put('albums.removePhotos', albumId, photoIds);
      if (taken.length === 0) return null;
      const what = m.albums_taken({ count: taken.length, album: album.name });
      return { what, undo: this.#putting('albums.add', albumId, taken) };
    });

  /** Asks for a name and creates an album of it, with these photos. */
  create = (photoIds: readonly PhotoId[]): void => {
    const title = photoIds.length === 0 ? m.albums_new() : m.albums_new_with({ count: photoIds.length });
    // An album that was made before its photos could be added gets them at the next try.
    let created: Album | null = null;
    this.#askUntilDone(title, '', (name) =>
      this.#edits.perform(async () => {
        atMost(mostEdited, photoIds);
        if (created === null) created = await this.#ask('albums.create', { name });
        else if (created.name !== name) created = await this.#ask('albums.rename', { albumId: created.id, name });
        const { album, photoIds: added } =
          photoIds.length > 0 ? await this.#put('albums.add', created.id, photoIds) : { album: created, photoIds };
        await this.#reload();
        const count = added.length;
        const what = count > 0 ? m.albums_added({ count, album: album.name }) : m.albums_created({ album: album.name });
        return { what, undo: this.#removing(album.id) };
      }),
    );
  };

  rename = (album: Album): void =>
    this.#askUntilDone(m.albums_rename(), album.name, (name) =>
      this.#edits.perform(async () => {
        const undo = await this.#renaming(album.id, name, album.name)();
        return { what: m.albums_renamed({ album: name }), undo };
      }),
    );

  remove = (album: Album): Promise<boolean> =>
    this.#edits.perform(async () => {
      const undo = await this.#removing(album.id)();
      return { what: m.albums_removed({ album: album.name }), undo };
    });

  askName = (title: string, name: string, done: (name: string) => void): void => {
    this.naming = { title, name, done };
  };

  /** Asks for a name, and again, with the name to be changed, where it cannot be taken. */
  #askUntilDone(title: string, name: string, accept: (name: string) => Promise<boolean>): void {
    this.askName(title, name, (chosen) => {
      void accept(chosen).then((isDone) => {
        if (!isDone) this.#askUntilDone(title, chosen, accept);
      });
    });
  }

  /** Adds photos to an album or takes them out. */
  async #put(
    method: 'albums.add' | 'albums.removePhotos',
    albumId: AlbumId,
    photoIds: readonly PhotoId[],
  ): Promise<AlbumChange> {
    const change = await this.#ask(method, { albumId: this.#idNow(albumId), photoIds: atMost(mostEdited, photoIds) });
    await this.#reload();
    this.#onChange(change.album.name, change.album.name);
    return change;
  }

  #putting(method: 'albums.add' | 'albums.removePhotos', albumId: AlbumId, photoIds: readonly PhotoId[]): Undo {
    return async () => {
      await this.#put(method, albumId, photoIds);
      return this.#putting(method === 'albums.add' ? 'albums.removePhotos' : 'albums.add', albumId, photoIds);
    };
  }

  #renaming(albumId: AlbumId, name: string, before: string): Undo {
    return async () => {
      // The engine may have written the name in another way.
      const { name: now } = await this.#ask('albums.rename', { albumId: this.#idNow(albumId), name });
      await this.#reload();
      this.#onChange(before, now);
      return this.#renaming(albumId, before, now);
    };
  }

  #removing(albumId: AlbumId): Undo {
    return async () => {
      const removed = await this.#ask('albums.remove', { albumId: this.#idNow(albumId) });
      await this.#reload();
      this.#onChange(removed.album.name, null);
      return this.#restoring(albumId, removed);
    };
  }

  #restoring(albumId: AlbumId, { album, photoIds }: AlbumChange): Undo {
    return async () => {
      const { id } = await this.#ask('albums.create', { name: album.name });
      this.#restored.set(album.id, id);
      for (let from = 0; from < photoIds.length; from += mostEdited)
        await this.#ask('albums.add', { albumId: id, photoIds: photoIds.slice(from, from + mostEdited) });
      await this.#reload();
      this.#onChange(album.name, album.name);
      return this.#removing(albumId);
    };
  }

  #idNow(albumId: AlbumId): AlbumId {
    const next = this.#restored.get(albumId);
    return next === undefined ? albumId : this.#idNow(next);
  }

  /** The change was made, even if its outcome cannot be shown. */
  #reload(): Promise<void> {
    return this.load().catch((error: unknown) => this.#toasts.error(error));
  }
}

/** Name in small letters of the album whose photos a search shows and nothing else; null for other searches. */
export function shownAlbum(text: string): string | null {
  const { filters, terms } = parseQuery(text);
  const [filter, ...more] = filters;
  if (terms.length > 0 || more.length > 0 || filter?.field !== 'album' || filter.not) return null;
  const [name, ...others] = filter.values;
  return name === undefined || others.length > 0 ? null : name.toLowerCase();
}
