// State shared by the threads of a scan: the next part, and the threads still working. All of it is a few words in
// shared memory; a search is over before a message between threads would arrive.
import type { ScanKernel } from './scan-kernel.ts';

/** Indexes into the control words. */
export const control = {
  /** Counts searches: what a sleeping worker waits on. */
  search: 0,
  /** 1 while parts are left. */
  open: 1,
  /** Workers within a search. */
  busy: 2,
  /** Workers that have started. */
  ready: 3,
  /** Next part to take, and how many there are. */
  next: 4,
  parts: 5,
  occupied: 6,
  live: 7,
  mask: 8,
  /** Address of the first workspace, and bytes from one to the next. */
  work: 9,
  workStep: 10,
  stop: 11,
  /** For each part: address of its first row, its first word of 64 ids, its words. */
  partList: 16,
} as const;

/** More parts than threads: the others take over the share of a thread that is delayed. */
export const partsPerThread = 8;
export const maxThreads = 8;
export const controlWords = control.partList + 3 * partsPerThread * maxThreads;

/** Scans parts until none is left. A thread takes them in ascending order, so its rows keep their order. */
export function scanParts(words: Int32Array, kernel: ScanKernel, thread: number): void {
  const at = (field: number): number => Atomics.load(words, field) >>> 0;
  const parts = at(control.parts);
  const work = at(control.work) + thread * at(control.workStep);
  const mask = at(control.mask);
  for (let part = Atomics.add(words, control.next, 1); part < parts; part = Atomics.add(words, control.next, 1)) {
    const entry = control.partList + 3 * part;
    const offset = 8 * at(entry + 1);
    kernel.scan(
      work,
      at(entry),
      at(entry + 2),
      at(control.occupied) + offset,
      at(control.live) + offset,
      mask === 0 ? 0 : mask + offset,
    );
  }
}
