// Folders that are written as a whole, without overwriting anything.
import { readdir } from 'node:fs/promises';
import { HashlensError } from '../../shared/errors.ts';

/**
 * Refuses a folder that is not empty.
 * @returns whether the (empty) folder exists
 * @throws HashlensError `bad-argument` if it is not empty, or not a folder
 */
export async function requireEmptyFolder(path: string): Promise<boolean> {
  const there = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new HashlensError('bad-argument', `${path} is not a folder; name one that does not exist yet.`);
  });
  if (there !== null && there.length > 0) {
    throw new HashlensError('bad-argument', `The folder ${path} is not empty; name one that does not exist yet.`);
  }
  return there !== null;
}
