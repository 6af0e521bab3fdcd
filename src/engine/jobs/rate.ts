// Items a second and seconds left, from the last ten seconds of progress.

const windowMs = 10_000;

export class RateMeter {
  readonly #samples: { at: number; done: number }[] = [];

  /** @param at milliseconds, any monotonic clock */
  add(done: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last && done < last.done) this.#samples.length = 0; // Another phase has begun.
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > windowMs) this.#samples.shift();
  }

  /** Items a second; 0 while unknown. */
  get rate(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 200) return 0;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }

  /** Seconds until `total`; null while unknown. */
  eta(total: number): number | null {
    const last = this.#samples.at(-1);
    const rate = this.rate;
    if (!last || rate === 0 || total === 0) return null;
    return Math.max(0, total - last.done) / rate;
  }
}
