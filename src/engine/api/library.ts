// The library as a whole: status, failures, checks.
import { join } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { LibraryStatus, LibraryStorage } from '../../shared/contract/library.ts';
import { listBackups } from '../backup/backups.ts';
import { removeMissing } from '../jobs/library-upkeep.ts';
import { nextTryAt } from '../jobs/tries.ts';
import { doctor } from './doctor.ts';
import { fileBytes, folderBytes } from '../runtime/folder-bytes.ts';
import { absolutePath } from '../store/photos.ts';
import { folderList } from './folders.ts';
import type { EngineServices } from './services.ts';

export function libraryApi({
  store,
  active,
  libraryDir,
  photoFolders,
  maintenance,
  changed,
}: Pick<EngineServices, 'store' | 'active' | 'libraryDir' | 'photoFolders' | 'maintenance' | 'changed'>) {
  return {
    'library.status': async (): Promise<LibraryStatus> => {
      const list = await folderList(store, photoFolders);
      await active.look();
      const modelId = active.modelId();
      const { captions, tags } = store.texts.counts();
      return {
        libraryDir,
        photos: store.photos.count(true),
        captions,
        tags,
        codes: store.codes.count('photo', modelId) + store.codes.count('caption', modelId),
        failures: store.failures.count(),
        missing: store.photos.count(false),
        folders: list,
        offlineFolders: list.filter((f) => f.state === 'offline').length,
        encoder: active.encoderId(),
        model: store.models.get(modelId) ? modelId : null,
        notices: active.notices(),
      };
    },
    'library.storage': async (): Promise<LibraryStorage> => {
      const [file, log, models, encoders, backups] = await Promise.all([
        fileBytes(store.file),
        fileBytes(`${store.file}-wal`),
        folderBytes(join(libraryDir, 'models')),
        folderBytes(join(libraryDir, 'encoders')),
        listBackups(libraryDir),
      ]);
      const bytes = backups.reduce((sum, backup) => sum + backup.bytes, 0);
      return { database: file + log, models, encoders, backups: { files: backups.length, bytes } };
    },
    'library.failures': async () => {
      const decoders = await photoFolders.videoDecoders();
      return store.failures.list().map((f) => {
        const { id, folderId, code, message, attempts, lastAt: lastTriedAt } = f;
        const file = { id, folderId, path: absolutePath(f), isIgnored: f.ignored === 1 };
        return { ...file, code, message, attempts, lastTriedAt, nextTryAt: nextTryAt(f, decoders) };
      });
    },
    'library.ignoreFailures': async ({ failureIds, isIgnored }) => {
      store.failures.setIgnored(failureIds, isIgnored);
      changed();
      return null;
    },
    'library.removeMissing': async ({ keepBackups }) => {
      const now = Date.now();
      // Backups first, so that an interrupted request can be repeated in full.
      const photos = store.photos.toRemove({ missingSince: now });
      const left = await maintenance.removePhotos({ photos: keepBackups === true ? [] : photos, folder: null });
      const removal = await removeMissing(store, libraryDir, now, false);
      changed();
      return { ...removal, ...left };
    },
    'library.doctor': async () => doctor({ store, active, libraryDir }),
  } satisfies Partial<EngineApi>;
}
