// The cache of thumbnails: small copies of photos for the grid, large ones for the viewer.
import { z } from 'zod';
import { noParams, request } from './request.ts';

export interface ThumbnailCache {
  /** Copies for the grid. */
  readonly small: { readonly files: number; readonly bytes: number };
  /** Copies for the viewer, of formats that a browser does not show and of huge photos. */
  readonly large: { readonly files: number; readonly bytes: number };
  /** Limit of all copies, in bytes. Copies shown longest ago are removed first, large ones before small ones. */
  readonly roomBytes: number;
}

export const thumbnailsRequests = {
  /** Returns the size of the cache, and changes its limit if one is given. */
  'thumbnails.cache': request<ThumbnailCache>()(
    z.object({
      roomBytes: z
        .int()
        .min(100e6)
        .max(2 ** 50)
        .optional(),
    }),
  ),
  /** Removes all copies; they are made again when shown. Returns the freed bytes. */
  'thumbnails.clear': request<{ readonly bytes: number }>()(noParams),
} as const;
