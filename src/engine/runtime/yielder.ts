// Yields to the event loop during long calculations, so that a thread receives messages and can be cancelled.
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from './cancellation.ts';

/** Longest time between yields to the event loop. */
const maxBusyMs = 40;

/** Decides when a calculation must yield, and whether it may continue afterwards. */
export class Yielder {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  get due(): boolean {
    return performance.now() - this.#last >= maxBusyMs;
  }

  /** Yields when it is due. Throws `cancelled` when the signal was aborted meanwhile. */
  async yieldIfDue(): Promise<void> {
    if (this.due) {
      await setImmediate();
      this.#last = performance.now();
    }
    throwIfCancelled(this.#signal);
  }
}

/** Runs a generator to its end without yielding to the event loop. */
export function runToEnd<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Runs a generator to its end and yields to the event loop between its steps. Throws `cancelled`. */
export async function runYielding<T>(steps: Generator<void, T>, yielder: Yielder): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (yielder.due) await yielder.yieldIfDue();
  }
}
