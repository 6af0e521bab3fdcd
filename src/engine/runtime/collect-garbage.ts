// Gives memory back after work on very many objects.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

interface Wanted {
  readonly type: 'major';
  readonly execution: 'sync';
  /** Collects until nothing more becomes free, and gives the pages back to the system. */
  readonly flavor: 'last-resort';
}

let collect: ((wanted: Wanted) => void) | null = null;

/**
 * Collects all garbage of this thread when the present work has ended; the thread does nothing else meanwhile
 * (docs/measurements.md, Garbage of a scan). Without it, V8 lets garbage grow to several times the size of what is in use,
 * and keeps it while there is little to do.
 */
export function collectGarbageSoon(): void {
  setTimeout(() => {
    collect ??= collector();
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }).unref();
}

/**
 * V8's function, which Node shows only to programs started with a flag. The flag is set for a moment: V8 refuses compiled modules
 * on disk that were stored under other flags, so modules loaded later would be compiled again, here and after the next start.
 */
function collector(): (wanted: Wanted) => void {
  setFlagsFromString('--expose-gc');
  using after = new DisposableStack();
  after.defer(() => setFlagsFromString('--no-expose-gc'));
  return z.custom<(wanted: Wanted) => void>((found) => typeof found === 'function').parse(runInNewContext('gc'));
}
