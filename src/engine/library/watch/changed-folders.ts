// Converts changes reported by a system to the folders that must be listed.
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { isPicasaName } from '../metadata/sidecar-names.ts';
import { isHiddenName } from '../scan/file-kinds.ts';
import type { ChangedFolder } from '../scan/scan.ts';
import { present } from '../../../shared/at.ts';

export interface Change {
  readonly type: 'create' | 'update' | 'delete';
  /** Absolute. */
  readonly path: string;
}

/** Most folders listed one by one: listing the whole root costs no more than further ones. */
export const mostFolders = 500;

/**
 * The folders with added, removed or changed files, each once; a new folder with everything in it. System files are
 * left out.
 * @returns null if the whole root must be listed
 */
export function changedFolders(root: string, changes: readonly Change[]): ChangedFolder[] | null {
  const folders = new Map<string, boolean>();
  for (const { type, path: changed } of changes) {
    const relative = path.relative(root, changed).split(path.sep).join('/');
    // The root itself was added, removed or got other permissions.
    if (relative === '' || relative.startsWith('../')) return null;
    const names = relative.split('/');
    const name = present(names.pop());
    if (names.some(isHiddenName) || (isHiddenName(name) && !isPicasaName(name))) continue;
    const around = names.join('/');
    folders.set(around, folders.get(around) ?? false);
    if (type === 'create' && isFolder(changed)) folders.set(relative, true);
    if (folders.size > mostFolders) return null;
  }
  return withoutInner(folders);
}

/** Adds later changes to earlier ones. */
export function mergeChanges(
  before: readonly ChangedFolder[] | null,
  after: readonly ChangedFolder[] | null,
): ChangedFolder[] | null {
  if (before === null || after === null) return null;
  const folders = new Map(before.map(({ path: folder, deep }) => [folder, deep]));
  for (const { path: folder, deep } of after) folders.set(folder, deep || (folders.get(folder) ?? false));
  return folders.size > mostFolders ? null : withoutInner(folders);
}

/** Leaves out folders inside one that is listed with everything in it. */
function withoutInner(folders: ReadonlyMap<string, boolean>): ChangedFolder[] {
  const isInside = (folder: string): boolean => {
    for (let end = folder.lastIndexOf('/'); end > 0; end = folder.lastIndexOf('/', end - 1)) {
      if (folders.get(folder.slice(0, end)) === true) return true;
    }
    return folder !== '' && folders.get('') === true;
  };
  return [...folders].flatMap(([folder, deep]) => (isInside(folder) ? [] : [{ path: folder, deep }]));
}

function isFolder(absolute: string): boolean {
  return lstatSync(absolute, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
