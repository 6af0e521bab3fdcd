// Messages between the engine and the process that watches folders.
import type { ChangedFolder } from '../scan/scan.ts';

export interface ToWatcher {
  readonly kind: 'watch';
  /** Absolute paths without symbolic links. Other folders are no longer watched. */
  readonly roots: readonly string[];
  /** Folders inside them whose changes are ignored: the library's own. */
  readonly ignore: readonly string[];
}

export type FromWatcher =
  | {
      readonly kind: 'changed';
      readonly root: string;
      /** Null for too many changes to name, and where some may have been lost. */
      readonly folders: readonly ChangedFolder[] | null;
    }
  /** The system cannot watch it, or `part`, one of its folders: it has more folders than the system allows. */
  | { readonly kind: 'unwatched'; readonly root: string; readonly part: string | null; readonly message: string };
