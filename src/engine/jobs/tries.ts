// When a file that could not be used is tried again: later and later, then no more until something has changed.
import packageFile from '../../../package.json' with { type: 'json' };
import type { FailureRow } from '../store/failures.ts';

/** A file that has failed this often is not tried again until it changes, another release reads it, or the person asks. */
export const maxAttempts = 3;

const hourMs = 60 * 60 * 1000;
/** How long work that nobody has asked for waits after the first failure, and after the second. */
const waitMs = { first: hourMs, second: 24 * hourMs };

/** What has tried: the release of the program, as the next one may have better decoders. */
export const triedBy = packageFile.version;

type Tried = Pick<FailureRow, 'attempts' | 'lastAt' | 'triedBy'>;

/**
 * Milliseconds since 1970 from which an index job by itself tries the file again; null where none does. It is tried at the
 * next one where the machine failed and not the file, or another release did.
 */
export function nextTryAt({ attempts, lastAt, triedBy: by }: Tried): number | null {
  if (by !== triedBy) return lastAt;
  if (attempts >= maxAttempts) return null;
  if (attempts === 0) return lastAt;
  return lastAt + (attempts === 1 ? waitMs.first : waitMs.second);
}

/** @param byItself whether nobody has asked for the job: then it waits */
export function isDue(failure: Tried, byItself: boolean, now = Date.now()): boolean {
  const at = nextTryAt(failure);
  if (at === null) return false;
  // A clock that was set back makes nothing wait for years.
  return !byItself || now >= at || now < failure.lastAt;
}
