// Copies of photos for other uses: unchanged, or as JPEG or WebP of a size.
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { type PhotoId, id } from './ids.ts';
import type { Job } from './jobs.ts';
import { mostFiles } from './photos.ts';
import { request } from './request.ts';

/** Form of the copies: the files themselves, or pictures made of them. */
export const copyForm = z.discriminatedUnion('as', [
  /** The file, byte by byte, with its metadata. */
  z.object({ as: z.literal('original') }),
  /** Upright, in sRGB. */
  z.object({
    as: z.enum(['jpeg', 'webp']),
    /** Pixels of the long side; null for the photo's own. Nothing is enlarged. */
    longSide: z.int().min(16).max(16_383).nullable().default(null),
    quality: z.int().min(1).max(100).default(90),
    /** Whether the copy includes date, camera, place and words of the file. */
    metadata: z.boolean().default(true),
  }),
]);

export type CopyForm = z.output<typeof copyForm>;

/** Placeholders of a pattern of names. */
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

/** Result of copying. */
export interface CopyOutcome {
  /** Folder of the copies. */
  readonly folder: string;
  readonly copied: number;
  /** Photos that could not be copied, at most a hundred of them. */
  readonly failed: readonly {
    readonly path: string;
    readonly message: string;
    /** Not in results that an earlier release has stored. */
    readonly code?: ErrorCode;
  }[];
  readonly failures: number;
}

export const copiesRequests = {
  /**
   * Starts a job that puts copies into a folder, which is created if needed. No file is overwritten: a taken name
   * gets a number. Only main and the command line send paths.
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
