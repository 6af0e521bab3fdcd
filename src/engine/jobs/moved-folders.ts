// Recognises folders whose photos are now at another place, by names, sizes and the content of some photos.
import { join } from 'node:path';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { ScanResult } from '../library/reader/messages.ts';
import type { Store } from '../store/database.ts';
import type { FolderRow } from '../store/folders.ts';
import { offlineFolders } from './encoding.ts';

/** Number of photos of a folder to look for at a new place, and of those to compare by content. */
export const sampled = 64;
export const hashed = 8;
/** Share of the sample that must be there by name for the folder to be recognised automatically. */
const recognised = 0.8;
/** Share of the sample that must have its size, too. The others may have been edited since. */
const unedited = 0.4;

/** Whether folders answer, and which photos are in them. */
type Folders = Pick<PhotoFolders, 'state' | 'compare'>;
type Sample = ReturnType<Store['photos']['sample']>;

/** Photos that a scan has found. */
interface Scanned {
  readonly photos: readonly Pick<ScanResult['photos'][number], 'path' | 'size'>[];
}

export interface MovedFolder {
  readonly row: FolderRow;
  /** The folder inside it that has moved, with all its photos; empty for all of it. */
  readonly below: string;
}

/**
 * The known folder whose photos are in `real` now: it is offline, most of its photos are here by name, and photos of
 * the same size have the same content.
 */
export async function findMoved(store: Store, photoFolders: Folders, real: string): Promise<MovedFolder | null> {
  for (const row of await offlineRows(store, photoFolders)) {
    for (const { below, sample } of partsOf(store, row)) {
      if (await areIn(photoFolders, sample, real)) return { row, below };
    }
  }
  return null;
}

/** A sample of a folder's photos by their paths in it, then by those in each of the folders that contain all of them. */
function partsOf(store: Store, { id }: FolderRow): { readonly below: string; readonly sample: Sample }[] {
  const sample = store.photos.sample(id, sampled);
  const common = store.photos.commonFolder(id);
  const folders = common === '' ? [] : common.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'));
  return ['', ...folders].map((below) => ({
    below,
    sample: below === '' ? sample : sample.map((photo) => ({ ...photo, path: photo.path.slice(below.length + 1) })),
  }));
}

/**
 * Moves photos of offline folders that are somewhere below `folder` now to `folder`, with all their data.
 * @returns whether there were any
 */
export async function relocateMoved(
  store: Store,
  photoFolders: Folders,
  folder: FolderRow,
  scan: Scanned,
): Promise<boolean> {
  let any = false;
  for (const row of await offlineRows(store, photoFolders)) {
    if (row.id === folder.id) continue;
    for (const part of partsOf(store, row)) {
      const below = placeBelow(scan, part.sample);
      if (below === null || store.photos.hasBelow(folder.id, below)) continue;
      const real = join(folder.path, below);
      if (!(await areIn(photoFolders, part.sample, real))) continue;
      store.transaction(() => {
        store.folders.relocatePart(row.id, part.below, real);
        store.folders.adopt(folder, { id: row.id, path: real });
      });
      any = true;
      break;
    }
  }
  return any;
}

async function offlineRows(store: Store, photoFolders: Folders): Promise<FolderRow[]> {
  const rows = store.folders.list().filter((row) => row.photos > 0);
  const offline = await offlineFolders(photoFolders, rows);
  return rows.filter(({ id }) => offline.has(id));
}

async function areIn(photoFolders: Folders, sample: Sample, real: string): Promise<boolean> {
  const found = await photoFolders.compare(real, sample, hashed);
  const isSame = found.compared > 0 && found.sameContent === found.compared;
  return isSame && found.sameName >= recognised * sample.length && found.sameSize >= unedited * sample.length;
}

/** The folder, relative to the scanned one, below which the most photos of the sample are; null where too few are. */
function placeBelow(scan: Scanned, sample: Sample): string | null {
  const names = new Map<string, string[]>();
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const wanted = new Set(sample.map(({ path, size }) => `${nameOf(path)} ${size}`));
  for (const { path, size } of scan.photos) {
    const name = `${nameOf(path)} ${size}`;
    if (!wanted.has(name)) continue;
    const same = names.get(name);
    if (same === undefined) names.set(name, [path]);
    else same.push(path);
  }
  const votes = new Map<string, number>();
  for (const { path, size } of sample) {
    const found = names.get(`${nameOf(path)} ${size}`) ?? [];
    const places = found.flatMap((at) => (at.endsWith(`/${path}`) ? [at.slice(0, -path.length - 1)] : []));
    for (const place of new Set(places)) votes.set(place, (votes.get(place) ?? 0) + 1);
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  return best !== undefined && best[1] >= unedited * sample.length ? best[0] : null;
}
