// Photos whose file is gone from its folder: they are kept for a while, with all that is known of them.
import { z } from 'zod';
import { type FolderId, type PhotoId, id } from './ids.ts';
import { type Removal, removalOptions } from './library.ts';
import { limit, request } from './request.ts';

export interface RemovedPhoto {
  readonly photoId: PhotoId;
  /** Where its file was. */
  readonly path: string;
  readonly folderId: FolderId;
  readonly caption: string | null;
  readonly rating: number | null;
  readonly isFavourite: boolean;
  readonly width: number;
  readonly height: number;
  /** Milliseconds since 1970 when the file was found to be gone; null where an older release did not note it. */
  readonly missingSince: number | null;
  /** When it is forgotten by itself; null for a photo about which something was written, which is kept. */
  readonly forgottenAt: number | null;
}

/** One page of them, those that went last first. */
export interface RemovedPhotos {
  readonly total: number;
  readonly photos: readonly RemovedPhoto[];
}

export const removedRequests = {
  'removed.list': request<RemovedPhotos>()(z.object({ limit, offset: z.int().min(0).default(0) })),
  /** Removes, at once, everything the library knows of those of these photos whose file is gone. No file is touched. */
  'removed.forget': request<Removal>()(
    z.object({ photoIds: z.array(id<PhotoId>()).min(1).max(10_000), ...removalOptions }),
  ),
} as const;
