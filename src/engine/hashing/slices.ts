// Long calculations in slices: between them the thread hears messages, so that a training can be cancelled at any time.
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from './training.ts';

/** A thread at work is deaf for about this long. */
const sliceMs = 40;

/** Says when a calculation has to let the thread listen, and whether it may go on afterwards. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  get due(): boolean {
    return performance.now() - this.#last >= sliceMs;
  }

  /** Lets messages in when it is time. Throws `cancelled` when one of them was to cancel. */
  async take(): Promise<void> {
    if (this.due) {
      await setImmediate();
      this.#last = performance.now();
    }
    throwIfCancelled(this.#signal);
  }
}

/** Runs a calculation that yields now and then to its end, without a break. */
export function runThrough<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As `runThrough`, taking breath. Throws `cancelled`. */
export async function runInSlices<T>(steps: Generator<void, T>, breath: Breath): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (breath.due) await breath.take();
  }
}
