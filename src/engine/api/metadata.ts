// Metadata of a photo by its path, and writing words back to sidecars, where the person has allowed it.
import { join, resolve, sep } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { XmpChanges } from '../library/metadata/write-xmp.ts';
import { isBelow } from '../runtime/below.ts';
import type { Store } from '../store/database.ts';
import { photoDetails } from './photos.ts';
import type { EngineServices } from './services.ts';

/** Sources of words that other programs do not read. */
const elsewhere = new Set(['caption-file', 'text-file', 'takeout', 'picasa', 'apple', 'own', 'own-title']);

export function metadataApi({ store, queue, photoFolders }: Pick<EngineServices, 'store' | 'queue' | 'photoFolders'>) {
  return {
    'metadata.show': async ({ path }) => photoDetails({ store, photoFolders }, photoAt(store, resolve(path)).photo.id),
    'metadata.photosAt': async ({ path }) => photosAt(store, resolve(path)),
    'metadata.writing': async ({ allowed }) => {
      if (allowed !== undefined) store.settings.switch('write-sidecars', allowed);
      return { allowed: store.settings.isOn('write-sidecars') };
    },
    'metadata.write': async ({ path, known, later, ...wanted }) => {
      if (!store.settings.isOn('write-sidecars')) {
        throw new HashlensError(
          'not-allowed',
          'Nothing was written: writing beside photos is off in this library; allow it first.',
        );
      }
      const { folder, photo } = photoAt(store, resolve(path));
      const words = known ? wordsFromElsewhere(store, photo.id) : { tags: [], people: [] };
      const changes: XmpChanges = {
        ...wanted,
        caption: wanted.caption ?? words.caption,
        rating: wanted.rating ?? words.rating,
        date: wanted.date ?? words.date,
        tags: [...wanted.tags, ...words.tags],
        people: [...wanted.people, ...words.people],
      };
      const written = await photoFolders.writeSidecar(folder.path, photo.path, changes);
      // An interrupted write may have changed the sidecar but not the library, or only a part of it.
      const work = { folderIds: [folder.id] };
      const isRead = photo.sidecarStamp.split('\n').includes(written.stamp);
      return {
        sidecar: join(folder.path, written.path),
        isChanged: written.isChanged,
        job: later ? null : isRead ? queue.goOnWith('index', work) : queue.enqueue('index', work),
      };
    },
  } satisfies Partial<EngineApi>;
}

/** @throws HashlensError `not-found` where there is none */
function photosAt(store: Store, path: string): string[] {
  const found = store.folders.list().flatMap((folder) =>
    store.photos
      .inFolder(folder.id)
      .filter(({ present }) => present === 1)
      .map((photo) => join(folder.path, photo.path))
      .filter((file) => file === path || isBelow(file, path)),
  );
  if (found.length > 0) return found.sort();
  throw new HashlensError('not-found', `There is no photo of the library at ${path}; index its folder first.`);
}

function photoAt(store: Store, path: string) {
  for (const folder of store.folders.list()) {
    if (!isBelow(path, folder.path)) continue;
    const relative = path.slice(folder.path.length).split(sep).filter(Boolean).join('/');
    const photo = store.photos.at(folder.id, relative);
    if (photo !== null) return { folder, photo };
  }
  throw new HashlensError('not-found', `${path} is no photo of the library; index its folder first.`);
}

/**
 * Words of the library that no sidecar has. The caption is the one written in the application, else one from another
 * source if the photo has none of its own.
 */
function wordsFromElsewhere(
  store: Store,
  id: PhotoId,
): { caption?: string; tags: string[]; people: string[]; rating?: number; date?: string } {
  const captions = store.texts.captionsOf(id).filter(({ source }) => source !== 'tags');
  const own = captions.filter(({ source }) => source === 'own' || source === 'own-title');
  const [first] = captions.every(({ source }) => elsewhere.has(source)) ? captions : own;
  const { rating, date } = store.edits.factsOf(id);
  const { tags, people } = store.texts.namesFrom(id, [...elsewhere]);
  return {
    ...(first && { caption: first.text }),
    ...(rating !== null && { rating }),
    ...(date !== null && { date }),
    tags,
    people,
  };
}
