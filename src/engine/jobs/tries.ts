// Schedule of retries for a failed file: at growing intervals, then none until something has changed.
import packageFile from '../../../package.json' with { type: 'json' };
import type { FailureRow } from '../store/failures.ts';

/**
 * Number of failures after which a file is tried again only if it changes, another release reads it, or the person
 * asks.
 */
export const maxAttempts = 3;

const hourMs = 60 * 60 * 1000;
/** Waiting time of automatic work after the first failure, and after the second. */
const waitMs = { first: hourMs, second: 24 * hourMs };

/** Version of the program that failed, because the next release may have better decoders. */
export const triedBy = packageFile.version;

type Tried = Pick<FailureRow, 'attempts' | 'lastAt' | 'triedBy'>;

/**
 * Milliseconds since 1970 from which an automatic index job tries the file again; null for never. The next job tries
 * it if the machine failed and not the file, or if another release failed.
 */
export function nextTryAt({ attempts, lastAt, triedBy: by }: Tried): number | null {
  if (by !== triedBy) return lastAt;
  if (attempts >= maxAttempts) return null;
  if (attempts === 0) return lastAt;
  return lastAt + (attempts === 1 ? waitMs.first : waitMs.second);
}

/** @param automatic whether the job is automatic: then the file waits */
export function isDue(failure: Tried, automatic: boolean, now = Date.now()): boolean {
  const at = nextTryAt(failure);
  if (at === null) return false;
  // After the clock was set back, a file does not wait for years.
  return !automatic || now >= at || now < failure.lastAt;
}
