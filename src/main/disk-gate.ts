// Keeps a hanging disk from blocking all of main's threads: each place has one file operation at a time.

/** Node has four threads for files; one is always left for the page and the library. */
const mostTogether = 3;

interface Waiting {
  readonly place: string;
  readonly start: () => void;
}

export class DiskGate {
  readonly #timeoutMs: number;
  /** Places with an unfinished operation. */
  readonly #held = new Set<string>();
  readonly #waiting: Waiting[] = [];
  /** Places that operations never wait for: the library itself. */
  readonly free = new Set<string>();

  /** @param timeoutMs longest time of an operation, including the wait for its turn */
  constructor(timeoutMs = 5000) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs a file operation when its place has no other one running. A hanging one blocks its place until it
   * returns.
   * @throws Error when it takes too long
   */
  run<T>(place: string, work: () => Promise<T>): Promise<T> {
    if (this.free.has(place)) return work();
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        place,
        start: () => {
          this.#held.add(place);
          void work()
            .then(resolve, reject)
            .finally(() => {
              clearTimeout(timer);
              this.#held.delete(place);
              this.#next();
            });
        },
      };
      const timer = setTimeout(() => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(new Error(`${place} does not answer`));
      }, this.#timeoutMs);
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    for (let at = 0; at < this.#waiting.length && this.#held.size < mostTogether;) {
      const next = this.#waiting[at];
      if (next === undefined || this.#held.has(next.place)) {
        at++;
        continue;
      }
      this.#waiting.splice(at, 1);
      next.start();
    }
  }
}
