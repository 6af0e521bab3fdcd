// How much of this machine a training may have.
import { totalmem } from 'node:os';

/** Bytes a training may take: three quarters of the memory this process may use; the rest is the person's. */
export function memoryBudget(): number {
  const allowed = process.constrainedMemory();
  return 0.75 * (allowed > 0 ? Math.min(allowed, totalmem()) : totalmem());
}
