// Jobs: those running now, and those that have ended and were not dismissed.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { JobId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Ask } from '../bridge.ts';

export class Jobs {
  #waiting: readonly { readonly id: JobId; readonly tell: (job: Job | null) => void }[] = [];
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  readonly #jobs = new SvelteMap<JobId, Job>();
  /** Jobs this page has seen running. Only their outcomes are news. */
  readonly #watched = new SvelteSet<JobId>();
  /** Jobs that the person asked for on this page; the others began by themselves. */
  readonly #asked = new SvelteSet<JobId>();
  readonly #read = new SvelteSet<JobId>();

  readonly active = $derived([...this.#jobs.values()].filter(isActive).sort((a, b) => a.createdAt - b.createdAt));
  /** Index jobs that only read the photos of sidecars written just before. Their results are not shown. */
  readonly #rereads = $derived.by(() => {
    let written = 0;
    const found: JobId[] = [];
    for (const { id, sidecars, result } of [...this.#jobs.values()].sort((a, b) => a.createdAt - b.createdAt)) {
      if (sidecars !== null) written += sidecars.written;
      if (result === null || result.indexed === 0 || result.indexed > written) continue;
      written -= result.indexed;
      found.push(id);
    }
    return found;
  });

  /**
   * The newest result. One that reads written sidecars again does not replace an earlier one, whose counts the person may not
   * have read. A run that has found nothing is told only where the person asked for it.
   */
  readonly news = $derived(
    [...this.#jobs.values()]
      .filter((job) => !isActive(job) && this.#watched.has(job.id) && !this.#read.has(job.id))
      .filter((job) => job.state === 'failed' || (job.state === 'done' && isNews(job)))
      .filter((job) => !foundNothing(job) || this.#asked.has(job.id))
      .sort(
        (a, b) =>
          Number(this.#rereads.includes(a.id)) - Number(this.#rereads.includes(b.id)) || b.createdAt - a.createdAt,
      )
      .slice(0, 1),
  );

  constructor(ask: Ask, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    const before = [...this.#jobs.keys()];
    const listed = await this.#ask('jobs.list', {});
    for (const id of before) {
      if (listed.some((job) => job.id === id)) continue;
      this.#jobs.delete(id);
      this.#tell(id, null);
    }
    for (const job of listed) this.receive(job);
  }

  receive(job: Job): void {
    if (isActive(job)) this.#watched.add(job.id);
    // The job's end may have arrived before an answer.
    const known = this.#jobs.get(job.id);
    if (known !== undefined && !isActive(known) && isActive(job)) return;
    this.#jobs.set(job.id, job);
    if (!isActive(job)) this.#tell(job.id, job);
  }

  /** Takes a job that the person has just started. */
  start(job: Job): void {
    this.#asked.add(job.id);
    this.receive(job);
  }

  #tell(id: JobId, job: Job | null): void {
    const ended = this.#waiting.filter((one) => one.id === id);
    this.#waiting = this.#waiting.filter((one) => one.id !== id);
    for (const { tell } of ended) tell(job);
  }

  /** The job after its end, of any kind; null once the engine no longer lists it, as in a restored library. */
  ended(id: JobId): Promise<Job | null> {
    const known = this.#jobs.get(id);
    if (known === undefined || !isActive(known)) return Promise.resolve(known ?? null);
    return new Promise((tell) => (this.#waiting = [...this.#waiting, { id, tell }]));
  }

  get(id: JobId): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Takes news away, with older ones of the same kind, which it has replaced. */
  dismiss(id: JobId): void {
    const { kind, createdAt } = this.#jobs.get(id) ?? {};
    this.#read.add(id);
    for (const job of this.#jobs.values()) {
      if (job.kind === kind && job.createdAt <= (createdAt ?? 0) && !isActive(job)) this.#read.add(job.id);
    }
  }

  async cancel(jobId: JobId): Promise<void> {
    await this.#ask('jobs.cancel', { jobId }).catch(this.#onError);
  }

  async togglePause(job: Job): Promise<void> {
    const method = job.state === 'paused' ? 'jobs.resume' : 'jobs.pause';
    await this.#ask(method, { jobId: job.id }).catch(this.#onError);
  }
}

export function isActive(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running' || job.state === 'paused';
}

/** An index job after which all photos, words and failures are unchanged. */
const foundNothing = ({ result }: Job): boolean => result?.isChanged === false;

/** The outcome of other kinds of work is visible where the person started it. */
function isNews(job: Job): boolean {
  const asked: readonly Job['kind'][] = ['download', 'copy', 'publish', 'sidecars', 'train'];
  return asked.includes(job.kind) || (job.kind === 'index' && job.result !== null);
}
