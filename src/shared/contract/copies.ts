// Copies of photos for other places: as they are, or as JPEG or WebP of a size.
import { z } from 'zod';
import { type PhotoId, id } from './ids.ts';
import type { Job } from './jobs.ts';
import { mostFiles } from './photos.ts';
import { request } from './request.ts';

/** What copies are: the files themselves, or pictures made of them. */
export const copyForm = z.discriminatedUnion('as', [
  /** The file, byte by byte, with what it says of itself. */
  z.object({ as: z.literal('original') }),
  /** Upright, in sRGB. */
  z.object({
    as: z.enum(['jpeg', 'webp']),
    /** Pixels of the long side; null for the photo's own. Nothing is enlarged. */
    longSide: z.int().min(16).max(16_383).nullable().default(null),
    quality: z.int().min(1).max(100).default(90),
    /** Whether date, camera, place and words of the file are in the copy too. */
    metadata: z.boolean().default(true),
  }),
]);

export type CopyForm = z.output<typeof copyForm>;

/** What a pattern of names may have in braces. */
export const nameParts = ['name', 'date', 'time', 'number'] as const;

const nameTokens = /\{([^{}]*)\}/g;

/** A file's name without extension, such as `{date} {name}`. */
export const copyNamePattern = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((pattern) => !/[\\/]/.test(pattern), { message: 'a name has no / or \\ in it' })
  .refine(
    (pattern) => [...pattern.matchAll(nameTokens)].every(([, token]) => nameParts.some((part) => part === token)),
    { message: `braces hold one of ${nameParts.join(', ')}` },
  );

/** What has become of copies. */
export interface CopyOutcome {
  /** Where they are. */
  readonly folder: string;
  readonly copied: number;
  /** Photos that could not be copied, at most a hundred of them. */
  readonly failed: readonly { readonly path: string; readonly message: string }[];
  readonly failures: number;
}

export const copiesRequests = {
  /**
   * Starts a job that puts copies into a folder, which is made where it is not there. No file is overwritten: a name that is
   * taken gets a number. Only main and the command line send paths.
   */
  'copies.make': request<Job>()(
    z.object({
      photoIds: z.array(id<PhotoId>()).min(1).max(mostFiles),
      folder: z.string().min(1),
      names: copyNamePattern.default('{name}'),
      form: copyForm,
    }),
  ),
} as const;
