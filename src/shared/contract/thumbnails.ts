// The cache of thumbnails: small copies of photos for the grid, large ones for the viewer.
import { z } from 'zod';
import { noParams, request } from './request.ts';

export interface ThumbnailCache {
  /** Copies for the grid. */
  readonly small: { readonly files: number; readonly bytes: number };
  /** Copies for the viewer, of formats a browser does not show and of huge photos. */
  readonly large: { readonly files: number; readonly bytes: number };
  /** Bytes that all may take. What was shown longest ago leaves first, large copies before small ones. */
  readonly roomBytes: number;
}

export const thumbnailsRequests = {
  /** Says what the cache takes, and changes its room where one is given. */
  'thumbnails.cache': request<ThumbnailCache>()(
    z.object({
      roomBytes: z
        .int()
        .min(100e6)
        .max(2 ** 50)
        .optional(),
    }),
  ),
  /** Removes all copies; they are made again where they are shown. Gives the bytes that are free. */
  'thumbnails.clear': request<{ readonly bytes: number }>()(noParams),
} as const;
