// Metadata of a photo by its path, and writing words back to sidecars, where the person has allowed it.
import { join, resolve, sep } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { knownElsewhere, photosOf, planSidecars } from '../jobs/sidecar-words.ts';
import type { XmpChanges } from '../library/metadata/write-xmp.ts';
import { isBelow } from '../runtime/below.ts';
import type { Store } from '../store/database.ts';
import { photoDetails } from './photos.ts';
import type { EngineServices } from './services.ts';

export function metadataApi({ store, queue, photoFolders }: Pick<EngineServices, 'store' | 'queue' | 'photoFolders'>) {
  return {
    'metadata.show': async ({ path }) => photoDetails({ store, photoFolders }, photoAt(store, resolve(path)).photo.id),
    'metadata.photosAt': async ({ path }) => photosAt(store, resolve(path)),
    'metadata.writing': async ({ allowed }) => {
      if (allowed !== undefined) store.settings.switch('write-sidecars', allowed);
      return { allowed: store.settings.isOn('write-sidecars') };
    },
    'metadata.write': async ({ path, known, later, ...wanted }) => {
      requireAllowed(store);
      const { folder, photo } = photoAt(store, resolve(path));
      const words = known ? knownElsewhere(store, photo.id) : { tags: [], people: [] };
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
        job: later ? null : isRead ? queue.resumeInterrupted('index', work) : queue.enqueue('index', work),
      };
    },
    'metadata.plan': ({ scope }) => planSidecars(store, scope),
    'metadata.writeKnown': async ({ scope, replace }) => {
      requireAllowed(store);
      // The photos are chosen now, so that a job that continues counts those it has written before.
      const photoIds = photosOf(store, scope);
      if (photoIds.length === 0) {
        throw new HashlensError('not-found', 'The library has nothing about these photos to write.');
      }
      return queue.enqueue('sidecars', { photoIds, replace });
    },
  } satisfies Partial<EngineApi>;
}

function requireAllowed(store: Store): void {
  if (store.settings.isOn('write-sidecars')) return;
  throw new HashlensError(
    'not-allowed',
    'Nothing was written: writing beside photos is off in this library; allow it first.',
  );
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
  throw new HashlensError('not-found', `${path} is not a photo of the library; index its folder first.`);
}
