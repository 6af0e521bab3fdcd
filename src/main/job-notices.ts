// Notifications of the system at the end of long jobs, while the window is not in front.
import { m } from '../language/language.ts';
import { problemText } from '../language/problems.ts';
import type { LinkedView } from '../shared/contract/page.ts';
import type { Job, JobKind } from '../shared/contract/jobs.ts';

export interface JobNotice {
  readonly title: string;
  readonly body: string;
  /** Page with the outcome. */
  readonly view: LinkedView;
}

/** Shorter work needs no notification. */
const longMs = 30_000;

const titles: Readonly<Record<JobKind, readonly [done: () => string, failed: () => string]>> = {
  index: [m.job_notices_done_index, m.job_notices_failed_index],
  encode: [m.job_notices_done_encode, m.job_notices_failed_encode],
  train: [m.job_notices_done_train, m.job_notices_failed_train],
  download: [m.job_notices_done_download, m.job_notices_failed_download],
  duplicates: [m.job_notices_done_duplicates, m.job_notices_failed_duplicates],
  ocr: [m.job_notices_done_ocr, m.job_notices_failed_ocr],
  copy: [m.job_notices_done_copy, m.job_notices_failed_copy],
  export: [m.job_notices_done_export, m.job_notices_failed_export],
  publish: [m.job_notices_done_publish, m.job_notices_failed_publish],
  'server-index': [m.job_notices_done_server_index, m.job_notices_failed_server_index],
  sidecars: [m.job_notices_done_sidecars, m.job_notices_failed_sidecars],
};

const views: Readonly<Record<JobKind, LinkedView>> = {
  index: 'photos',
  encode: 'photos',
  train: 'training',
  download: 'settings',
  duplicates: 'duplicates',
  ocr: 'photos',
  copy: 'photos',
  export: 'photos',
  publish: 'shared',
  'server-index': 'shared',
  sidecars: 'settings',
};

/** The Library page lists files that could not be read. */
const viewOf = ({ kind, result }: Job): LinkedView =>
  kind === 'index' && (result?.failed ?? 0) > 0 ? 'library' : views[kind];

export class JobNotices {
  /** Time at which a job was first seen running here, by its number. */
  readonly #since = new Map<number, number>();
  readonly #isWanted: () => boolean;
  readonly #show: (notice: JobNotice) => void;
  readonly #now: () => number;

  /** @param isWanted whether the person wants notifications and does not see the window */
  constructor(isWanted: () => boolean, show: (notice: JobNotice) => void, now: () => number = () => Date.now()) {
    this.#isWanted = isWanted;
    this.#show = show;
    this.#now = now;
  }

  receive(job: Job): void {
    if (job.finishedAt === null) {
      if (job.state === 'running' && !this.#since.has(job.id)) this.#since.set(job.id, this.#now());
      return;
    }
    const since = this.#since.get(job.id);
    this.#since.delete(job.id);
    if (since === undefined || this.#now() - since < longMs || job.state === 'cancelled' || !this.#isWanted()) return;
    const [done, failed] = titles[job.kind];
    const view = viewOf(job);
    this.#show(
      job.state === 'done'
        ? { title: done(), body: outcome(job), view }
        : { title: failed(), body: job.error === null ? '' : problemText(job.error), view },
    );
  }
}

function outcome({ result, copies }: Job): string {
  if (copies !== null) return m.job_notices_copied({ count: copies.copied, folder: copies.folder });
  if (result === null) return '';
  const indexed = m.job_notices_indexed({ count: result.indexed });
  return result.failed > 0 ? m.job_notices_unreadable({ indexed, count: result.failed }) : indexed;
}
