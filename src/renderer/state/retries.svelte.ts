// A picture that did not come is asked for again a few times, farther and farther apart, and then given up.

/** Together eleven seconds: as long as a busy disk, or an engine that starts again, may take. */
const pausesMs = [800, 2500, 8000];

export class Retries {
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  state = $state<'asking' | 'waiting' | 'given-up'>('asking');

  failed(): void {
    clearTimeout(this.#timer);
    const pause = pausesMs[this.#failures++];
    if (pause === undefined) {
      this.state = 'given-up';
      return;
    }
    this.state = 'waiting';
    this.#timer = setTimeout(() => (this.state = 'asking'), pause);
  }

  /** Begins anew; a picture that is there stays. */
  reset(): void {
    this.stop();
    this.#failures = 0;
    this.state = 'asking';
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
