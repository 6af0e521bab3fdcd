// Fits the relevance model again a while after a person has judged results or described photos.

/** Waiting time after a change, because people judge or describe several photos in a row. */
const quietMs = 5000;

export class Recalibration {
  readonly #fit: (signal: AbortSignal) => Promise<void>;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #work = Promise.resolve();

  /**
   * @param fit fits the relevance model
   * @param log receives the reason when nothing could be learned; the next job tries again
   */
  constructor(fit: (signal: AbortSignal) => Promise<void>, log: (line: string) => void) {
    this.#fit = fit;
    this.#log = log;
  }

  /** Call when judgements or the words of photos have changed. */
  changed(): void {
    clearTimeout(this.#timer);
    // A fit may still be going on, longer than the wait.
    this.#timer = setTimeout(() => {
      this.#work = this.#work.then(() => this.#fitAgain());
    }, quietMs);
    // A single command does not wait for it.
    this.#timer.unref();
  }

  async #fitAgain(): Promise<void> {
    const { signal } = this.#stop;
    try {
      if (!signal.aborted) await this.#fit(signal);
    } catch (error) {
      if (!signal.aborted) this.#log(`what you judged or wrote will be used later: ${String(error)}`);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#work;
  }
}
