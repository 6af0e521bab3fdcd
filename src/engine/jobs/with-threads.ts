// Work whose number of threads is fixed at its start, and that starts again where it stopped when the number has changed.

/** Least milliseconds between two starts: a start takes seconds. */
const leastRunMs = 20_000;

export interface PacedRun {
  /** Number of threads. */
  readonly count: number;
  /** Aborted when the work is stopped, or is to start again. */
  readonly signal: AbortSignal;
  /** Call it when the work so far is stored. */
  readonly mayChange: () => Promise<void>;
}

/**
 * @param threads returns the present number
 * @param work continues where an earlier call stopped
 * @throws what `work` throws, unless it was to start again
 */
export async function withThreads<T>(
  threads: () => Promise<number>,
  stop: AbortSignal,
  work: (run: PacedRun) => Promise<T>,
  leastMs = leastRunMs,
): Promise<T> {
  for (;;) {
    const change = new AbortController();
    const [count, began] = [await threads(), performance.now()];
    const mayChange = async (): Promise<void> => {
      if (performance.now() - began >= leastMs && (await threads()) !== count) change.abort();
    };
    try {
      return await work({ count, signal: AbortSignal.any([stop, change.signal]), mayChange });
    } catch (error) {
      if (!change.signal.aborted || stop.aborted) throw error;
    }
  }
}
