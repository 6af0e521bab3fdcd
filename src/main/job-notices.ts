// Notifications of the system at the end of long jobs, while the window is not in front.
import type { Job, JobKind } from '../shared/contract/jobs.ts';

export interface JobNotice {
  readonly title: string;
  readonly body: string;
}

/** Shorter work needs no notification. */
const longMs = 30_000;

const titles: Readonly<Record<JobKind, readonly [done: string, failed: string]>> = {
  index: ['Photos are indexed', 'Indexing has failed'],
  encode: ['Photos are encoded', 'Encoding has failed'],
  train: ['Training has ended', 'Training has failed'],
  download: ['The encoder is on this computer now', 'The download has failed'],
  duplicates: ['The search for duplicates has ended', 'The search for duplicates has failed'],
  ocr: ['The text in photos is read', 'Reading text has failed'],
  copy: ['The copies are made', 'The copies could not be made'],
  publish: ['The library is published', 'Publishing has failed'],
  export: ['The codes are exported', 'Exporting the codes has failed'],
};

export class JobNotices {
  /** When a job was first seen at work here, by its number. */
  readonly #since = new Map<number, number>();
  readonly #isWanted: () => boolean;
  readonly #show: (notice: JobNotice) => void;
  readonly #now: () => number;

  /** @param isWanted whether the person wants to be told, and does not see the window */
  constructor(isWanted: () => boolean, show: (notice: JobNotice) => void, now: () => number = Date.now) {
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
    this.#show(
      job.state === 'done' ? { title: done, body: outcome(job) } : { title: failed, body: job.error?.message ?? '' },
    );
  }
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function outcome({ result, copies }: Job): string {
  if (copies !== null) return `${counted(copies.copied, 'photo')} copied to ${copies.folder}`;
  if (result === null) return '';
  const failed = result.failed > 0 ? `, ${counted(result.failed, 'file')} could not be read` : '';
  return `${counted(result.indexed, 'photo')} indexed${failed}`;
}
