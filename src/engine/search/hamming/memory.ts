// Memory that threads share and that grows in place: WebAssembly's where there is one, else a buffer that is copied.

/** The part of `WebAssembly.Memory` that the index uses. After `grow`, `buffer` is another object. */
export interface SharedMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

export const pageBytes = 65536;
const pagesOf = (bytes: number): number => Math.ceil(bytes / pageBytes);

/** For a Node without WebAssembly (`--jitless`): cannot be handed to another thread, since growing moves it. */
class PlainMemory implements SharedMemory {
  buffer = new ArrayBuffer(pageBytes);

  grow(pages: number): number {
    const before = this.buffer.byteLength / pageBytes;
    this.buffer = this.buffer.transfer((before + pages) * pageBytes);
    return before;
  }
}

/** One page. 4 GiB, the maximum, is only reserved: addresses, not memory. */
export function newMemory(): SharedMemory {
  if (typeof WebAssembly === 'undefined') return new PlainMemory();
  return new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
}

/** @throws RangeError when the machine has no more memory, or beyond 4 GiB */
export function ensureBytes(memory: SharedMemory, bytes: number): void {
  const missing = pagesOf(bytes) - memory.buffer.byteLength / pageBytes;
  if (missing > 0) memory.grow(missing);
}
