// Memory that a training may use on this machine.
import { totalmem } from 'node:os';

/** Memory for a training: three quarters of the memory available to this process. The rest is left to the person. */
export function memoryBudget(): number {
  const allowed = process.constrainedMemory();
  return 0.75 * (allowed > 0 ? Math.min(allowed, totalmem()) : totalmem());
}
