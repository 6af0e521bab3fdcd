// Missing photos: they are kept for a while, with all their data.
import { z } from 'zod';
import { type FolderId, type PhotoId, id } from './ids.ts';
import { type Removal, removalOptions } from './library.ts';
import { limit, request } from './request.ts';

export interface MissingPhoto {
  readonly photoId: PhotoId;
  /** Former path of its file. */
  readonly path: string;
  readonly folderId: FolderId;
  readonly caption: string | null;
  readonly rating: number | null;
  readonly isFavourite: boolean;
  readonly width: number;
  readonly height: number;
  /** Milliseconds since 1970 of the scan that found it missing; null if an older release did not record it. */
  readonly missingSince: number | null;
  /** Time of its automatic removal; null for a photo with words written in the application, which is kept. */
  readonly removalAt: number | null;
}

/** One page of them, the latest first. */
export interface MissingPhotos {
  readonly total: number;
  readonly photos: readonly MissingPhoto[];
}

export const missingRequests = {
  'missing.list': request<MissingPhotos>()(z.object({ limit, offset: z.int().min(0).default(0) })),
  /** Removes, at once, all data of the missing ones of these photos. No file is touched. */
  'missing.remove': request<Removal>()(
    z.object({ photoIds: z.array(id<PhotoId>()).min(1).max(10_000), ...removalOptions }),
  ),
} as const;
