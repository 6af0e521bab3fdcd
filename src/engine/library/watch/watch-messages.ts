// What the engine asks of the process that watches folders, and what it tells.
import type { ChangedFolder } from '../scan/scan.ts';

export interface ToWatcher {
  readonly kind: 'watch';
  /** Absolute paths without symbolic links. Others are not watched any more. */
  readonly roots: readonly string[];
  /** Folders in them whose changes say nothing: the library's own. */
  readonly ignore: readonly string[];
}

export type FromWatcher =
  | {
      readonly kind: 'changed';
      readonly root: string;
      /** Null where too much has changed to name it. */
      readonly folders: readonly ChangedFolder[] | null;
    }
  /** The system cannot watch it: a network drive, or more folders than it allows. */
  | { readonly kind: 'unwatched'; readonly root: string; readonly message: string };
