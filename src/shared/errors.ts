// The error that a person may see: a code for programs, and a sentence about what happened and what to do.

export const errorCodes = [
  'backup-damaged',
  'bad-argument',
  'cancelled',
  'database-newer',
  /** A device failed at work, and the CPU continues instead. */
  'device-failed',
  'disk-full',
  'empty-folder',
  'encoder-invalid',
  'encoder-missing',
  /** The chosen encoder cannot be used: nothing is encoded, and search uses earlier data. */
  'encoder-unusable',
  'engine-stopped',
  'folder-missing',
  'internal',
  /** The machine failed, not the file: a disk that is full, read-only, worn out or gone. Trying again may succeed. */
  'io-error',
  'library-busy',
  'library-damaged',
  'library-gone',
  'library-restored',
  /** A shared library was published with another encoder or hash model than this library's. */
  'model-differs',
  'model-missing',
  /** The chosen hash model cannot be used, and the default one takes its place. */
  'model-unusable',
  /** Used between the engine and its readers: the file is a video, and there is no ffmpeg to take frames of it. */
  'needs-frames',
  /** Used between the engine and its readers: decoding needs more memory than this request allows. */
  'needs-memory',
  'not-allowed',
  'not-an-image',
  'not-found',
  /** There are photos, but no captions or no tags. */
  'nothing-described',
  'nothing-indexed',
  /** A folder whose disk or share is disconnected or does not answer. */
  'offline',
  'page-crashed',
  'paused',
  /** A published data set does not say which of its rows are queries. */
  'queries-unknown',
  'read-only',
  /** A server that the person named does not accept the user, or does not allow the request. */
  'server-refused',
  'server-unreachable',
  /** The system allows no more processes, threads, open files or memory: a failure of the machine. */
  'system-limit',
  'training-diverged',
  'too-few-pairs',
  /** Decoding takes more memory or time than allowed for one file, or has ended the program. */
  'too-heavy',
  'too-large',
  'unreadable',
  'unsupported-format',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The part of an error for a person, as plain data. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Failures of the machine or of Hashlens itself, unrelated to the file or the work; another try may succeed. */
const machineFaults: ReadonlySet<ErrorCode> = new Set([
  'disk-full',
  'engine-stopped',
  'internal',
  'io-error',
  'library-busy',
  'library-gone',
  'offline',
  'read-only',
  'system-limit',
]);

export const isMachineFault = (code: ErrorCode): boolean => machineFaults.has(code);

export class HashlensError extends Error {
  override readonly name = 'HashlensError';
  readonly code: ErrorCode;
  /**
   * Names the subject and the remedy, in one sentence that a person understands. The command line and the window
   * derive concrete instructions from the code.
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes of errors that mean no more processes, threads, open files or memory. */
export const systemLimits = /^(EAGAIN|ENOMEM|EMFILE|ENFILE|ERR_WORKER_INIT_FAILED|SQLITE_NOMEM)/;

/** Codes of SQLite and of the system for faults of the machine, not of the program. */
const machineErrors: readonly { readonly codes: RegExp; readonly code: ErrorCode; readonly message: string }[] = [
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    code: 'disk-full',
    message: 'There is no room left on the disk; free some and try again. Nothing of this step was stored',
  },
  {
    codes: /^(SQLITE_READONLY|EROFS)/,
    code: 'read-only',
    message: 'The library cannot be written to; check the permissions of its folder and its disk',
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    code: 'library-damaged',
    message:
      "The library's database is damaged. Your photos are not touched; it can be repaired, or restored from one of its backups",
  },
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    code: 'library-busy',
    message: 'Another program has kept the library busy for too long; try again, or close that program',
  },
  {
    codes:
      /^(SQLITE_(IOERR|CANTOPEN|PROTOCOL|AUTH|PERM)|EACCES|EPERM|EIO|EISDIR|ENOTDIR|ENOENT|EEXIST|ENAMETOOLONG|ELOOP|ENXIO|ENODEV|ENOMEDIUM|ENOTCONN|EHOSTDOWN|ETIMEDOUT|EREMOTEIO|ESTALE)/,
    code: 'io-error',
    message: 'A file could not be read or written; check its permissions, what is in its place, and its disk',
  },
  {
    codes: systemLimits,
    code: 'system-limit',
    message: 'The system allows no more processes, threads, open files or memory; close other programs, then try again',
  },
];

/**
 * Converts any thrown value to data. Values other than a HashlensError or an error of the machine become `internal` and keep their
 * message.
 */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof HashlensError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = machineErrors.find(({ codes }) => codes.test(systemCode));
  if (!fault) return { code: 'internal', message };
  // SQLite's own messages are no help; those of the file system name the file.
  return {
    code: fault.code,
    message: systemCode.startsWith('SQLITE_') ? `${fault.message}.` : `${fault.message} (${message}).`,
  };
}

/**
 * A fault of the machine whose message begins with `what`, such as `The backup x could not be read`: the messages of
 * SQLite and of pulled drives name no file. Other errors stay as they are.
 */
export function namingFault(what: string, error: unknown): unknown {
  const { code, message } = toErrorData(error);
  if (error instanceof HashlensError || code === 'internal' || !isMachineFault(code)) return error;
  return new HashlensError(code, `${what}: ${message}`, { cause: error });
}

/** The first line of a message: runtimes and packages add headers, stacks and lists of files. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n', 1);
  return line;
}

/** Largest length of the chain of causes. */
const mostCauses = 8;

/** An error on its way to another process: the part for a person, and the data for a log. */
export interface ErrorRecord extends ErrorData {
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

/** As `toErrorData`, with stack and causes. */
export function toErrorRecord(error: unknown, depth = 1): ErrorRecord {
  const cause = error instanceof Error && error.cause !== undefined && depth < mostCauses ? error.cause : undefined;
  return {
    ...toErrorData(error),
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(cause === undefined ? {} : { cause: toErrorRecord(cause, depth + 1) }),
  };
}

/** The error of a record, with its original stack. */
export function fromErrorRecord({ code, message, stack, cause }: ErrorRecord): HashlensError {
  const error = new HashlensError(code, message, cause === undefined ? undefined : { cause: fromErrorRecord(cause) });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Stack of an error and of its causes, for a log. */
export function errorDetail(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && parts.length < mostCauses;) {
    parts.push(at instanceof Error ? (at.stack ?? at.message) : JSON.stringify(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return parts.join('\ncaused by ');
}
