// Folders of the library: add, find again at a new place, remove, index again.
import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { AddedFolder, Folder, Removal } from '../../shared/contract/library.ts';
import { HashlensError } from '../../shared/errors.ts';
import { offlineFolders } from '../jobs/encoding.ts';
import { findMoved, hashed, sampled } from '../jobs/moved-folders.ts';
import { removeUnusedThumbnails } from '../jobs/library-upkeep.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import { isBelow } from '../runtime/below.ts';
import type { Store } from '../store/database.ts';
import type { FolderRow } from '../store/folders.ts';
import type { EngineServices } from './services.ts';

export function foldersApi({
  store,
  queue,
  emit,
  changed,
  resourcesDir,
  libraryDir,
  photoFolders,
  maintenance,
}: Pick<
  EngineServices,
  'store' | 'queue' | 'emit' | 'changed' | 'resourcesDir' | 'libraryDir' | 'photoFolders' | 'maintenance'
>) {
  const indexed = async (row: FolderRow, movedFrom: string | null): Promise<AddedFolder> => {
    const job = queue.enqueue('index', { folderIds: [row.id] });
    emit({ type: 'library' });
    const folder = (await folderList(store, photoFolders)).find((f) => f.id === row.id);
    if (!folder) throw new HashlensError('internal', `The folder ${row.path} could not be added.`);
    return { folder, job, movedFrom };
  };

  const addFolder = async (path: string, folderNamesAsTags: boolean | null, retry: boolean): Promise<AddedFolder> => {
    const linked = await followLinks(store, photoFolders);
    const known = store.folders.list();
    const real = await realFolder(photoFolders, path, known);
    // A folder inside a known one is indexed as part of it, so that no photo appears twice.
    const around = known.find((f) => isBelow(real, f.path));
    const isNew = !around && !known.some((f) => f.path === real);
    const moved = isNew ? await findMoved(store, photoFolders, real) : null;
    const row = store.transaction(() => {
      if (moved !== null) store.folders.relocatePart(moved.row.id, moved.below, real);
      const added = around ?? store.folders.add(real, folderNamesAsTags);
      for (const inside of known.filter((f) => isBelow(f.path, added.path))) store.folders.adopt(added, inside);
      return added;
    });
    if (retry) store.failures.resetAttempts(row.id);
    return await indexed(row, moved?.row.path ?? linked.get(row.path) ?? null);
  };

  return {
    'folders.add': async ({ path, folderNamesAsTags, retry }) =>
      addFolder(path, folderNamesAsTags ?? null, retry ?? false),
    'folders.addSample': async () => addFolder(resolve(resourcesDir, 'sample-album'), null, false),
    'folders.relocate': async ({ folderId, path }) => {
      const row = knownFolder(store, folderId);
      const real = await realFolder(photoFolders, path, []);
      const other = store.folders.list().find((f) => f.id !== row.id && isIn(f.path, real));
      if (other) {
        throw new HashlensError(
          'bad-argument',
          `${real} belongs to the folder ${other.path} of the library already; remove that one first.`,
        );
      }
      const sample = store.photos.sample(row.id, sampled);
      const found = await photoFolders.compare(real, sample, hashed);
      if (sample.length > 0 && found.sameSize === 0) {
        throw new HashlensError(
          'bad-argument',
          `None of ${sample.length} photos of ${row.path} that were looked for is in ${real}; choose the folder they are in now.`,
        );
      }
      store.transaction(() => store.folders.relocate(row.id, real));
      changed();
      return await indexed({ ...row, path: real }, row.path);
    },
    'folders.remove': async ({ folderId, keepBackups }): Promise<Removal> => {
      const row = knownFolder(store, folderId);
      // Backups first, so that an interrupted request can be repeated in full.
      const keep = keepBackups === true;
      const removal = keep
        ? { photos: [], folder: null }
        : { photos: store.photos.toRemove({ folderId }), folder: row.path };
      const left = await maintenance.removePhotos(removal);
      const contents = store.photos.contentsOf(row.id);
      const photos = store.transaction(() => {
        const removed = store.folders.remove(folderId);
        store.texts.removeUnusedTags();
        return removed;
      });
      changed();
      const bytes = (await removeUnusedThumbnails(store, libraryDir, contents)) + store.compact();
      return { photos, bytes, ...left };
    },
    'folders.index': async ({ folderIds }) => {
      for (const id of folderIds ?? [null]) store.failures.resetAttempts(id);
      return queue.enqueue('index', { folderIds: folderIds ?? null });
    },
  } satisfies Partial<EngineApi>;
}

/**
 * Replaces the path of a folder that was moved, with a link left at its old place, by its real path. Otherwise adding
 * the new path would put the folder into the library twice.
 * @returns old paths by new ones
 */
async function followLinks(store: Store, photoFolders: PhotoFolders): Promise<ReadonlyMap<string, string>> {
  const known = store.folders.list();
  const places = await Promise.all(known.map(({ path }) => photoFolders.resolve(path).catch(() => null)));
  const linked = new Map<string, string>();
  for (const [i, row] of known.entries()) {
    const place = places[i];
    if (place?.is !== 'folder' || place.real === row.path) continue;
    const isTaken = store.folders.paths().some((path) => isIn(path, place.real) || isBelow(path, place.real));
    if (isTaken) continue;
    store.folders.relocate(row.id, place.real);
    linked.set(place.real, row.path);
  }
  return linked;
}

function knownFolder(store: Store, folderId: FolderRow['id']): FolderRow {
  const row = store.folders.get(folderId);
  if (!row) throw new HashlensError('not-found', `There is no folder ${folderId}.`);
  return row;
}

/**
 * The folder without symbolic links.
 * @param known folders of the library: if one of them does not exist, it is offline, not unknown
 * @throws HashlensError `offline`, `folder-missing`, `bad-argument`
 */
async function realFolder(photoFolders: PhotoFolders, path: string, known: readonly FolderRow[]): Promise<string> {
  const place = await photoFolders.resolve(path);
  if (place?.is === 'folder') return place.real;
  if (place?.is === 'file') {
    throw new HashlensError('bad-argument', `${place.real} is a file; choose the folder it is in.`);
  }
  const offline = known.find((folder) => isIn(folder.path, place?.real ?? resolve(path)));
  if (offline !== undefined) throw folderOffline(offline);
  throw new HashlensError('folder-missing', `The folder ${resolve(path)} does not exist; check its name.`);
}

const isIn = (folder: string, path: string): boolean => path === folder || isBelow(path, folder);

const folderOffline = ({ path, photos }: FolderRow): HashlensError =>
  new HashlensError(
    'offline',
    `The folder ${path} is not there now, and nothing of it is lost: its ${photos} photos are kept and can be found. Connect its disk or share and try again.`,
  );

/** The folders of the library; those that cannot be read now are offline. */
export async function folderList(store: Store, photoFolders: PhotoFolders): Promise<Folder[]> {
  const rows = store.folders.list();
  const offline = await offlineFolders(photoFolders, rows);
  return rows.map(({ id, path, photos, folderNamesAsTags, lastScanAt }) => {
    return { id, path, photos, folderNamesAsTags, lastScanAt, state: offline.has(id) ? 'offline' : 'online' };
  });
}
