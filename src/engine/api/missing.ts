// Missing photos: listing and removing them.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { removeChosenMissing, keepMissingMs } from '../jobs/library-upkeep.ts';
import { shownOf } from '../store/photos.ts';
import type { EngineServices } from './services.ts';

export function missingApi({
  store,
  libraryDir,
  maintenance,
  changed,
}: Pick<EngineServices, 'store' | 'libraryDir' | 'maintenance' | 'changed'>) {
  return {
    'missing.list': async ({ limit, offset }) => ({
      total: store.photos.count(false),
      photos: store.photos.missing(limit, offset).map((photo) => {
        const { folderId, missingSince, isWritten } = photo;
        const removalAt = isWritten === 1 || missingSince === null ? null : missingSince + keepMissingMs;
        return { ...shownOf(photo), folderId, missingSince, removalAt };
      }),
    }),
    'missing.remove': async ({ photoIds, keepBackups }) => {
      // Backups first, so that an interrupted request can be repeated in full.
      const photos = keepBackups === true ? [] : store.photos.toRemove({ missing: photoIds });
      const left = await maintenance.removePhotos({ photos, folder: null });
      const removal = await removeChosenMissing(store, libraryDir, photoIds);
      changed();
      return { ...removal, ...left };
    },
  } satisfies Partial<EngineApi>;
}
