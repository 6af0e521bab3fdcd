// Folders of the library: add, remove, index again.
import { resolve, sep } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { Folder } from '../../shared/contract/library.ts';
import { HashlensError } from '../../shared/errors.ts';
import { offlineFolders } from '../jobs/encoding.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { Store } from '../store/database.ts';
import type { EngineServices } from './services.ts';

export function foldersApi({ store, queue, emit, changed, resourcesDir, photoFolders }: EngineServices) {
  const addFolder = async (path: string, folderNamesAsTags: boolean | null) => {
    const place = await photoFolders.resolve(path);
    if (place === null) {
      throw new HashlensError('folder-missing', `The folder ${resolve(path)} does not exist; check its name.`);
    }
    const { real } = place;
    if (!place.isFolder) {
      throw new HashlensError('bad-argument', `${real} is a file; choose the folder it is in.`);
    }
    // A folder inside one that is known already is indexed with that one, so that no photo is there twice.
    const around = store.folders.list().find((f) => real.startsWith(f.path + sep));
    const row = around ?? store.folders.add(real, folderNamesAsTags);
    const job = queue.enqueue('index', { folderIds: [row.id] });
    emit({ type: 'library' });
    const folder = (await folderList(store, photoFolders)).find((f) => f.id === row.id);
    if (!folder) throw new HashlensError('internal', `The folder ${real} could not be added.`);
    return { folder, job };
  };

  return {
    'folders.add': async ({ path, folderNamesAsTags }) => addFolder(path, folderNamesAsTags ?? null),
    'folders.addSample': async () => addFolder(resolve(resourcesDir, 'sample-album'), null),
    'folders.remove': async ({ folderId }) => {
      if (!store.folders.get(folderId)) throw new HashlensError('not-found', `There is no folder ${folderId}.`);
      store.transaction(() => {
        store.folders.remove(folderId);
        store.texts.removeUnusedTags();
      });
      changed();
      return null;
    },
    'folders.index': async ({ folderIds }) => {
      for (const id of folderIds ?? [null]) store.failures.forgetAttempts(id);
      return queue.enqueue('index', { folderIds: folderIds ?? null });
    },
  } satisfies Partial<EngineApi>;
}

/** The folders of the library; those that cannot be read now are offline. */
export async function folderList(store: Store, photoFolders: PhotoFolders): Promise<Folder[]> {
  const rows = store.folders.list();
  const offline = await offlineFolders({ photoFolders }, rows);
  return rows.map(({ id, path, photos, folderNamesAsTags, lastScanAt }) => {
    return { id, path, photos, folderNamesAsTags, lastScanAt, state: offline.has(id) ? 'offline' : 'online' };
  });
}
