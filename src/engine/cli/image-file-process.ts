// The process that reads an image named on the command line (image-file.ts).
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { mostImageBytes } from '../../shared/contract/request.ts';
import { HashlensError } from '../../shared/errors.ts';
import { serveTask } from '../runtime/capped-task.ts';

serveTask(async (input) => {
  const file = z.string().parse(input);
  await using handle = await opened(file);
  const stats = await handle.stat();
  if (!stats.isFile()) throw unreadable(file);
  if (stats.size > mostImageBytes) {
    throw new HashlensError('too-large', `The image ${file} is too large to search with; save a smaller copy of it.`);
  }
  return await handle.readFile().catch((error: unknown) => {
    throw unreadable(file, error);
  });
});

async function opened(file: string): Promise<FileHandle> {
  try {
    // Do not wait for a pipe.
    return await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw unreadable(file, error);
    throw new HashlensError('not-found', `The image ${file} does not exist; check its name.`, { cause: error });
  }
}

const unreadable = (file: string, cause?: unknown): HashlensError =>
  new HashlensError('unreadable', `The image ${file} cannot be read; check that it is a file you may open.`, { cause });
