// Folders that are made as a whole, where nothing may be lost by it.
import { readdir } from 'node:fs/promises';
import { HashlensError } from '../../shared/errors.ts';

/**
 * Refuses a folder with something in it.
 * @returns whether the folder is there, empty
 * @throws HashlensError `bad-argument` where something is in it, or it is no folder
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
