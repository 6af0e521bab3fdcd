// The one error a person may see: a code programs can rely on and a sentence that says what happened and what to do.

export type ErrorCode =
  | 'bad-argument'
  | 'cancelled'
  | 'database-newer'
  | 'empty-folder'
  | 'encoder-invalid'
  | 'encoder-missing'
  | 'engine-stopped'
  | 'folder-missing'
  | 'internal'
  /** The machine failed, not the file: a disk that is full, read-only, worn out or gone. Trying again may succeed. */
  | 'io-error'
  | 'model-missing'
  | 'not-an-image'
  | 'not-found'
  | 'nothing-indexed'
  /** A folder whose disk or share is away or does not answer. */
  | 'offline'
  | 'training-diverged'
  | 'too-few-pairs'
  /** Decoding takes more memory or time than is allowed to one file, or has ended the program. */
  | 'too-heavy'
  | 'too-large'
  | 'unreadable'
  | 'unsupported-format';

/** Crosses process borders as plain data: `{ code, message }`. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

export class HashlensError extends Error {
  override readonly name = 'HashlensError';
  readonly code: ErrorCode;
  /** Names the thing and the remedy, in one sentence a person understands. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Any thrown value as data; what is not a HashlensError is `internal` and keeps its own message. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof HashlensError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
