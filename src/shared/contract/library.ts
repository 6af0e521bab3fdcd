// The library: folders, results of indexing, status and checks.
import { z } from 'zod';
import type { ErrorCode, ErrorData } from '../errors.ts';
import { type FailureId, type FolderId, type ModelId, id } from './ids.ts';
import type { FileFailure } from './indexing.ts';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** `offline`: its disk is not connected now. Its photos, features and codes are kept and can be found. */
export type FolderState = 'online' | 'offline';

export interface Folder {
  readonly id: FolderId;
  readonly path: string;
  readonly state: FolderState;
  /** Whether names of sub-folders count as tags of the photos in them. */
  readonly folderNamesAsTags: boolean;
  readonly photos: number;
  /** Milliseconds since 1970, null before the first scan has ended. */
  readonly lastScanAt: number | null;
}

export interface AddedFolder {
  readonly folder: Folder;
  readonly job: Job;
  /** Path of the folder at the last indexing, if its photos were found again at a new place; otherwise null. */
  readonly movedFrom: string | null;
}

/** Result of a removal from the library; no photo file is touched. */
export interface Removal {
  /** Photos that were removed from the library. */
  readonly photos: number;
  /** Freed bytes of thumbnails and of the database. */
  readonly bytes: number;
  /** Number of the library's backups from which they were removed too. */
  readonly backups: number;
  /**
   * Paths of older copies of the library that still contain them: backups that cannot be changed, and folders that
   * a repair set aside.
   */
  readonly copiesLeft: readonly string[];
}

export const removalOptions = {
  /** Leaves the library's backups unchanged; otherwise the photos are removed from them too. */
  keepBackups: z.boolean().optional(),
};

export interface LibraryStatus {
  readonly libraryDir: string;
  readonly photos: number;
  readonly captions: number;
  readonly tags: number;
  /** Codes of the active model, photos and captions together. */
  readonly codes: number;
  /** Number of files that could not be used, without ignored ones. */
  readonly failures: number;
  /** Number of known photos missing from their online folder. */
  readonly missing: number;
  readonly folders: readonly Folder[];
  readonly offlineFolders: number;
  readonly encoder: string;
  readonly model: ModelId | null;
  /** Chosen encoders and models that cannot be used, with their substitutes: `encoder-unusable`, `model-unusable`. */
  readonly notices: readonly ErrorData[];
}

/** Bytes of the library's files by their use, without thumbnails. */
export interface LibraryStorage {
  /** Photos' data, words, rows and codes, with the write-ahead log. */
  readonly database: number;
  readonly models: number;
  /** Downloaded encoders in the library's folder. */
  readonly encoders: number;
  readonly backups: { readonly files: number; readonly bytes: number };
}

/** One result of a check of the machine. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
  /** The error that `detail` is the message of. */
  readonly code?: ErrorCode;
  /** An optional part that is not installed. */
  readonly notInstalled?: OptionalPart;
}

/** Runtimes that make training faster on some machines. */
export type OptionalPart = 'cuda' | 'tensorflow';

export const libraryRequests = {
  'library.status': request<LibraryStatus>()(noParams),
  'library.storage': request<LibraryStorage>()(noParams),
  /** Number of ignored ones among them. */
  'library.failures': request<readonly FileFailure[]>()(noParams),
  /** Ignores these files, or stops ignoring them. */
  'library.ignoreFailures': request<null>()(
    z.object({ failureIds: z.array(id<FailureId>()).min(1).max(100_000), isIgnored: z.boolean() }),
  ),
  'library.doctor': request<readonly Check[]>()(noParams),
  /** Removes, at once, all data of photos missing from an online folder. */
  'library.removeMissing': request<Removal>()(z.object(removalOptions)),
  /**
   * Adds a folder (or finds a known one) and starts a job that indexes it. Only main and the command line send
   * paths.
   */
  'folders.add': request<AddedFolder>()(
    z.object({
      path: z.string().min(1),
      folderNamesAsTags: z.boolean().optional(),
      /** Tries failed files again, after any number of failures. */
      retry: z.boolean().optional(),
    }),
  ),
  'folders.addSample': request<AddedFolder>()(noParams),
  /** Sets the new path of a known folder and indexes it there. Its photos keep their words, features and codes. */
  'folders.relocate': request<AddedFolder>()(z.object({ folderId: id<FolderId>(), path: z.string().min(1) })),
  /** Removes all data of a folder from the library. Its files stay untouched. */
  'folders.remove': request<Removal>()(z.object({ folderId: id<FolderId>(), ...removalOptions })),
  /** Scans all folders, or those named, and tries failed files again. */
  'folders.index': request<Job>()(z.object({ folderIds: z.array(id<FolderId>()).optional() })),
} as const;
