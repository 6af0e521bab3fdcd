// The first bytes of a file, which may be anything: a link, a pipe, a file of another user.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Null for a file that cannot be opened. */
export async function beginningOf(absolute: string, length: number): Promise<Buffer | null> {
  try {
    await using file = await open(
      absolute,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}
