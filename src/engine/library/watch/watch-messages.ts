// What the engine asks of the process that watches folders, and what it tells.

export interface ToWatcher {
  readonly kind: 'watch';
  /** Absolute paths without symbolic links. Others are not watched any more. */
  readonly roots: readonly string[];
  /** Folders in them whose changes say nothing: the library's own. */
  readonly ignore: readonly string[];
}

export type FromWatcher =
  | { readonly kind: 'changed'; readonly root: string }
  /** The system cannot watch it: a network drive, or more folders than it allows. */
  | { readonly kind: 'unwatched'; readonly root: string; readonly message: string };
