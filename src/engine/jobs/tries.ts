// Schedule of retries for a failed file: at growing intervals, then none until something has changed.
import packageFile from '../../../package.json' with { type: 'json' };
import { isMachineFault, type ErrorData } from '../../shared/errors.ts';
import type { FolderId } from '../../shared/contract/ids.ts';
import type { VideoDecoder } from '../imaging/formats/video.ts';
import type { FailureRow, FailureStore } from '../store/failures.ts';

/**
 * Number of failures after which a file is tried again only if it changes, another release reads it, another program
 * that decodes videos is there, or the person asks.
 */
export const maxAttempts = 3;

const hourMs = 60 * 60 * 1000;
/** Waiting time of automatic work after the first failure, and after the second. */
const waitMs = { first: hourMs, second: 24 * hourMs };

/** Version of this program. The next release may have better decoders. */
const { version } = packageFile;

type Tried = Pick<FailureRow, 'attempts' | 'lastAt' | 'triedBy' | 'code'>;
type FailedFile = Pick<FailureRow, 'path' | 'size' | 'mtimeMs'>;

/**
 * Attempts that a failure counts for the file: none when the machine failed, all when the file needs too much of it. A
 * file that cannot be read from a disk that answers is at fault itself: it has a bad sector or may not be read.
 */
export function attemptsOf({ code }: ErrorData): number {
  if (code === 'cancelled' || (code !== 'io-error' && isMachineFault(code))) return 0;
  return code === 'too-heavy' ? maxAttempts : 1;
}

/**
 * Records a failure of a file that was tried.
 * @param decoders what there was to decode videos
 * @param attempts how often it counts
 */
export function recordFailure(
  failures: FailureStore,
  folderId: FolderId,
  file: FailedFile,
  error: ErrorData,
  decoders: readonly VideoDecoder[],
  attempts = attemptsOf(error),
): void {
  failures.record(folderId, file, error, attempts, triedBy(decoders, failures.of(folderId, file)));
}

/**
 * Description of what has tried a file: the version, and every decoder of videos with which this version tried it.
 * @param before the failure of the same file, if it has failed before
 */
export function triedBy(decoders: readonly VideoDecoder[], before: Pick<Tried, 'triedBy'> | null): string {
  const earlier = before === null || isOfAnotherVersion(before) ? [] : before.triedBy.split(' ').slice(1);
  return [version, ...new Set([...earlier, ...decoders])].join(' ');
}

const isOfAnotherVersion = ({ triedBy: by }: Pick<Tried, 'triedBy'>): boolean => by.split(' ')[0] !== version;

/** Whether the file may be a video that one of these programs has not tried. */
const hasNewDecoder = ({ code, triedBy: by }: Tried, decoders: readonly VideoDecoder[]): boolean =>
  code === 'unsupported-format' && decoders.some((decoder) => !by.split(' ').includes(decoder));

/**
 * Milliseconds since 1970 from which an automatic index job tries the file again; null for never. The next job tries
 * it if the machine failed and not the file, if another release failed, or if it is of an unknown format and a program for
 * videos is there that has not tried it.
 */
export function nextTryAt(failure: Tried, decoders: readonly VideoDecoder[]): number | null {
  const { attempts, lastAt } = failure;
  if (isOfAnotherVersion(failure) || hasNewDecoder(failure, decoders)) return lastAt;
  if (attempts >= maxAttempts) return null;
  if (attempts === 0) return lastAt;
  return lastAt + (attempts === 1 ? waitMs.first : waitMs.second);
}

/** Whether the file is as it was when it failed. Permissions, which one may have lacked, change the time of change alone. */
export function isAsTried(
  failure: Pick<FailureRow, 'size' | 'mtimeMs' | 'lastAt' | 'code'>,
  { size, mtimeMs, ctimeMs }: { readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number },
): boolean {
  const isSame = failure.size === size && failure.mtimeMs === mtimeMs;
  return isSame && (failure.code !== 'io-error' || ctimeMs <= failure.lastAt);
}

/** @param automatic whether the job is automatic: then the file waits */
export function isDue(
  failure: Tried,
  decoders: readonly VideoDecoder[],
  automatic: boolean,
  now = Date.now(),
): boolean {
  const at = nextTryAt(failure, decoders);
  if (at === null) return false;
  // After the clock was set back, a file does not wait for years.
  return !automatic || now >= at || now < failure.lastAt;
}
