// Writes what the library knows of photos to their XMP sidecars. A job that was stopped continues with the same photos: those it
// has written before are known by the time of their sidecars.
import { z } from 'zod';
import { id, type PhotoId } from '../../shared/contract/ids.ts';
import type { SidecarOutcome } from '../../shared/contract/metadata.ts';
import { toErrorData, type ErrorCode } from '../../shared/errors.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { Store } from '../store/database.ts';
import { absolutePath } from '../store/photos.ts';
import type { JobRunner } from './queue.ts';
import { asChanges, knownElsewhere } from './sidecar-words.ts';

const sidecarParams = z.object({ photoIds: z.array(id<PhotoId>()), replace: z.boolean() });

/** Sidecars that are written side by side: each waits for the disk. */
const lanes = 2;
/** Largest number of failures of one kind to list. */
const mostListed = 20;
/** Errors that end the job: the next photo would meet them too. */
const ends = new Set<ErrorCode>(['cancelled', 'disk-full', 'internal', 'library-gone']);

export function sidecarJob(store: Store, photoFolders: Pick<PhotoFolders, 'writeSidecar' | 'state'>): JobRunner {
  return async (params, { signal, startedBefore, progress }): Promise<SidecarOutcome> => {
    const { photoIds, replace } = sidecarParams.parse(params);
    let [written, unchanged, kept, failures] = [0, 0, 0, 0];
    const failed = new Map<ErrorCode, { count: number; messages: string[] }>();
    const fail = (code: ErrorCode, text: string): void => {
      failures++;
      const group = failed.get(code) ?? { count: 0, messages: [] };
      failed.set(code, group);
      group.count++;
      if (group.messages.length < mostListed) group.messages.push(text);
    };
    /** Messages about folders that do not answer, by path. */
    const offline = new Map<string, string>();
    const message = 'Writing sidecars';
    progress(0, photoIds.length, message);
    const writeOne = async (photoId: PhotoId): Promise<void> => {
      const row = store.photos.get(photoId);
      if (row === null) return fail('not-found', `Photo ${photoId} is no longer in the library.`);
      if (row.present === 0) return fail('not-found', `${absolutePath(row)} is gone.`);
      const reported = offline.get(row.folderPath);
      if (reported !== undefined) return fail('offline', reported);
      const changes = asChanges(knownElsewhere(store, photoId));
      try {
        const sidecar = await photoFolders.writeSidecar(row.folderPath, row.path, changes, { keeps: !replace, signal });
        const isOurs = startedBefore !== null && sidecar.modifiedAt !== null && sidecar.modifiedAt >= startedBefore;
        if (sidecar.isChanged || isOurs) written++;
        else unchanged++;
        if (sidecar.kept.length > 0) kept++;
      } catch (error) {
        signal.throwIfAborted();
        const data = toErrorData(error);
        if (ends.has(data.code)) throw error;
        // A single photo may be gone from a folder that is there.
        if (data.code === 'offline' && (await photoFolders.state(row.folderPath)) === 'offline') {
          offline.set(row.folderPath, data.message);
        }
        fail(data.code, data.message);
      }
    };
    const queue = photoIds.values();
    let [done, isOver] = [0, false];
    const lane = async (): Promise<void> => {
      for (const photoId of queue) {
        if (isOver) return;
        try {
          signal.throwIfAborted();
          await writeOne(photoId);
        } catch (error) {
          isOver = true;
          throw error;
        }
        progress(++done, photoIds.length, message);
      }
    };
    // All lanes have ended before the job does.
    const ended = Array.from({ length: lanes }, lane);
    await Promise.allSettled(ended);
    await Promise.all(ended);
    const groups = [...failed].map(([code, group]) => ({ code, ...group }));
    return { written, unchanged, kept, failures, failed: groups.sort((a, b) => b.count - a.count) };
  };
}
