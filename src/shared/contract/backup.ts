// Backups, checks and repairs of a library.
import { z } from 'zod';
import { noParams, request } from './request.ts';

/** A backup of the tables that cannot be made again. Numbers are null where its description is lost. */
export interface Backup {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly bytes: number;
  readonly photos: number | null;
  readonly captions: number | null;
  readonly savedSearches: number | null;
}

/** Result of a check. */
export interface LibraryCheck {
  readonly libraryDir: string;
  /** `missing`: there is no library; `unreadable`: its tables cannot be read at all. */
  readonly state: 'sound' | 'missing' | 'damaged' | 'unreadable' | 'newer';
  readonly faults: readonly LibraryFault[];
  /** Newest first. */
  readonly backups: readonly Backup[];
}

export interface LibraryFault {
  readonly part: 'database' | 'full-text' | 'rows' | 'model' | 'backup';
  readonly detail: string;
}

export interface RestoreResult {
  readonly backup: Backup | null;
  /** Folder of the replaced files; null when there were none. */
  readonly setAside: string | null;
  /** Rows by table. */
  readonly kept: Readonly<Record<string, number>>;
  readonly fromBackup: Readonly<Record<string, number>>;
  /** Tables with rows that could not be read. */
  readonly lossy: readonly string[];
  /** Rows left out because the rows they belong to are lost. */
  readonly orphans: number;
  /** Models found in the library's folder and added again. */
  readonly modelsAdded: readonly string[];
  /** Models whose files are lost. Training with the same options makes them again. */
  readonly modelsLost: readonly string[];
}

export const backupRequests = {
  /**
   * Backs up the tables that cannot be made again; null where there are none yet. Only main and the command line send
   * paths.
   */
  'library.backup': request<Backup | null>()(z.object({ folder: z.string().min(1).optional() })),
  /** Newest first. */
  'library.backups': request<readonly Backup[]>()(noParams),
} as const;
