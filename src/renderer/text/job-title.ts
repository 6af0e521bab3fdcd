// Title of a job, for a person.
import type { Job, JobKind } from '../../shared/contract/jobs.ts';
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
};

/** In English the engine's own words, which name the present step. */
export const jobTitle = ({ kind, message }: Pick<Job, 'kind' | 'message'>): string =>
  language() === 'en' ? message : titles[kind]();
