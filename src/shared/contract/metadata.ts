// Metadata of a photo by its path, and words written back to XMP sidecars beside the photos, where the person has
// allowed it.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import type { PhotoDetails } from './photos.ts';
import { request } from './request.ts';

export interface WrittenWords {
  /** Absolute path of the sidecar. */
  readonly sidecar: string;
  /** False if it already had everything, or there was nothing to write. */
  readonly isChanged: boolean;
  /** The job that reads the folder again; null if nothing changed. */
  readonly job: Job | null;
}

const name = z.string().trim().min(1).max(100);
/** `1968`, `1968-06`, `1968-06-15`, `1968-06-15T10:00:00`. */
const date = z.string().regex(/^[12]\d{3}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/);

export const metadataRequests = {
  'metadata.show': request<PhotoDetails>()(z.object({ path: z.string().min(1) })),
  /** Paths of the library's photos at a path: a photo, or all below a folder. */
  'metadata.photosAt': request<readonly string[]>()(z.object({ path: z.string().min(1) })),
  /** Sets whether sidecars may be written, and returns the setting. Off by default. */
  'metadata.writing': request<{ readonly allowed: boolean }>()(z.object({ allowed: z.boolean().optional() })),
  /**
   * Adds tags and people, replaces caption, rating and date in the photo's XMP sidecar. The photo itself is never written.
   * `known`: also what was written in the application, and what caption files, Google Takeout and Picasa say.
   */
  'metadata.write': request<WrittenWords>()(
    z.object({
      path: z.string().min(1),
      caption: z.string().trim().min(1).max(2000).optional(),
      tags: z.array(name).max(500).default([]),
      people: z.array(name).max(500).default([]),
      rating: z.int().min(0).max(5).optional(),
      date: date.optional(),
      known: z.boolean().default(false),
      /** The caller, who writes many photos, reads the folder again. */
      later: z.boolean().default(false),
    }),
  ),
} as const;
