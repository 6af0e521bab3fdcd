// Reads text files whose place may hold something else: opening a pipe would block until another program writes to it,
// and some devices never end.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Windows has no such flag. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Most bytes of a settings file. */
const mostBytes = 4 * 1024 * 1024;

/** Text of a regular file; empty for anything else, a missing file, and one that is too large. */
export async function plainTextOf(path: string): Promise<string> {
  try {
    await using file = await open(path, flags);
    const stats = await file.stat();
    return stats.isFile() && stats.size <= mostBytes ? await file.readFile('utf8') : '';
  } catch {
    return '';
  }
}

/** The same, at once. */
export function plainTextNow(path: string): string {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch {
    return '';
  }
  try {
    const stats = fstatSync(file);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  } finally {
    closeSync(file);
  }
}
