// Makes folders with all their parents. Node's own recursion never ends on file systems that call an existing parent
// missing, like /proc on Linux.
import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Only its owner may read and write a new folder. An existing one stays as it is.
 * @throws the file system's error if it cannot be made, or a file has its name
 */
export function makeFolderSync(path: string): void {
  const parent = dirname(path);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && parent !== path) {
      makeFolderSync(parent);
      mkdirOnceSync(path);
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/**
 * Does the same as `makeFolderSync`.
 * @returns the folders that were made, the innermost first
 */
export async function makeFolder(path: string): Promise<string[]> {
  const parent = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
    return [path];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && parent !== path) {
      const made = await makeFolder(parent);
      return (await mkdirOnce(path)) ? [path, ...made] : made;
    } else if ((await stat(path).catch(() => null))?.isDirectory() !== true) throw error;
    return [];
  }
}

/** Another process may have made it meanwhile. */
function mkdirOnceSync(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function mkdirOnce(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}
