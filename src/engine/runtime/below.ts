// The one check for what is inside a folder.
import { sep } from 'node:path';

/**
 * Whether a path is below a folder; a folder is not below itself. Compares the text of absolute paths: where links must not
 * lead out, give it the real path of both.
 */
export const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
