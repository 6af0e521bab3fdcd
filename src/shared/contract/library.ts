// The library: folders, what indexing found, status and checks.
import { z } from 'zod';
import type { ErrorData } from '../errors.ts';
import { type FolderId, type ModelId, id } from './ids.ts';
import type { Job } from './jobs.ts';
import { nothing, request } from './request.ts';

/** `offline`: its disk is not there now. Its photos, features and codes are kept and still found. */
export type FolderState = 'online' | 'offline';

export interface Folder {
  readonly id: FolderId;
  readonly path: string;
  readonly state: FolderState;
  /** Whether the names of sub-folders count as tags of the photos in them. */
  readonly folderNamesAsTags: boolean;
  readonly photos: number;
  /** Milliseconds since 1970, null before the first scan has ended. */
  readonly lastScanAt: number | null;
}

export interface AddedFolder {
  readonly folder: Folder;
  readonly job: Job;
  /** Where the folder was when it was indexed last, if its photos have been found again at a new place; else null. */
  readonly movedFrom: string | null;
}

export interface FolderRemoval {
  /** Photos the library no longer has. */
  readonly photos: number;
  /** Bytes of thumbnails and of the database that are free now. */
  readonly bytes: number;
}

export interface Failure {
  /** Absolute path of the file. */
  readonly path: string;
  readonly code: ErrorData['code'];
  readonly message: string;
}

/** Every file found is in exactly one of the four counts. */
export interface IndexResult {
  readonly indexed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Why files were skipped: reason -> number of files, e.g. `{ sidecar: 3, heic: 12 }`. */
  readonly skippedReasons: Readonly<Record<string, number>>;
  /** What a person should know and no photo is to blame for: a folder that is away, a cache that cannot be written. */
  readonly notices?: readonly Failure[];
}

export interface LibraryStatus {
  readonly libraryDir: string;
  readonly photos: number;
  readonly captions: number;
  readonly tags: number;
  /** Codes of the active model, photos and captions together. */
  readonly codes: number;
  readonly failures: number;
  /** Photos known but gone from their online folder. */
  readonly missing: number;
  readonly folders: readonly Folder[];
  readonly offlineFolders: number;
  readonly encoder: string;
  readonly model: ModelId | null;
  /** What was chosen and cannot be used, with what takes its place: `encoder-unusable`, `model-unusable`. */
  readonly notices: readonly ErrorData[];
}

/** One line of `hashlens doctor`. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
}

export const libraryRequests = {
  'library.status': request<LibraryStatus>()(nothing),
  'library.failures': request<readonly Failure[]>()(nothing),
  'library.doctor': request<readonly Check[]>()(nothing),
  /** Adds a folder (or finds it known) and starts a job that indexes it. Only main and the command line send paths. */
  'folders.add': request<AddedFolder>()(
    z.object({
      path: z.string().min(1),
      folderNamesAsTags: z.boolean().optional(),
      /** Tries again what has failed before, however often. */
      retry: z.boolean().optional(),
    }),
  ),
  'folders.addSample': request<AddedFolder>()(nothing),
  /** Says where a known folder is now, and indexes it there. Its photos keep their words, features and codes. */
  'folders.relocate': request<AddedFolder>()(z.object({ folderId: id<FolderId>(), path: z.string().min(1) })),
  /** Removes everything the library has of a folder. The files in it are not touched. */
  'folders.remove': request<FolderRemoval>()(z.object({ folderId: id<FolderId>() })),
  /** Scans all folders (or those named) again; retries failures. */
  'folders.index': request<Job>()(z.object({ folderIds: z.array(id<FolderId>()).optional() })),
} as const;
