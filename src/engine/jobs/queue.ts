// The durable job queue: one piece of long work at a time, with progress, pause, cancel and resumption after a crash.
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import type { JobId, ModelId } from '../../shared/contract/ids.ts';
import type { Job, JobKind } from '../../shared/contract/jobs.ts';
import type { IndexResult } from '../../shared/contract/library.ts';
import type { JobRow } from '../store/jobs.ts';
import type { Store } from '../store/database.ts';
import { RateMeter } from './rate.ts';

export interface JobContext {
  readonly jobId: JobId;
  /** Aborted when the person cancels or pauses, and when the engine stops. */
  readonly signal: AbortSignal;
  /** @param total 0 while not yet known */
  readonly progress: (done: number, total: number, message: string) => void;
}

/** Does the work. What is done must lie in the store, so that a second run goes on where the first one ended. */
export type JobRunner = (params: unknown, context: JobContext) => Promise<unknown>;

/** Why a running job is being stopped; travels as the abort reason. */
type StopReason = 'cancel' | 'pause' | 'shutdown';

/** A job that has taken the engine down this often is not started again by itself. */
const maxAttempts = 3;
const eventEveryMs = 100;
const saveEveryMs = 1000;

export class JobQueue {
  readonly #store: Store;
  readonly #runners: Readonly<Record<JobKind, JobRunner>>;
  readonly #emit: (job: Job) => void;
  readonly #waiting: JobId[] = [];
  readonly #watchers = new Map<JobId, ((job: Job) => void)[]>();
  #running: { id: JobId; stop: (reason: StopReason) => void; live: Job; ended: Promise<void> } | null = null;
  #closed = false;
  #retryTimer: NodeJS.Timeout | null = null;

  constructor(store: Store, runners: Readonly<Record<JobKind, JobRunner>>, emit: (job: Job) => void) {
    this.#store = store;
    this.#runners = runners;
    this.#emit = emit;
  }

  /**
   * Deals with jobs whose process is gone. `resume`: they go on (bounded times). `close`: they are marked as
   * interrupted; running the command again continues from what they have stored.
   */
  recover(mode: 'resume' | 'close'): void {
    for (const row of [...this.#store.jobs.withState('running'), ...this.#store.jobs.withState('queued')]) {
      // Our own pid on a row from before we started: the number has been used again.
      if (row.ownerPid !== null && row.ownerPid !== process.pid && isAlive(row.ownerPid)) continue;
      if (mode === 'resume' && row.attempts < maxAttempts) {
        this.#store.jobs.requeue(row.id);
        this.#store.jobs.own(row.id, process.pid);
        this.#waiting.push(row.id);
      } else {
        const message =
          mode === 'resume'
            ? `This job stopped the engine ${row.attempts} times and was given up; start it again when the cause is gone.`
            : 'This job was interrupted; start it again to go on from where it was.';
        this.#store.jobs.finish(row.id, 'failed', { error: { code: 'engine-stopped', message } });
      }
    }
    this.#pump();
  }

  enqueue(kind: JobKind, params: unknown): Job {
    const row = this.#store.jobs.insert(kind, params);
    this.#store.jobs.own(row.id, process.pid);
    this.#waiting.push(row.id);
    const job = toJob(row);
    this.#emit(job);
    this.#pump();
    return job;
  }

  list(): Job[] {
    return this.#store.jobs.list().map((row) => (row.id === this.#running?.id ? this.#running.live : toJob(row)));
  }

  cancel(id: JobId): void {
    if (this.#running?.id === id) return this.#running.stop('cancel');
    const row = this.#unfinished(id);
    this.#forgetWaiting(id);
    this.#store.jobs.finish(row.id, 'cancelled', {});
    this.#announce(id);
    this.#settle(id);
  }

  pause(id: JobId): void {
    if (this.#running?.id === id) return this.#running.stop('pause');
    const row = this.#unfinished(id);
    this.#forgetWaiting(id);
    this.#store.jobs.release(row.id, 'paused', 'Paused');
    this.#announce(id);
  }

  resume(id: JobId): void {
    const row = this.#unfinished(id);
    if (row.state !== 'paused') return;
    this.#store.jobs.release(id, 'queued', 'Waiting to go on');
    this.#store.jobs.own(id, process.pid);
    this.#waiting.push(id);
    this.#announce(id);
    this.#pump();
  }

  /** The job once it has ended, however it ended. */
  finished(id: JobId): Promise<Job> {
    const row = this.#store.jobs.get(id);
    if (row?.finishedAt) return Promise.resolve(toJob(row));
    return new Promise((resolve) => this.#watchers.set(id, [...(this.#watchers.get(id) ?? []), resolve]));
  }

  /** Stops the running job where it is; it goes on when the engine starts again. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#running?.stop('shutdown');
    await this.#running?.ended;
  }

  #unfinished(id: JobId): JobRow {
    const row = this.#store.jobs.get(id);
    if (!row) throw new HashlensError('not-found', `There is no job ${id}.`);
    if (row.finishedAt !== null) throw new HashlensError('bad-argument', `Job ${id} has already ended.`);
    return row;
  }

  #forgetWaiting(id: JobId): void {
    const at = this.#waiting.indexOf(id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #pump(): void {
    if (this.#closed || this.#running || this.#waiting.length === 0) return;
    if (this.#otherProcessAtWork()) {
      // A second process on the same library (the window beside the command line): wait for our turn.
      this.#retryTimer ??= setTimeout(() => {
        this.#retryTimer = null;
        this.#pump();
      }, 1000);
      return;
    }
    const id = this.#waiting.shift();
    const row = id === undefined ? null : this.#store.jobs.get(id);
    if (!row || row.state !== 'queued') return this.#pump();
    this.#start(row);
  }

  #otherProcessAtWork(): boolean {
    return this.#store.jobs
      .withState('running')
      .some((row) => row.ownerPid !== null && row.ownerPid !== process.pid && isAlive(row.ownerPid));
  }

  #start(row: JobRow): void {
    const controller = new AbortController();
    this.#store.jobs.start(row.id, process.pid);
    const live: Job = { ...toJob(row), state: 'running' };
    const ended = this.#run(row, controller.signal).finally(() => {
      this.#running = null;
      this.#announce(row.id);
      this.#settle(row.id);
      this.#pump();
    });
    this.#running = { id: row.id, stop: (reason: StopReason) => controller.abort(reason), live, ended };
    this.#emit(live);
  }

  async #run(row: JobRow, signal: AbortSignal): Promise<void> {
    const meter = new RateMeter();
    let lastEvent = 0;
    let lastSave = 0;
    let lastMessage = '';
    const progress = (done: number, total: number, message: string): void => {
      const now = performance.now();
      if (message !== lastMessage) meter.add(0, now);
      meter.add(done, now);
      if (this.#running?.id === row.id) {
        const live = { ...this.#running.live, done, total, message, rate: meter.rate, etaSeconds: meter.eta(total) };
        this.#running = { ...this.#running, live };
        if (message !== lastMessage || done === total || now - lastEvent >= eventEveryMs) {
          lastEvent = now;
          this.#emit(live);
        }
      }
      lastMessage = message;
      if (now - lastSave >= saveEveryMs) {
        lastSave = now;
        this.#store.jobs.progress(row.id, done, total, message);
      }
    };
    try {
      // Starting in a later turn lets the caller of enqueue see the job queued first.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      const result = await this.#runners[row.kind](row.params, { jobId: row.id, signal, progress });
      const live = this.#running?.live;
      if (live) this.#store.jobs.progress(row.id, live.total, live.total, 'Done');
      this.#store.jobs.finish(row.id, 'done', result === undefined ? {} : { result });
    } catch (error) {
      const reason = signal.aborted ? (signal.reason as StopReason) : null;
      if (reason === 'pause') this.#store.jobs.release(row.id, 'paused', 'Paused');
      else if (reason === 'shutdown') this.#store.jobs.release(row.id, 'queued', 'Waiting to go on');
      else if (reason === 'cancel') this.#store.jobs.finish(row.id, 'cancelled', {});
      else this.#store.jobs.finish(row.id, 'failed', { error: toErrorData(error) });
    }
  }

  #announce(id: JobId): void {
    const row = this.#store.jobs.get(id);
    if (row) this.#emit(toJob(row));
  }

  #settle(id: JobId): void {
    const row = this.#store.jobs.get(id);
    if (!row?.finishedAt) return;
    for (const watcher of this.#watchers.get(id) ?? []) watcher(toJob(row));
    this.#watchers.delete(id);
  }
}

function toJob(row: JobRow): Job {
  const params = row.params as { modelId?: ModelId };
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    message: row.message,
    done: row.done,
    total: row.total,
    rate: 0,
    etaSeconds: null,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    error: row.error,
    modelId: params.modelId ?? null,
    result: row.kind === 'index' && row.result !== null ? (row.result as IndexResult) : null,
  };
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
