// The interface of a scan's inner loop, which WebAssembly and JavaScript implement.

export type ScanKernelName = 'wasm' | 'js';

export interface ScanKernel {
  readonly name: ScanKernelName;
  /**
   * Takes the near rows of `words` words of 64 ids into the workspace at `work`.
   * @param from address of the first row of those words
   * @param occupied address of the words that say which ids have a row; `live`, and `mask` unless 0, which are searched
   */
  scan(work: number, from: number, words: number, occupied: number, live: number, mask: number): void;
  /** Writes the nearest as (row, distance) to `out`, by distance, then by row; returns their number. */
  finish(work: number, out: number): number;
}
