// What the window offers about an error. The engine's messages name no buttons; what to press follows from the code.
import type { JobKind } from '../../shared/contract/jobs.ts';
import type { ErrorCode } from '../../shared/errors.ts';

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

/** Work that has failed for a reason that may be gone: it is asked for again. */
const again: Readonly<Record<JobKind, Remedy>> = {
  index: { label: 'Try again', act: 'index' },
  encode: { label: 'Try again', act: 'encode' },
  duplicates: { label: 'Try again', act: 'find-duplicates' },
  download: encoders,
  // Its switch is beside the folders.
  ocr: folders,
  train: { label: 'Show training', act: 'show-models' },
};

/**
 * @param kind of the job that has failed, null for an error of something else
 * @returns null where there is nothing to press
 */
export function remedyFor(code: ErrorCode, kind: JobKind | null): Remedy | null {
  return byCode[code] ?? (kind === null ? null : again[kind]);
}
