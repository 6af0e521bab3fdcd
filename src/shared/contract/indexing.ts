// Result of indexing: counts, and the files that failed.
import type { ErrorData } from '../errors.ts';
import type { FailureId, FolderId } from './ids.ts';

/** A file or folder with a problem. */
export interface Failure {
  /** Absolute path of the file. */
  readonly path: string;
  readonly code: ErrorData['code'];
  readonly message: string;
}

/** A file that could not be used, with its tries. */
export interface FileFailure extends Failure {
  readonly id: FailureId;
  readonly folderId: FolderId;
  /** Whether the person does not want to hear of it; until the file has changed or can be used. */
  readonly isIgnored: boolean;
  /** How often it has failed; 0 where the machine failed and not the file. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly lastTriedAt: number;
  /**
   * Milliseconds since 1970 from which an index job by itself tries it again; null where it is tried only once it has changed,
   * by another release, or when the person asks.
   */
  readonly nextTryAt: number | null;
}

/** Every file is in exactly one of the four counts. */
export interface IndexResult {
  readonly indexed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Number of skipped files by reason, e.g. `{ sidecar: 3, heic: 12 }`. */
  readonly skippedReasons: Readonly<Record<string, number>>;
  /** Messages for the person that are no photo's fault: a folder that is away, a cache that cannot be written. */
  readonly notices?: readonly Failure[];
  /** False where all photos, their words and the files that fail are as they were; absent in results of older releases. */
  readonly isChanged?: boolean;
}
