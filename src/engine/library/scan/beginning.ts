// The first bytes of a file, which may be anything: a link, a pipe, a file of another user.
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { openFlags } from '../open-flags.ts';

/** Null for a file that cannot be opened. */
export async function beginningOf(absolute: string, length: number): Promise<Buffer | null> {
  try {
    await using file = await open(absolute, openFlags);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}

/** The same without a thread, which on a local disk takes a fraction of the time. */
export function beginningOfLocal(absolute: string, length: number): Buffer | null {
  let file: number | null = null;
  try {
    file = openSync(absolute, openFlags);
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}
