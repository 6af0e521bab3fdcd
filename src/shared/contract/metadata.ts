// Metadata of a photo by its path, and words written back to XMP sidecars beside the photos, where the person has
// allowed it.
import { z } from 'zod';
import { type FolderId, type PhotoId, id } from './ids.ts';
import type { Job } from './jobs.ts';
import { mostFiles, type PhotoDetails } from './photos.ts';
import type { ErrorCode } from '../errors.ts';
import { request } from './request.ts';

export interface WrittenWords {
  /** Absolute path of the sidecar. */
  readonly sidecar: string;
  /** False if it already had everything, or there was nothing to write. */
  readonly isChanged: boolean;
  /** The job that reads the folder again; null if nothing changed. */
  readonly job: Job | null;
}

/** Photos whose sidecars get what the library knows. */
export const sidecarScope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('library') }),
  z.object({ of: z.literal('folder'), folderId: id<FolderId>() }),
  z.object({ of: z.literal('photos'), photoIds: z.array(id<PhotoId>()).min(1).max(mostFiles) }),
]);

export type SidecarScope = z.output<typeof sidecarScope>;

/** Fields of a sidecar with one value. */
export type SidecarField = 'caption' | 'rating' | 'date';

/** Data to write to a sidecar. */
export interface SidecarExample {
  /** Absolute path of the photo. */
  readonly photo: string;
  readonly caption: string | null;
  readonly tags: readonly string[];
  readonly people: readonly string[];
  readonly rating: number | null;
  /** As it was written: `1968-06`. */
  readonly date: string | null;
}

/** A sidecar says something else than the library. */
export interface SidecarConflict {
  /** Absolute path of the photo. */
  readonly photo: string;
  readonly field: SidecarField;
  readonly sidecar: string;
  readonly library: string;
}

/** Data that the library has and sidecars lacked when they were read last. */
export interface SidecarPlan {
  /** Photos that were asked for and are there. */
  readonly photos: number;
  /** Photos whose sidecar would get something, or says something else. */
  readonly toWrite: number;
  /** Those of them that have no XMP sidecar yet. */
  readonly newSidecars: number;
  /** Data to write, without conflicts. */
  readonly captions: number;
  readonly tags: number;
  readonly people: number;
  readonly ratings: number;
  readonly dates: number;
  readonly conflicts: number;
  /** The first of them. */
  readonly examples: readonly SidecarExample[];
  readonly conflictExamples: readonly SidecarConflict[];
}

/** Results of writing sidecars. */
export interface SidecarOutcome {
  readonly written: number;
  /** Sidecars that had all of it. */
  readonly unchanged: number;
  /** Sidecars that said something else, which was left as it is. */
  readonly kept: number;
  readonly failures: number;
  /** Failures by their code, the most frequent first, with the first messages of each. */
  readonly failed: readonly {
    readonly code: ErrorCode;
    readonly count: number;
    readonly messages: readonly string[];
  }[];
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
  /** Plan of `metadata.writeKnown`. Nothing is written, and writing need not be allowed. */
  'metadata.plan': request<SidecarPlan>()(z.object({ scope: sidecarScope })),
  /**
   * Starts a job that writes what the library knows and sidecars do not say: what was written in the application, and what
   * caption files, Google Takeout, Picasa and Apple's export say. `replace`: also where a sidecar says something else.
   */
  'metadata.writeKnown': request<Job>()(z.object({ scope: sidecarScope, replace: z.boolean().default(false) })),
} as const;
