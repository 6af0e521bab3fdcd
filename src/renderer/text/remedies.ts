// The window's remedies for an error. The engine's messages name no buttons; the button follows from the code.
import { m } from '../../language/language.ts';
import { problemText } from '../../language/problems.ts';
import type { JobKind } from '../../shared/contract/jobs.ts';
import type { ErrorCode, ErrorData } from '../../shared/errors.ts';

export interface Remedy {
  readonly label: string;
  readonly act:
    | 'add-folder'
    | 'show-folders'
    | 'show-encoders'
    | 'show-models'
    | 'show-undescribed'
    | 'index'
    | 'encode'
    | 'find-duplicates'
    | 'show-shared'
    | 'restart';
}

type Offer = Omit<Remedy, 'label'> & { readonly label: () => string };

const folders: Offer = { label: m.remedies_show_folders, act: 'show-folders' };
const encoders: Offer = { label: m.remedies_show_encoders, act: 'show-encoders' };
const models: Offer = { label: m.remedies_show_models, act: 'show-models' };
const addFolder: Offer = { label: m.remedies_add_folder, act: 'add-folder' };

const byCode: Partial<Readonly<Record<ErrorCode, Offer>>> = {
  'empty-folder': addFolder,
  'encoder-invalid': encoders,
  'encoder-missing': encoders,
  'encoder-unusable': encoders,
  'folder-missing': folders,
  'library-gone': { label: m.common_start_again, act: 'restart' },
  'model-missing': models,
  'model-unusable': models,
  'nothing-described': { label: m.common_what_to_describe, act: 'show-undescribed' },
  'nothing-indexed': addFolder,
  offline: folders,
  'too-few-pairs': folders,
  'training-diverged': models,
};

/** The window's addition to the engine's message; null if the message gives the remedy, or a button does. */
const advice: Readonly<Record<ErrorCode, (() => string) | null>> = {
  'backup-damaged': m.remedies_advice_backup_damaged,
  'bad-argument': null,
  cancelled: null,
  'database-newer': null,
  'device-failed': null,
  'disk-full': null,
  'empty-folder': null,
  'encoder-invalid': null,
  'encoder-missing': m.remedies_advice_encoder_missing,
  'encoder-unusable': null,
  'engine-stopped': m.remedies_advice_engine_stopped,
  'folder-missing': null,
  internal: m.remedies_advice_internal,
  'io-error': null,
  'library-busy': null,
  'library-damaged': null,
  'library-gone': null,
  'library-restored': null,
  'model-differs': m.remedies_advice_model_differs,
  'model-missing': m.remedies_advice_model_missing,
  'model-unusable': null,
  'needs-memory': m.remedies_advice_needs_memory,
  'not-allowed': null,
  'not-an-image': null,
  'not-found': m.remedies_advice_not_found,
  'nothing-described': null,
  'nothing-indexed': null,
  offline: null,
  'page-crashed': null,
  paused: null,
  'queries-unknown': m.remedies_advice_queries_unknown,
  'read-only': null,
  'server-refused': m.remedies_advice_server_refused,
  'server-unreachable': m.remedies_advice_server_unreachable,
  'system-limit': null,
  'too-few-pairs': null,
  'too-heavy': null,
  'too-large': null,
  'training-diverged': null,
  unreadable: null,
  'unsupported-format': null,
  'needs-frames': null,
};

/** The engine's message with the window's remedy for its code. */
export function withAdvice(error: ErrorData): string {
  const more = advice[error.code];
  const text = problemText(error);
  if (more === null) return text;
  return `${/[.!?…)]$/.test(text) ? text : `${text}.`} ${more()}`;
}

/** Work that failed for a possibly temporary reason: it can be requested again. */
const again: Readonly<Record<JobKind, Offer | null>> = {
  index: { label: m.common_try_again, act: 'index' },
  encode: { label: m.common_try_again, act: 'encode' },
  duplicates: { label: m.common_try_again, act: 'find-duplicates' },
  download: encoders,
  // Its switch is beside the folders.
  ocr: folders,
  train: { label: m.remedies_show_training, act: 'show-models' },
  // The photos and the folder must be chosen again.
  copy: null,
  // It was started with a folder, which must be named again.
  export: null,
  // The password may be needed again.
  publish: { label: m.remedies_show_shared, act: 'show-shared' },
  'server-index': null,
  // The dialog says what is left to write.
  sidecars: null,
};

/**
 * @param kind of the failed job, null for other errors
 * @returns null without a remedy
 */
export function remedyFor(code: ErrorCode, kind: JobKind | null): Remedy | null {
  const offer = byCode[code] ?? (kind === null ? null : again[kind]);
  return offer === null ? null : { ...offer, label: offer.label() };
}
