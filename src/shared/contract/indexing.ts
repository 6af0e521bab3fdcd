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
  /** Whether the person ignores it, until the file has changed or can be used. */
  readonly isIgnored: boolean;
  /** Number of its failures; 0 if the machine failed and not the file. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly lastTriedAt: number;
  /**
   * Milliseconds since 1970 of the next try by an automatic index job; null if it is tried only after a change, by
   * another release, or at the person's request.
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
  /** Messages for the person that are not a photo's fault: an offline folder, a cache that cannot be written. */
  readonly notices?: readonly Failure[];
  /** False if all photos, their words and the failing files are unchanged; absent in results of older releases. */
  readonly isChanged?: boolean;
}
