// Random access to the bytes of a file that may be too large to hold: metadata readers ask for the few they need.
import { readSync } from 'node:fs';

export interface ByteSource {
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer, or none, past the end. Never throws for a bad range. */
  read(offset: number, length: number): Buffer;
}

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (offset, length) => (offset < 0 || length <= 0 ? Buffer.alloc(0) : buffer.subarray(offset, offset + length)),
  };
}

/** Bytes read ahead: metadata is a chain of small records, and each read is a system call. */
const WINDOW = 64 * 1024;

/** Reads of an open file, synchronous as there are few and they are small. The caller closes the file. */
export function bytesOfFile(descriptor: number, size: number): ByteSource {
  let window: Buffer = Buffer.alloc(0);
  let windowStart = 0;
  const fetch = (offset: number, length: number): Buffer => {
    const wanted = Math.min(length, size - offset);
    if (offset < 0 || wanted <= 0) return Buffer.alloc(0);
    const bytes = Buffer.alloc(wanted);
    let filled = 0;
    while (filled < wanted) {
      const got = readSync(descriptor, bytes, filled, wanted - filled, offset + filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  };
  return {
    size,
    read: (offset, length) => {
      if (length > WINDOW) return fetch(offset, length);
      if (offset < windowStart || offset + length > windowStart + window.length) {
        window = fetch(offset, WINDOW);
        windowStart = offset;
      }
      return offset < 0 ? Buffer.alloc(0) : window.subarray(offset - windowStart, offset - windowStart + length);
    },
  };
}
