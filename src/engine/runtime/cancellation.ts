// Cancellation of long work: one check, one error code.
import { HashlensError } from '../../shared/errors.ts';

/**
 * Throws when the signal has been aborted.
 * @param what subject of the message, as in "The training"
 * @throws HashlensError `cancelled`
 */
export function throwIfCancelled(signal: AbortSignal | undefined, what = 'The training'): void {
  if (signal?.aborted) throw new HashlensError('cancelled', `${what} was cancelled.`);
}
