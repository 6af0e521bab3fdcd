// Puts copies of photos into a folder. A job that was stopped recognises its copies by their names and times and
// makes only the rest.
import { extname, join } from 'node:path';
import { copiesRequests, type CopyForm, type CopyOutcome } from '../../shared/contract/copies.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import { HashlensError, toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { Store } from '../store/database.ts';
import { absolutePath, type PhotoRow } from '../store/photos.ts';
import { copyName, NamesOnce } from './copy-names.ts';
import type { JobContext, JobRunner } from './queue.ts';

/** Number of photos copied at the same time. */
const lanes = 2;
/** Largest number of failures listed one by one. */
const mostListed = 100;
/** Errors that end the job, because the next photo would meet them too. */
const ends = new Set(['cancelled', 'disk-full', 'internal', 'library-gone']);

/** The folders of the photos, and the place of the copies. */
type CopyFolders = Pick<PhotoFolders, 'prepareCopyFolder' | 'copy' | 'state'>;

interface Copy {
  readonly row: PhotoRow;
  readonly name: string;
  readonly extension: string;
  readonly first: string;
}

export function copyJob(store: Store, photoFolders: CopyFolders): JobRunner {
  return async (params, context): Promise<CopyOutcome> => {
    const { photoIds, folder, names: pattern, form } = copiesRequests['copies.make'].params.parse(params);
    const madeSince = unfinishedSince(store, context.jobId, params) ?? context.startedBefore;
    const names = new NamesOnce();
    const failed: CopyOutcome['failed'][number][] = [];
    let [copied, failures, done] = [0, 0, 0];
    const fail = (path: string, { code, message }: ErrorData): void => {
      failures++;
      if (failed.length < mostListed) failed.push({ path, message, code });
    };
    const rows = photoIds.flatMap((photoId) => store.photos.get(photoId) ?? []);
    // Names are assigned before anything is written, so that a second run assigns the same ones.
    const copies = rows.map((row, i): Copy => {
      const { path } = row;
      const name = copyName(
        pattern,
        { path, takenAt: row.capturedAt, takenUntil: row.capturedUntil },
        i + 1,
        rows.length,
      );
      const extension = form.as === 'original' ? extname(path) : form.as === 'jpeg' ? '.jpg' : '.webp';
      return { row, name, extension, first: names.next(name, extension) };
    });
    const message = 'Copying photos';
    context.progress(0, copies.length, message);
    const place = copies.length === 0 ? '' : await placeAt(photoFolders, folder, context.signal);
    const there: CopyPlace = { folder, place, madeSince };
    const queue = copies.values();
    let isOver = false;
    const lane = async (): Promise<void> => {
      for (const copy of queue) {
        context.signal.throwIfAborted();
        if (isOver) return;
        try {
          await put(photoFolders, copy, names, there, form, context);
          copied++;
        } catch (error) {
          context.signal.throwIfAborted();
          const data = toErrorData(error);
          if (ends.has(data.code) || error instanceof PlaceRefused) {
            isOver = true;
            throw error;
          }
          fail(absolutePath(copy.row), data);
        }
        context.progress(++done, copies.length, message);
      }
    };
    // Both lanes have ended before the job does.
    const ended = Array.from({ length: lanes }, lane);
    await Promise.allSettled(ended);
    await Promise.all(ended);
    return { folder, copied, failed, failures: failures + (photoIds.length - rows.length) };
  };
}

interface CopyPlace {
  readonly folder: string;
  /** Result of `PhotoFolders.prepareCopyFolder`. */
  readonly place: string;
  /** Later copies belong to this job, or to an earlier one for the same copies; null without such a job. */
  readonly madeSince: number | null;
}

/** Start of the first of the latest failed jobs for the same copies; null if the last job did not fail. */
function unfinishedSince(store: Store, jobId: JobId, params: unknown): number | null {
  const wanted = JSON.stringify(params);
  let since: number | null = null;
  for (const { id, kind, state, params: other, createdAt } of store.jobs.list()) {
    if (id >= jobId || kind !== 'copy' || JSON.stringify(other) !== wanted) continue;
    if (state !== 'failed' && state !== 'cancelled') break;
    since = createdAt;
  }
  return since;
}

async function placeAt(photoFolders: CopyFolders, folder: string, signal: AbortSignal): Promise<string> {
  try {
    return await photoFolders.prepareCopyFolder(folder, signal);
  } catch (error) {
    throw refusal(folder, toErrorData(error));
  }
}

/** The target folder accepts no files. */
class PlaceRefused extends HashlensError {}

/** @throws PlaceRefused; HashlensError about the photo */
async function put(
  photoFolders: CopyFolders,
  { row, name, extension, first }: Copy,
  names: NamesOnce,
  { folder, place, madeSince }: CopyPlace,
  form: CopyForm,
  { signal }: JobContext,
): Promise<void> {
  if (row.format === 'video' && form.as !== 'original') {
    throw new HashlensError('unsupported-format', `${row.path} is a video, which is copied only as it is.`);
  }
  for (let file = first; ; file = names.next(name, extension)) {
    const request = { path: row.path, target: join(folder, file), place, form, madeSince };
    const result = await photoFolders.copy(row.folderPath, request, signal).catch(async (error: unknown) => {
      const isOffline = toErrorData(error).code === 'offline' && (await photoFolders.state(folder)) === 'offline';
      throw isOffline ? new PlaceRefused('offline', `The folder ${folder} does not answer; check its disk.`) : error;
    });
    if (result.state === 'refused') throw refusal(folder, result.error);
    if (result.state !== 'taken') return;
  }
}

/** An error about the folder of the copies. The system's message about a copy in it would name a temporary file. */
function refusal(folder: string, { code, message }: { code: HashlensError['code']; message: string }): PlaceRefused {
  if (code === 'disk-full') {
    return new PlaceRefused(
      code,
      `There is no room left on the disk of ${folder}. The copies made so far are whole; free some room and try again.`,
    );
  }
  if (code === 'read-only' || code === 'io-error') {
    return new PlaceRefused(
      code,
      `Nothing can be written into ${folder}; check its permissions and its disk, or choose another folder.`,
    );
  }
  return new PlaceRefused(code, `Nothing can be written into ${folder}: ${message}`);
}
