// What the window offers about an error. The engine's messages name no buttons; what to press follows from the code.
import type { JobKind } from '../../shared/contract/jobs.ts';
import type { ErrorCode, ErrorData } from '../../shared/errors.ts';

export interface Remedy {
  readonly label: string;
  readonly act:
    | 'add-folder'
    | 'show-folders'
    | 'show-encoders'
    | 'show-models'
    | 'index'
    | 'encode'
    | 'find-duplicates'
    | 'restart';
}

const folders: Remedy = { label: 'Show folders', act: 'show-folders' };
const encoders: Remedy = { label: 'Show encoders', act: 'show-encoders' };
const models: Remedy = { label: 'Show models', act: 'show-models' };
const addFolder: Remedy = { label: 'Add folder…', act: 'add-folder' };

const byCode: Partial<Readonly<Record<ErrorCode, Remedy>>> = {
  'empty-folder': addFolder,
  'encoder-invalid': encoders,
  'encoder-missing': encoders,
  'encoder-unusable': encoders,
  'folder-missing': folders,
  'library-gone': { label: 'Start again', act: 'restart' },
  'model-missing': models,
  'model-unusable': models,
  'nothing-indexed': addFolder,
  offline: folders,
  'too-few-pairs': folders,
  'training-diverged': models,
};

/** What the window adds to the engine's message; null where the message says what to do, or a button does. */
const advice: Readonly<Record<ErrorCode, string | null>> = {
  'backup-damaged': 'Choose another backup.',
  'bad-argument': null,
  cancelled: null,
  'database-newer': null,
  'device-failed': null,
  'disk-full': null,
  'empty-folder': null,
  'encoder-invalid': null,
  'encoder-missing': 'Choose another encoder, or add one.',
  'encoder-unusable': null,
  'engine-stopped': 'Hashlens goes on with unfinished work when it starts again.',
  'folder-missing': null,
  internal: 'If it happens again, restart Hashlens; “Check this machine” in the library helps to find the cause.',
  'io-error': null,
  'library-busy': null,
  'library-damaged': null,
  'library-gone': null,
  'library-restored': null,
  'model-differs': null,
  'model-missing': 'Choose another model, or train one.',
  'model-unusable': null,
  'needs-memory': 'Close other programs and try again.',
  'not-allowed': null,
  'not-an-image': null,
  'not-found': 'It may have been removed in the meantime.',
  'nothing-indexed': null,
  offline: null,
  'page-crashed': null,
  paused: null,
  'queries-unknown': 'Published data sets are evaluated on the command line, where the number of queries can be given.',
  'read-only': null,
  'server-refused': null,
  'server-unreachable': null,
  'system-limit': null,
  'too-few-pairs': null,
  'too-heavy': null,
  'too-large': null,
  'training-diverged': null,
  unreadable: null,
  'unsupported-format': null,
};

/** The engine's message with what the window knows to do about its code. */
export function withAdvice({ code, message }: ErrorData): string {
  const more = advice[code];
  if (more === null) return message;
  return `${/[.!?…]$/.test(message) ? message : `${message}.`} ${more}`;
}

/** Work that has failed for a reason that may be gone: it is asked for again. */
const again: Readonly<Record<JobKind, Remedy | null>> = {
  index: { label: 'Try again', act: 'index' },
  encode: { label: 'Try again', act: 'encode' },
  duplicates: { label: 'Try again', act: 'find-duplicates' },
  download: encoders,
  // Its switch is beside the folders.
  ocr: folders,
  train: { label: 'Show training', act: 'show-models' },
  // The photos and the folder have to be chosen again.
  copy: null,
  // It was started with a folder, which has to be named again.
  export: null,
  // The password may have to be given again.
  publish: null,
};

/**
 * @param kind of the job that has failed, null for an error of something else
 * @returns null where there is nothing to press
 */
export function remedyFor(code: ErrorCode, kind: JobKind | null): Remedy | null {
  return byCode[code] ?? (kind === null ? null : again[kind]);
}
