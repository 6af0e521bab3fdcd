// Keeps the library's cache of thumbnails in step with its photos, and the words of missing ones with their copies. A cache that
// cannot be written never fails a photo.
import { setImmediate } from 'node:timers/promises';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Failure } from '../../shared/contract/indexing.ts';
import {
  boundAfterWrites,
  cacheSize,
  removeThumbnails,
  sweepThumbnails,
  usualCacheBytes,
  writeThumbnail,
} from '../library/thumbnails/thumbnails.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { Store } from '../store/database.ts';
import { offlineFolders } from './encoding.ts';
import type { JobContext } from './queue.ts';

/**
 * Writes a thumbnail. The first failure becomes a notice and ends the making of thumbnails for this job.
 * @param cache shared by all photos of a job
 */
export async function cacheThumbnail(
  libraryDir: string,
  contentHash: string,
  webp: Uint8Array,
  cache: { works: boolean },
  notices: Failure[],
): Promise<void> {
  if (!cache.works) return;
  try {
    await writeThumbnail(libraryDir, contentHash, webp);
  } catch (error) {
    if (!(error instanceof HashlensError) || error.code !== 'io-error') throw error;
    if (cache.works) notices.push({ path: libraryDir, ...toErrorData(error) });
    cache.works = false;
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Missing photos are kept for thirty days; those with texts written in the application until the person removes
 * them.
 */
export const keepMissingMs = 30 * dayMs;

/** Number of photos whose words are passed on in one turn (docs/measurements.md, Turns and first uses). */
const passedOnAtOnce = 100;

/**
 * Adds the words of photos that are missing to copies of them in the library, so that a search still finds them there. The
 * missing photo keeps them, for its return. Each word is passed on once, so that words which the person takes off the copy
 * stay off it. Searches come between.
 * @returns the number of photos whose copy has changed
 */
export async function passWordsOn(store: Store, context: Pick<JobContext, 'mayContinue' | 'signal'>): Promise<number> {
  const found = store.photos.missingWithCopies();
  let changed = 0;
  for (let at = 0; at < found.length; at += passedOnAtOnce) {
    const turn = found.slice(at, at + passedOnAtOnce);
    changed += store.transaction(() => turn.filter(({ id, copyId }) => passOn(store, id, copyId)).length);
    await setImmediate();
    await context.mayContinue();
    context.signal.throwIfAborted();
  }
  return changed;
}

/** @returns whether the copy has changed */
function passOn({ photos, albums, edits }: Store, id: PhotoId, copyId: PhotoId): boolean {
  // One of them may have been removed meanwhile.
  if (photos.get(id) === null || photos.get(copyId) === null) return false;
  const before = photos.passedOnAt(id);
  photos.setPassedOn(id);
  const joined = albums.addLike(copyId, id, before);
  return edits.passOn(id, copyId, before) || joined > 0;
}

/**
 * Makes one photo of two whose files are versions of one, in a transaction: what was written about the first, and judged of
 * it, is added to the one that is shown, and the first is removed.
 */
export function mergeVersion({ photos, albums, edits, judgements }: Store, id: PhotoId, shownId: PhotoId): void {
  albums.addLike(shownId, id, null);
  judgements.addLike(shownId, id);
  edits.merge(id, shownId);
  photos.removeVersion(id);
}

/** Number of jobs among which the last index job is looked for: others seldom follow one another. */
const mostJobs = 200;

/**
 * Like `removeMissing`, for photos missing for thirty days. If the clock has moved back since the last index job, or
 * forward by more than thirty days, it was or is wrong, or nothing was scanned; the thirty days then begin again.
 */
export async function removeLongMissing(store: Store, libraryDir: string): ReturnType<typeof removeMissing> {
  const now = Date.now();
  const look = store.jobs.list(mostJobs).find(({ kind, finishedAt }) => kind === 'index' && finishedAt !== null);
  const last = look?.finishedAt ?? now;
  if (now < last - dayMs || now > last + keepMissingMs) store.photos.setMissingSince(now);
  return removeMissing(store, libraryDir, now - keepMissingMs, true);
}

/**
 * Removes all data of photos that have been missing since `before` or longer.
 * @param before milliseconds since 1970
 * @param keepWritten keeps photos with texts written in the application
 */
export async function removeMissing(
  store: Store,
  libraryDir: string,
  before: number,
  keepWritten: boolean,
): Promise<{ readonly photos: number; readonly bytes: number }> {
  const contents = store.photos.contentsMissingSince(before, keepWritten);
  const photos = store.transaction(() => {
    const removed = store.photos.removeMissingSince(before, keepWritten);
    store.texts.removeUnusedTags();
    return removed;
  });
  if (photos === 0) return { photos, bytes: 0 };
  return { photos, bytes: (await removeUnusedThumbnails(store, libraryDir, contents)) + store.compact() };
}

/** Removes all data of those of these photos that are missing. */
export async function removeChosenMissing(
  store: Store,
  libraryDir: string,
  photoIds: readonly PhotoId[],
): Promise<{ readonly photos: number; readonly bytes: number }> {
  const contents = store.photos.toRemove({ missing: photoIds }).map(({ contentHash }) => contentHash);
  const photos = store.transaction(() => {
    const removed = store.photos.removeMissing(photoIds);
    store.texts.removeUnusedTags();
    return removed;
  });
  if (photos === 0) return { photos, bytes: 0 };
  return { photos, bytes: (await removeUnusedThumbnails(store, libraryDir, [...new Set(contents)])) + store.compact() };
}

/** @returns number of bytes freed */
export function removeUnusedThumbnails(store: Store, libraryDir: string, contents: readonly string[]): Promise<number> {
  const unused = contents.filter((contentHash) => !store.photos.hasContent(contentHash));
  return removeThumbnails(libraryDir, unused);
}

/** Least time between two automatic tidyings of thumbnails: listing many of them takes seconds. */
const tidyEveryMs = 24 * 60 * 60 * 1000;

/** Whether thumbnails were last tidied long ago. */
export function isTidyingDue(store: Store): boolean {
  const since = Date.now() - Number(store.settings.get('thumbnails-tidied') ?? 0);
  return since < 0 || since >= tidyEveryMs;
}

/** Bytes that thumbnails, small and large, may take. */
export function cacheRoom({ settings }: Pick<Store, 'settings'>): number {
  const bytes = Number(settings.get('thumbnails-bytes'));
  return bytes > 0 ? bytes : usualCacheBytes;
}

/** Share of the limit up to which missing thumbnails are made, so that removed ones are not made again at once. */
const filledShare = 0.9;

/** Removes thumbnails that nothing needs, and makes missing ones while there is room. */
export async function tidyThumbnails(
  store: Store,
  photoFolders: PhotoFolders,
  libraryDir: string,
  context: JobContext,
): Promise<void> {
  const contents = store.photos.contents();
  const { kept } = await sweepThumbnails(
    libraryDir,
    (contentHash) => contents.has(contentHash) || store.photos.hasContent(contentHash),
  );
  await boundAfterWrites(libraryDir, cacheRoom(store));
  const lacking = [...contents].flatMap(([contentHash, there]) =>
    there && !kept.has(contentHash) ? [contentHash] : [],
  );
  let room = lacking.length === 0 ? 0 : filledShare * cacheRoom(store) - (await bytesInCache(libraryDir));
  const missing = room > 0 ? lacking : [];
  const offline = missing.length === 0 ? new Set<number>() : await offlineFolders(photoFolders, store.folders.list());
  let done = 0;
  for (const contentHash of missing) {
    context.signal.throwIfAborted();
    context.progress(done++, missing.length, 'Making thumbnails');
    const photo = store.photos.withContent(contentHash, offline);
    if (photo === null) continue;
    try {
      const webp = await photoFolders.thumbnail(photo.folderPath, photo.path);
      await writeThumbnail(libraryDir, contentHash, webp);
      room -= webp.byteLength;
      if (room <= 0) break;
    } catch (error) {
      // A full disk stops it; a photo that cannot be decoded now has a separate row among the failures, or is shown as
      // missing. Either way the photos themselves are indexed.
      if (error instanceof HashlensError && error.code === 'io-error') return;
    }
  }
  store.settings.set('thumbnails-tidied', String(Date.now()));
}

async function bytesInCache(libraryDir: string): Promise<number> {
  const { small, large } = await cacheSize(libraryDir);
  return small.bytes + large.bytes;
}
