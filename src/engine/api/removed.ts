// Missing photos: listing and removing them.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { forgetMissing, keepMissingMs } from '../jobs/library-upkeep.ts';
import { shownOf } from '../store/photos.ts';
import type { EngineServices } from './services.ts';

export function removedApi({ store, libraryDir, maintenance, changed }: EngineServices) {
  return {
    'removed.list': async ({ limit, offset }) => ({
      total: store.photos.count(false),
      photos: store.photos.missing(limit, offset).map((photo) => {
        const { folderId, missingSince, isWritten } = photo;
        const forgottenAt = isWritten === 1 || missingSince === null ? null : missingSince + keepMissingMs;
        return { ...shownOf(photo), folderId, missingSince, forgottenAt };
      }),
    }),
    'removed.forget': async ({ photoIds, keepBackups }) => {
      // Backups first, so that an interrupted request can be repeated in full.
      const photos = keepBackups === true ? [] : store.photos.toForget({ missing: photoIds });
      const left = await maintenance.forget({ photos, folder: null });
      const removal = await forgetMissing(store, libraryDir, photoIds);
      changed();
      return { ...removal, ...left };
    },
  } satisfies Partial<EngineApi>;
}
