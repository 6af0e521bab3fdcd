// Tells when changes may have been lost: Linux drops them where they come faster than they are read, and the library that
// reads them does not pass this on. Listing the whole folder then finds them all.
import { readFileSync } from 'node:fs';

/** Changes of this number, one after another, may be what is left of a full queue: several become one, and some are unseen. */
const shareOfQueue = 1 / 4;
/** The same where this process was held up, and with it the reading of the queue. */
const shareInDelay = 1 / 64;
const usualQueue = 16_384;
/** Changes this long after others belong to another run. */
const restMs = 5_000;
const longDelayMs = 2_000;
const beatMs = 500;

function queueLength(): number {
  if (process.platform !== 'linux') return Infinity;
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8')) || usualQueue;
  } catch {
    return usualQueue;
  }
}

interface Run {
  readonly changes: number;
  readonly lastAt: number;
}

export class LostChanges {
  readonly #queue: number;
  readonly #now: () => number;
  readonly #runs = new Map<string, Run>();
  #beatAt: number;
  #delayedAt = -Infinity;

  /** @param queue most changes that the system keeps until they are read */
  constructor(queue = queueLength(), now: () => number = () => performance.now()) {
    this.#queue = queue;
    this.#now = now;
    this.#beatAt = now();
    setInterval(() => this.#beat(), beatMs).unref();
  }

  #beat(): void {
    const now = this.#now();
    if (now - this.#beatAt > beatMs + longDelayMs) this.#delayedAt = now;
    this.#beatAt = now;
  }

  /** Whether more than these changes of a watched folder, which have just been reported, may have happened. */
  mayBeLost(root: string, changes: number): boolean {
    this.#beat();
    const now = this.#now();
    const before = this.#runs.get(root);
    const sum = changes + (before === undefined || now - before.lastAt > restMs ? 0 : before.changes);
    this.#runs.set(root, { changes: sum, lastAt: now });
    const isDelayed = now - this.#delayedAt <= restMs;
    return sum >= this.#queue * (isDelayed ? shareInDelay : shareOfQueue);
  }
}
