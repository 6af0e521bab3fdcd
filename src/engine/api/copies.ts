// Copies of photos for other places.
import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { requireOutside } from './outside.ts';
import type { EngineServices } from './services.ts';

export function copiesApi({
  store,
  queue,
  photoFolders,
  libraryDir,
}: Pick<EngineServices, 'store' | 'queue' | 'photoFolders' | 'libraryDir'>) {
  return {
    'copies.make': async ({ folder, ...wanted }) => {
      const place = await photoFolders.resolve(folder);
      if (place?.is === 'file') {
        throw new HashlensError('bad-argument', `${folder} is a file; name a folder for the copies.`);
      }
      const target = place?.real ?? resolve(folder);
      requireOutside(libraryDir, target, folder);
      if (!wanted.photoIds.some((photoId) => store.photos.get(photoId) !== null)) {
        throw new HashlensError('not-found', 'None of these photos is in the library any more.');
      }
      return queue.enqueue('copy', { folder: target, ...wanted });
    },
  } satisfies Partial<EngineApi>;
}
