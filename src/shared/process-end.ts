// Reasons for the end of a process of Hashlens, in words.
import { firstLine, HashlensError } from './errors.ts';

/** The end of a process, as the end of "was ended": `with code 1`, `by SIGKILL`. */
export const howEnded = (code: number | null, signal: string | null): string =>
  signal === null ? `with code ${code}` : `by ${signal}`;

/** End of a process: values of `exit` and `close`, or the error if it was not started. */
export interface ProcessEnd {
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly error?: unknown;
  /** The end of what it wrote to `stderr`. */
  readonly output?: string;
}

/** Words and codes of Node, V8 and system libraries for limits on processes, threads, open files and memory. */
const limitWords =
  /\b(EAGAIN|ENOMEM|EMFILE|ENFILE|ERR_WORKER_INIT_FAILED|bad_alloc)\b|too many open files|out of memory|resource temporarily unavailable|cannot allocate memory|thread_create/i;

/** Whether a process that never ran its program met a limit of the system; else the program itself cannot run. */
function isOfLimits({ signal, error, output = '' }: ProcessEnd): boolean {
  if (error instanceof Error) return limitWords.test('code' in error ? String(error.code) : error.message);
  if (limitWords.test(output)) return true;
  // Without threads, files or memory Node aborts, traps, reads memory that it did not get, or is killed after `startMs` or by the
  // system. An unknown instruction is one that this processor lacks. A program that ends by itself says why.
  return typeof signal === 'string' && signal !== 'SIGILL';
}

/**
 * The error of a process that ended before it ran its program: `system-limit` where the system refused it, `internal` where
 * the program itself cannot run.
 * @param what the sentence's subject, e.g. `The process that reads photos`
 */
export function notStarted(what: string, end: ProcessEnd): HashlensError {
  const cause = { cause: end.error ?? new Error(end.output === '' ? undefined : end.output) };
  if (isOfLimits(end)) {
    const why = 'the system allows no more processes, threads, open files or memory';
    return new HashlensError(
      'system-limit',
      `${what} could not be started: ${why}; close other programs, then try again.`,
      cause,
    );
  }
  const how =
    end.error === undefined ? `it ended ${howEnded(end.code ?? null, end.signal ?? null)}` : firstLine(end.error);
  return new HashlensError(
    'internal',
    `${what} could not be started: ${how}. A file of Hashlens may be damaged or missing; install it again.`,
    cause,
  );
}
