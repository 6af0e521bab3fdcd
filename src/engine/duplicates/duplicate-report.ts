// Result of the last search for duplicates, without photos that were removed since.
import { z } from 'zod';
import type { DuplicateGroup, DuplicateReport } from '../../shared/contract/duplicates.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Store } from '../store/database.ts';
import { absolutePath } from '../store/photos.ts';

const foundDuplicates = z.object({
  searched: z.int(),
  unreadable: z.int(),
  complete: z.boolean(),
  groups: z.array(
    z.object({
      reason: z.string(),
      photos: z.array(
        z.object({
          id: z.int().transform((n) => n as PhotoId),
          identical: z.boolean(),
          distance: z.number().nullable(),
          cosine: z.number().nullable(),
          pixelDistance: z.number().nullable(),
        }),
      ),
    }),
  ),
});

/** Number of finished jobs to search for a result. */
const jobsBack = 500;

/** Null when there was no search yet. */
export function duplicateReport(store: Store): DuplicateReport | null {
  for (const job of store.jobs.list(jobsBack)) {
    if (job.state !== 'done' || job.finishedAt === null || job.kind !== 'duplicates') continue;
    const found = foundDuplicates.safeParse(job.result);
    if (!found.success) continue;
    const { groups, ...rest } = found.data;
    return { ...rest, finishedAt: job.finishedAt, groups: groups.flatMap((group) => groupNow(store, group) ?? []) };
  }
  return null;
}

type StoredGroup = z.output<typeof foundDuplicates>['groups'][number];

function groupNow(store: Store, { reason, photos }: StoredGroup): DuplicateGroup | null {
  const left = photos.flatMap(({ id, ...measured }) => {
    const row = store.photos.get(id);
    if (!row || row.present === 0) return [];
    const { width, height, size, capturedAt } = row;
    return [{ photoId: id, path: absolutePath(row), width, height, size, capturedAt, ...measured }];
  });
  const best = left[0];
  if (!best || left.length < 2) return null;
  const same = best.photoId === photos[0]?.id;
  return {
    best: best.photoId,
    reason: same ? reason : 'the one suggested before is gone; search again for a new suggestion',
    photos: left,
  };
}
