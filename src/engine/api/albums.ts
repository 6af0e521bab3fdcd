// Albums, and the lists for browsing the library.
import type { Album } from '../../shared/contract/albums.ts';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { AlbumId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import { libraryContents } from '../search/query/contents.ts';
import type { EngineServices } from './services.ts';

export function albumsApi({
  store,
  searcher,
  maintenance,
  changed,
}: Pick<EngineServices, 'store' | 'searcher' | 'maintenance' | 'changed'>) {
  const known = (albumId: AlbumId): Album => {
    const album = store.albums.get(albumId);
    if (album === null) throw new HashlensError('not-found', `There is no album ${albumId}.`);
    return album;
  };
  const requireFree = (name: string, own: AlbumId | null): void => {
    const other = store.albums.named(name);
    if (other !== null && other.id !== own) {
      throw new HashlensError('bad-argument', `There is an album “${other.name}” already; choose another name.`);
    }
  };
  /** Albums and what is in them survive a power cut. */
  const kept = <T>(change: () => T): T => {
    const result = store.durably(change);
    maintenance.changed();
    changed();
    return result;
  };

  return {
    'albums.list': async () => store.albums.list(),
    'albums.create': async ({ name }) =>
      kept(() => {
        requireFree(name, null);
        return known(store.albums.insert(name));
      }),
    'albums.rename': async ({ albumId, name }) =>
      kept(() => {
        known(albumId);
        requireFree(name, albumId);
        store.albums.rename(albumId, name);
        return known(albumId);
      }),
    'albums.remove': async ({ albumId }) =>
      kept(() => {
        const removed = { album: known(albumId), photoIds: store.albums.photosIn(albumId) };
        store.albums.remove(albumId);
        return removed;
      }),
    'albums.add': async ({ albumId, photoIds }) =>
      kept(() => {
        known(albumId);
        const added = store.albums.add(albumId, photoIds);
        return { album: known(albumId), photoIds: added };
      }),
    'albums.removePhotos': async ({ albumId, photoIds }) =>
      kept(() => {
        known(albumId);
        const taken = store.albums.removePhotos(albumId, photoIds);
        return { album: known(albumId), photoIds: taken };
      }),
    'library.contents': async ({ day }) => libraryContents(store, searcher.facets(), day),
  } satisfies Partial<EngineApi>;
}
