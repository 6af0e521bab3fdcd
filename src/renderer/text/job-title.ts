// Title of a job, for a person.
import type { Job, JobKind, JobWait } from '../../shared/contract/jobs.ts';
import { keptTextIn } from '../../language/engine-texts.ts';
import { language, m } from '../../language/language.ts';

const titles: Readonly<Record<JobKind, () => string>> = {
  index: m.job_title_index,
  encode: m.job_title_encode,
  train: m.job_title_train,
  download: m.job_title_download,
  duplicates: m.job_title_duplicates,
  ocr: m.job_title_ocr,
  copy: m.job_title_copy,
  export: m.job_title_export,
  publish: m.job_title_publish,
  'server-index': m.job_title_server_index,
  sidecars: m.job_title_sidecars,
};

const waits: Readonly<Record<JobWait, (given: { title: string }) => string>> = {
  idle: m.job_title_waits_idle,
  power: m.job_title_waits_power,
  process: m.job_title_waits_process,
};

/**
 * The present step, and what the job waits for; in English in the engine's own words. A job that waits for its turn has
 * no step yet and is called by its kind.
 */
export function jobTitle({ kind, message, waitsFor }: Pick<Job, 'kind' | 'message' | 'waitsFor'>): string {
  if (language() === 'en' && message !== '') return message;
  const title = titles[kind]();
  if (waitsFor !== null) return waits[waitsFor]({ title });
  return keptTextIn(message) ?? title;
}
