// Requests a failed picture again a few times, with growing pauses, and then gives up.

/** Eleven seconds in all: as long as a busy disk or a restart of the engine may take. */
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

  /** Starts again from the first pause. A loaded picture stays. */
  reset(): void {
    this.stop();
    this.#failures = 0;
    this.state = 'asking';
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
