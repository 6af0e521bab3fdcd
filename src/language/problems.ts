// Error messages for a person who does not read the engine's English.
import type { ErrorCode, ErrorData } from '../shared/errors.ts';
import { keptTextIn } from './engine-texts.ts';
import { language, m } from './language.ts';

/** In English the engine's message; in another language a sentence for the code, with the words of a rare message as details. */
const sentences: Readonly<Record<ErrorCode, (given: { details: string }) => string>> = {
  'backup-damaged': m.problem_backup_damaged,
  'bad-argument': m.problem_bad_argument,
  cancelled: m.problem_cancelled,
  'database-newer': m.problem_database_newer,
  'device-failed': m.problem_device_failed,
  'disk-full': m.problem_disk_full,
  'empty-folder': m.problem_empty_folder,
  'encoder-invalid': m.problem_encoder_invalid,
  'encoder-missing': m.problem_encoder_missing,
  'encoder-unusable': m.problem_encoder_unusable,
  'engine-stopped': m.problem_engine_stopped,
  'folder-missing': m.problem_folder_missing,
  internal: m.problem_internal,
  'io-error': m.problem_io_error,
  'library-busy': m.problem_library_busy,
  'library-damaged': m.problem_library_damaged,
  'library-gone': m.problem_library_gone,
  'library-restored': m.problem_library_restored,
  'model-differs': m.problem_model_differs,
  'model-missing': m.problem_model_missing,
  'model-unusable': m.problem_model_unusable,
  'needs-memory': m.problem_needs_memory,
  'not-allowed': m.problem_not_allowed,
  'not-an-image': m.problem_not_an_image,
  'not-found': m.problem_not_found,
  'nothing-described': m.problem_nothing_described,
  'nothing-indexed': m.problem_nothing_indexed,
  offline: m.problem_offline,
  'page-crashed': m.problem_page_crashed,
  paused: m.problem_paused,
  'queries-unknown': m.problem_queries_unknown,
  'read-only': m.problem_read_only,
  'server-refused': m.problem_server_refused,
  'server-unreachable': m.problem_server_unreachable,
  'system-limit': m.problem_system_limit,
  'too-few-pairs': m.problem_too_few_pairs,
  'too-heavy': m.problem_too_heavy,
  'too-large': m.problem_too_large,
  'training-diverged': m.problem_training_diverged,
  unreadable: m.problem_unreadable,
  'unsupported-format': m.problem_unsupported_format,
  'needs-frames': m.problem_unsupported_format,
};

/** The message without the remedy. */
export function problemText({ code, message }: ErrorData): string {
  const known = language() === 'en' ? null : keptTextIn(message);
  return known ?? sentences[code]({ details: message });
}

/** A message of the engine that may be one of an error, and then has its code; as it is, if its form is not known. */
export const messageText = (message: string, code?: ErrorCode): string =>
  code === undefined ? (keptTextIn(message) ?? message) : problemText({ code, message });
