// Context of long work from its caller: a signal that cancels it, and a function that reports progress.

export interface LongWork {
  readonly signal: AbortSignal;
  /** Called with `total` 0 while the amount of work is unknown. */
  readonly progress: (done: number, total: number, message: string) => void;
}
