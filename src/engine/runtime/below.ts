// Checks whether a path is inside a folder; no other code does.
import { sep } from 'node:path';

/**
 * Whether a path is below a folder; a folder is not below itself. Compares absolute paths as text: if links must not
 * lead out, pass the real path of both.
 */
export const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
