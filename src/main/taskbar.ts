// The progress of long work on the window's button in the taskbar or dock.
import type { JobId } from '../shared/contract/ids.ts';
import type { Job } from '../shared/contract/jobs.ts';

/** More than 1: running, with unknown progress. */
const unknown = 2;
const none = -1;

export class TaskbarProgress {
  readonly #running = new Map<JobId, Job>();
  readonly #show: (share: number) => void;
  #shown = none;

  /** @param show takes a share from 0 to 1, as Electron's `setProgressBar` does */
  constructor(show: (share: number) => void) {
    this.#show = show;
  }

  receive(job: Job): void {
    if (job.state === 'running') this.#running.set(job.id, job);
    else this.#running.delete(job.id);
    this.#update();
  }

  /** The engine has ended, and its work with it. */
  clear(): void {
    this.#running.clear();
    this.#update();
  }

  #update(): void {
    const [job] = this.#running.values();
    // Smaller steps than a hundredth are invisible.
    const share = job === undefined ? none : job.total > 0 ? Math.floor((100 * job.done) / job.total) / 100 : unknown;
    if (share === this.#shown) return;
    this.#shown = share;
    this.#show(share);
  }
}
