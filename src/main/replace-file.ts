// Replaces a small text file of the main process: a reader finds the old content or the new, whole.
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a sibling, flushes it to the disk, then renames it.
 * @throws the file system's error; the file is then unchanged, and nothing else is left
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    {
      await using file = await open(unfinished, 'w');
      await file.writeFile(text);
      await file.sync();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
