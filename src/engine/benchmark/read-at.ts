// Reads a range of a file that may be larger than one call can read.
import type { FileHandle } from 'node:fs/promises';

/** One call reads less than 2 GiB. */
const most = 2 ** 30;

/** Reads `length` bytes from offset `start`. Throws RangeError where the file is shorter. */
export async function readAt(file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, most), start + done);
    if (bytesRead === 0) throw new RangeError('it ends too early');
    done += bytesRead;
  }
  return bytes;
}
