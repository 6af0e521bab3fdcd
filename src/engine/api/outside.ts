// Refuses exports into the library's own folder.
import { resolve } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { isBelow } from '../runtime/below.ts';

/**
 * @param target absolute path of the target folder
 * @param shown the folder as the person named it
 * @throws HashlensError `bad-argument` where it is in the library's own folder
 */
export function requireOutside(libraryDir: string, target: string, shown: string): void {
  if (!isBelow(target, resolve(libraryDir))) return;
  throw new HashlensError('bad-argument', `${shown} is in the library's own folder; name another one.`);
}
