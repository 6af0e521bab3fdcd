// The durable job queue: one piece of long work at a time, with progress, pause, cancel and resumption after a crash.
//
// Processes on one library (the window, commands) share the queue. The process with the lock runs jobs. A lock ends
// with its process, even if a row in the database still says `running`. Such a job was interrupted: it is shown as
// paused, and the next process that adopts jobs (the window, `serve`) resumes it. Others do not.
import { errorDetail, HashlensError, toErrorData } from '../../shared/errors.ts';
import type { JobId, ModelId } from '../../shared/contract/ids.ts';
import type { Job, JobKind, JobState, JobWait } from '../../shared/contract/jobs.ts';
import type { CopyOutcome } from '../../shared/contract/copies.ts';
import type { VectorExportOutcome } from '../../shared/contract/exchange.ts';
import type { IndexResult } from '../../shared/contract/indexing.ts';
import type { SidecarOutcome } from '../../shared/contract/metadata.ts';
import type { PublishOutcome, ServerIndexOutcome } from '../../shared/contract/shared-library.ts';
import type { LongWork } from '../runtime/long-work.ts';
import type { ProcessLock } from '../runtime/process-lock.ts';
import type { JobOutcome, JobRow } from '../store/jobs.ts';
import type { Store } from '../store/database.ts';
import { RateMeter } from './rate.ts';
import type { WorkGate } from './work-gate.ts';

/** The signal is aborted when the person cancels or pauses, and when the engine stops. */
export interface JobContext extends LongWork {
  readonly jobId: JobId;
  /**
   * Time of the job's last start before this one; what was done since then is its own work. Null at the first start,
   * so that a clock that was set back does not make other work look like its own.
   */
  readonly startedBefore: number | null;
  /**
   * Settles when background work may continue: at once, or when the machine is in the state that the person has
   * chosen. Throws `JobYielded` if a person waits for another job.
   */
  readonly mayContinue: () => Promise<void>;
  /** Whether more urgent work waits for this job. A job of hours then throws `JobYielded`. */
  readonly othersWait: () => boolean;
}

/** Thrown by a job that yields to more urgent ones; it resumes after them. Its results must be in the store. */
export class JobYielded extends Error {
  override readonly name = 'JobYielded';
}

/**
 * Does the work. Results must be in the store, so that a second run resumes where the first one ended. A runner
 * keeps its partial work when it is stopped for any reason: `discard` removes it once no process will resume it.
 */
export type JobRunner = (params: unknown, context: JobContext) => Promise<unknown>;

export interface JobQueueOptions {
  readonly store: Store;
  /** Held while this process runs jobs.  */
  readonly lock: ProcessLock;
  readonly runners: Readonly<Record<JobKind, JobRunner>>;
  /** Removes the partial work of a cancelled job. */
  readonly discard?: Partial<Readonly<Record<JobKind, (params: unknown) => Promise<void>>>>;
  readonly emit: (job: Job) => void;
  /** Whether to run jobs that ended processes left; otherwise only jobs of this process are run. */
  readonly adoptsJobs: boolean;
  /** Decides whether background work may continue; without a gate it always may. */
  readonly gate?: Pick<WorkGate, 'pass'>;
  /** Receives the stack and causes of a failed job's error. */
  readonly log?: (line: string) => void;
}

/** Reason for stopping a running job. A later reason replaces a weaker one. */
type StopReason = 'shutdown' | 'pause' | 'cancel';
const strength: Readonly<Record<StopReason, number>> = { shutdown: 1, pause: 2, cancel: 3 };

interface Running {
  readonly id: JobId;
  readonly stop: (reason: StopReason) => void;
  reason: StopReason | null;
  /** A request to resume that arrived while the job was still stopping for a pause. */
  resumeRequested: boolean;
  live: Job;
  ended: Promise<void>;
}

/** A job is not started again automatically after the engine has ended this often during it. */
const maxAttempts = 3;
const eventEveryMs = 100;
const saveEveryMs = 1000;
/** Interval at which jobs and requests of other processes are read. */
const lookEveryMs = 500;

const waitingToResume = 'Waiting to go on';
const interrupted = 'Interrupted; it can go on from where it was';
const doing: Readonly<Record<JobKind, string>> = {
  index: 'is indexing photos',
  train: 'is training',
  encode: 'is encoding photos',
  download: 'is downloading an encoder',
  duplicates: 'is looking for duplicates',
  ocr: 'is reading text in photos',
  copy: 'is copying photos',
  export: 'is exporting codes',
  publish: 'is publishing',
  'server-index': "is making a server's index",
  sidecars: 'is writing sidecars',
};

export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #store: Store;
  readonly #lock: ProcessLock;
  readonly #waiting: JobId[] = [];
  /** Jobs queued by this process. */
  readonly #own = new Set<JobId>();
  readonly #watchers = new Map<JobId, ((job: Job) => void)[]>();
  /** Final states that could not be stored yet, because the disk is full. */
  readonly #unsaved = new Map<JobId, { job: Job; save: () => void }>();
  /** The last events sent about jobs that another process runs. */
  readonly #emitted = new Map<JobId, string>();
  #running: Running | null = null;
  #adoptsJobs: boolean;
  #waitingMessage = '';
  #closed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#lock = options.lock;
    this.#adoptsJobs = options.adoptsJobs;
  }

  /** Takes up jobs of ended processes, if this queue does so. */
  open(): void {
    const left = (['running', 'queued'] as const).some((state) => this.#store.jobs.withState(state).length > 0);
    if (this.#adoptsJobs && left) this.#pump();
  }

  /**
   * Queues a job. An interrupted one of the same kind and parameters is resumed instead.
   * @throws the store's error where the job cannot be stored
   */
  enqueue(kind: JobKind, params: unknown): Job {
    const row = this.#interruptedLike(kind, params) ?? this.#store.jobs.insert(kind, params, process.pid);
    this.#own.add(row.id);
    if (!this.#waiting.includes(row.id)) this.#waiting.push(row.id);
    const job = this.#toJob(row);
    this.#emit(job);
    this.#pump();
    return this.#waiting.includes(row.id) ? this.#toJob(row) : job;
  }

  /** Resumes an interrupted job of this kind and parameters. @returns null where there is none */
  resumeInterrupted(kind: JobKind, params: unknown): Job | null {
    return this.#interruptedLike(kind, params) === null ? null : this.enqueue(kind, params);
  }

  list(): Job[] {
    const alone = this.#noOtherProcessRuns();
    return this.#store.jobs.list().map((row) => this.#toJob(row, alone));
  }

  get(id: JobId): Job {
    return this.#toJob(this.#row(id));
  }

  /** Ends a job for good. Settles once its partial work is removed, or the process that runs it has the request. */
  async cancel(id: JobId): Promise<void> {
    if (this.#running?.id === id) return this.#stop('cancel');
    const row = this.#unfinished(id);
    this.#removeWaiting(id);
    const end = (from: readonly JobState[]) => this.#save(row, { state: 'cancelled' }, from);
    if (row.state !== 'running') end(['queued', 'paused']);
    else if (!this.#withLock(() => end(['running']))) return this.#store.jobs.ask(id, 'cancel');
    await this.#discard(row);
    this.#report(id);
  }

  pause(id: JobId): void {
    if (this.#running?.id === id) return this.#stop('pause');
    const row = this.#unfinished(id);
    this.#removeWaiting(id);
    const pause = (from: readonly JobState[]) =>
      void this.#store.jobs.release(id, from, { state: 'paused', message: 'Paused' });
    if (row.state === 'running' && !this.#withLock(() => pause(['running']))) return this.#store.jobs.ask(id, 'pause');
    if (row.state === 'queued') pause(['queued']);
    this.#report(id);
  }

  /** Resumes a paused or interrupted job in this process. Does nothing for a running or waiting one. */
  resume(id: JobId): Job {
    if (this.#running?.id === id) {
      if (this.#running.reason === 'pause') this.#running.resumeRequested = true;
      return this.#running.live;
    }
    const row = this.#unfinished(id);
    const requeue = (from: readonly JobState[]) =>
      void this.#store.jobs.release(id, from, { state: 'queued', message: waitingToResume });
    if (row.state === 'running' && !this.#withLock(() => requeue(['running']))) return this.#toJob(row);
    if (row.state === 'paused') requeue(['paused']);
    this.#own.add(id);
    if (!this.#waiting.includes(id)) this.#waiting.push(id);
    this.#announce(id);
    this.#pump();
    return this.get(id);
  }

  /** The job once it has ended in any way, or was paused. */
  finished(id: JobId): Promise<Job> {
    const job = this.get(id);
    if (isSettled(job) && this.#running?.id !== id && !this.#waiting.includes(id)) return Promise.resolve(job);
    return new Promise((resolve) => {
      this.#watchers.set(id, [...(this.#watchers.get(id) ?? []), resolve]);
      this.#look();
    });
  }

  /** Stops the running job; it resumes when the engine starts again. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#running) this.#stop('shutdown');
    await this.#running?.ended;
    this.#lock.release();
  }

  #stop(reason: StopReason): void {
    const running = this.#running;
    if (!running) return;
    if (running.reason === null || strength[reason] > strength[running.reason]) running.reason = reason;
    if (reason === 'pause') running.resumeRequested = false;
    running.stop(running.reason);
  }

  #row(id: JobId): JobRow {
    const row = this.#store.jobs.get(id);
    if (!row) throw new HashlensError('not-found', `There is no job ${id}.`);
    return row;
  }

  #unfinished(id: JobId): JobRow {
    const row = this.#row(id);
    if (row.finishedAt !== null || (this.#unsaved.get(id)?.job.finishedAt ?? null) !== null) {
      throw new HashlensError('bad-argument', `Job ${id} has already ended.`);
    }
    return row;
  }

  /** Rows with state `running` that are not our job: of another process, or of one that has ended. */
  #runningElsewhere(): JobRow[] {
    const rows = this.#store.jobs.withState('running');
    return rows.filter(({ id }) => id !== this.#running?.id && !this.#unsaved.has(id));
  }

  /**
   * An interrupted job with the same work, queued again. It may have been killed before its start; if its process
   * is alive and waits for its turn, one of the two starts it.
   */
  #interruptedLike(kind: JobKind, params: unknown): JobRow | null {
    const wanted = JSON.stringify(params);
    const queued = this.#store.jobs
      .withState('queued')
      .filter(({ id }) => !this.#own.has(id) && !this.#unsaved.has(id));
    const left = [...this.#runningElsewhere(), ...queued].find(
      (row) => row.kind === kind && JSON.stringify(row.params) === wanted,
    );
    if (!left) return null;
    const isFree = this.#withLock(
      () => void this.#store.jobs.release(left.id, ['running'], { state: 'queued', message: waitingToResume }),
    );
    return isFree ? this.#store.jobs.get(left.id) : null;
  }

  /** Runs `work` while no other process runs jobs. False when another does. */
  #withLock(work: () => void): boolean {
    const before = this.#lock.held;
    if (!before && !this.#lock.acquire()) return false;
    try {
      work();
      return true;
    } finally {
      if (!before) this.#lock.release();
    }
  }

  #noOtherProcessRuns(): boolean {
    return this.#lock.held || !this.#lock.heldByOther();
  }

  #removeWaiting(id: JobId): void {
    const at = this.#waiting.indexOf(id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #pump(): void {
    if (this.#closed || this.#running) return;
    if (this.#waiting.length === 0 && !this.#adoptsJobs) return this.#lock.release();
    try {
      if (!this.#lock.acquire()) return this.#waitForTurn();
      this.#waitingMessage = '';
      if (this.#options.adoptsJobs) this.#adoptJobs();
      this.#adoptsJobs = false;
    } catch (error) {
      // The lock's file or the database cannot be written.
      return this.#giveUpWaiting(error);
    }
    const id = this.#next();
    if (id === undefined) return this.#lock.release();
    this.#start(id);
  }

  /** Takes the first of the most urgent waiting jobs. */
  #next(): JobId | undefined {
    const priorities = this.#waiting.map((id) => this.#priority(id));
    return this.#waiting.splice(priorities.indexOf(Math.min(...priorities)), 1)[0];
  }

  /**
   * Priority of a job, the lowest first: 0 for ordinary work, more for work of hours that yields to others, less for work
   * that a person waits for.
   */
  #priority(id: JobId): number {
    const row = this.#store.jobs.get(id);
    const { prepareModelId } = (row?.params ?? {}) as { prepareModelId?: ModelId };
    if (row?.kind === 'copy' || row?.kind === 'sidecars' || prepareModelId !== undefined) return -1;
    if (row?.kind === 'ocr') return 2;
    // Another encoder is being prepared while the one in use serves.
    return row?.kind === 'encode' && Object.keys(row.params ?? {}).length > 0 ? 1 : 0;
  }

  /** Shows in waiting jobs which process runs jobs. */
  #waitForTurn(): void {
    const [busy] = this.#runningElsewhere();
    const who = busy?.ownerPid ? `another process (${busy.ownerPid})` : 'another process';
    const message = `Waiting for ${who}${busy ? `, which ${doing[busy.kind]}` : ''}`;
    if (message !== this.#waitingMessage) {
      this.#waitingMessage = message;
      for (const id of this.#waiting) this.#announce(id);
    }
    this.#look();
  }

  #giveUpWaiting(error: unknown): void {
    for (const id of this.#waiting.splice(0)) {
      const row = this.#store.jobs.get(id);
      if (row) this.#fail(row, error);
    }
    this.#adoptsJobs = false;
  }

  /** Queues jobs that other processes left, in the order of their requests. */
  #adoptJobs(): void {
    for (const row of this.#runningElsewhere()) {
      const request = this.#store.jobs.request(row.id);
      if (request === 'cancel') {
        this.#save(row, { state: 'cancelled' });
        void this.#discard(row);
      } else if (request === 'pause') {
        this.#store.jobs.release(row.id, ['running'], { state: 'paused', message: 'Paused' });
      } else if (row.attempts >= maxAttempts) {
        const message = `This job has stopped the engine ${row.attempts} times and was given up; start it again when the cause is gone.`;
        this.#save(row, { state: 'failed', error: { code: 'engine-stopped', message } });
      } else {
        this.#store.jobs.release(row.id, ['running'], {
          state: 'queued',
          message: waitingToResume,
          keepAttempts: true,
        });
        continue;
      }
      this.#report(row.id);
    }
    const rows = this.#store.jobs.withState('queued').filter(({ id }) => !this.#unsaved.has(id));
    const queued = rows.map(({ id }) => id);
    const others = this.#waiting.filter((id) => !queued.includes(id));
    this.#waiting.splice(0, this.#waiting.length, ...queued, ...others);
  }

  #start(id: JobId): void {
    const controller = new AbortController();
    let row: JobRow | null;
    let startedBefore: number | null;
    try {
      startedBefore = this.#store.jobs.get(id)?.startedAt ?? null;
      if (!this.#store.jobs.start(id, process.pid)) return this.#pump();
      row = this.#store.jobs.get(id);
    } catch (error) {
      const queued = this.#store.jobs.get(id);
      if (queued) this.#fail(queued, error);
      return this.#pump();
    }
    if (!row) return this.#pump();
    const live = toJob(row);
    const running: Running = {
      id,
      stop: (reason) => controller.abort(reason),
      reason: null,
      resumeRequested: false,
      live,
      ended: Promise.resolve(),
    };
    this.#running = running;
    this.#emit(live);
    running.ended = this.#run(row, startedBefore, running, controller.signal).then(() => {
      this.#running = null;
      this.#report(id);
      this.#pump();
    });
    this.#look();
  }

  async #run(row: JobRow, startedBefore: number | null, running: Running, signal: AbortSignal): Promise<void> {
    const progress = this.#progress(running);
    try {
      // Starting in a later turn lets the caller of enqueue see the job queued first.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      const result = await this.#options.runners[row.kind](row.params, {
        jobId: row.id,
        startedBefore,
        signal,
        progress,
        mayContinue: async () => {
          const { done, total } = running.live;
          await this.#options.gate?.pass(signal, (message, waitsFor) => progress(done, total, message, waitsFor));
          if (this.#waiting.some((id) => this.#priority(id) < 0)) throw new JobYielded();
        },
        othersWait: () => this.#waiting.some((id) => this.#priority(id) < this.#priority(row.id)),
      });
      const { total } = running.live;
      running.live = { ...running.live, done: total, message: 'Done', waitsFor: null };
      this.#put(row.id, () => this.#store.jobs.progress(row.id, total, total, 'Done'));
      this.#save(row, { state: 'done', ...(result === undefined ? {} : { result }) });
    } catch (error) {
      const { reason } = running;
      if (reason === 'cancel') {
        this.#save(row, { state: 'cancelled' });
        await this.#discard(row);
      } else if (reason === null && error instanceof JobYielded) {
        this.#release(row, { state: 'queued', message: waitingToResume });
        this.#waiting.push(row.id);
      } else if (reason === null) {
        const detail = errorDetail(error);
        this.#options.log?.(`job ${row.id} (${row.kind}) failed: ${detail}`);
        this.#save(row, { state: 'failed', error: toErrorData(error), errorDetail: detail });
      } else if (reason === 'pause' && !running.resumeRequested) {
        this.#release(row, { state: 'paused', message: 'Paused' });
      } else {
        this.#release(row, { state: 'queued', message: waitingToResume });
        if (reason === 'pause') this.#waiting.push(row.id);
      }
    }
  }

  #progress(running: Running): (done: number, total: number, message: string, waitsFor?: JobWait) => void {
    const meter = new RateMeter();
    let lastEvent = 0;
    let lastSave = 0;
    let lastMessage = '';
    return (done, total, message, waitsFor) => {
      const now = performance.now();
      if (message !== lastMessage) meter.add(0, now);
      meter.add(done, now);
      running.live = {
        ...running.live,
        done,
        total,
        message,
        waitsFor: waitsFor ?? null,
        rate: meter.rate,
        etaSeconds: meter.eta(total),
      };
      if (message !== lastMessage || done === total || now - lastEvent >= eventEveryMs) {
        lastEvent = now;
        this.#emit(running.live);
      }
      lastMessage = message;
      if (now - lastSave < saveEveryMs) return;
      lastSave = now;
      this.#store.requireThere();
      // A job must not fail because its progress cannot be stored: its own writes report what is wrong.
      this.#put(running.id, () => this.#store.jobs.progress(running.id, done, total, message));
    };
  }

  /** Ends a job that could not even be started. */
  #fail(row: JobRow, error: unknown): void {
    this.#save(row, { state: 'failed', error: toErrorData(error), errorDetail: errorDetail(error) }, ['queued']);
    this.#report(row.id);
  }

  async #discard({ id, kind, params }: JobRow): Promise<void> {
    try {
      await this.#options.discard?.[kind]?.(params);
    } catch (error) {
      this.#options.log?.(`the partial work of job ${id} (${kind}) could not be removed: ${errorDetail(error)}`);
    }
  }

  /** Stores the final state of a job. */
  #save(row: JobRow, outcome: JobOutcome, from: readonly JobState[] = ['running']): void {
    const { state, error = null, result = null } = outcome;
    const job = { ...toJob({ ...row, state, error, result }), finishedAt: Date.now() };
    this.#keep(job, () => this.#store.jobs.finish(row.id, from, outcome));
  }

  #release(row: JobRow, to: { readonly state: 'queued' | 'paused'; readonly message: string }): void {
    this.#keep({ ...toJob(row), ...to }, () => this.#store.jobs.release(row.id, ['running'], to));
  }

  /** Emits a job's state and acts on it even if it cannot be stored, and stores it once there is room. */
  #keep(job: Job, save: () => void): void {
    if (this.#put(job.id, save)) return;
    this.#unsaved.set(job.id, { job, save });
    this.#look();
  }

  /** False, and a line in the log, where the write fails. */
  #put(id: JobId, write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#options.log?.(`the state of job ${id} could not be stored: ${toErrorData(error).message}`);
      return false;
    }
  }

  /** Polls jobs and requests of other processes while this process waits for one. */
  #look(): void {
    const watched = [...this.#watchers.keys()].some((id) => id !== this.#running?.id);
    const needed = this.#running !== null || watched || this.#waiting.length > 0 || this.#unsaved.size > 0;
    if (this.#timer !== null || this.#closed || !needed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      try {
        this.#lookNow();
      } catch (error) {
        // Locked or missing for the moment; the next poll tries again.
        this.#options.log?.(`the job queue cannot be read: ${toErrorData(error).message}`);
      }
      this.#look();
    }, lookEveryMs);
  }

  #lookNow(): void {
    for (const [id, { save }] of this.#unsaved) if (this.#put(id, save)) this.#unsaved.delete(id);
    const request = this.#running === null ? null : this.#store.jobs.request(this.#running.id);
    if (request !== null) this.#stop(request);
    for (const id of [...this.#watchers.keys()]) {
      if (id === this.#running?.id || this.#waiting.includes(id)) continue;
      const row = this.#store.jobs.get(id);
      const orphan = row?.state === 'running' && this.#noOtherProcessRuns();
      if (orphan && this.#own.has(id)) {
        // The process that ran our job has ended.
        this.resume(id);
        continue;
      }
      const job = row ? this.#toJob(row) : null;
      const serialised = JSON.stringify(job);
      if (job && serialised !== this.#emitted.get(id)) this.#emit(job);
      this.#emitted.set(id, serialised);
      this.#settle(id);
    }
    this.#pump();
  }

  #emit(job: Job): void {
    this.#options.emit(job);
  }

  #announce(id: JobId): void {
    const row = this.#store.jobs.get(id);
    if (row) this.#emit(this.#toJob(row));
  }

  /** Emits a job's new state, and settles those who wait for its end when it has ended. */
  #report(id: JobId): void {
    try {
      this.#announce(id);
      this.#settle(id);
    } catch (error) {
      this.#options.log?.(`job ${id} cannot be read: ${toErrorData(error).message}`);
    }
  }

  #settle(id: JobId): void {
    const watchers = this.#watchers.get(id);
    if (!watchers) return;
    const row = this.#store.jobs.get(id);
    const job = row === null ? null : this.#toJob(row);
    if (job !== null && (!isSettled(job) || this.#waiting.includes(id))) return;
    this.#watchers.delete(id);
    this.#emitted.delete(id);
    for (const watcher of watchers) if (job) watcher(job);
  }

  #toJob(row: JobRow, alone = row.state === 'running' && this.#noOtherProcessRuns()): Job {
    if (row.id === this.#running?.id) return this.#running.live;
    const unsaved = this.#unsaved.get(row.id);
    if (unsaved) return unsaved.job;
    const job = toJob(row);
    if (row.state === 'running' && alone) return { ...job, state: 'paused', message: interrupted };
    if (row.state === 'queued' && this.#waitingMessage !== '' && this.#waiting.includes(row.id)) {
      return { ...job, message: this.#waitingMessage, waitsFor: 'process' };
    }
    return job;
  }
}

const isSettled = (job: Job): boolean => job.finishedAt !== null || job.state === 'paused';

function toJob(row: JobRow): Job {
  const { modelId, encoderId } = (row.params ?? {}) as { modelId?: ModelId; encoderId?: string };
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    message: row.message,
    waitsFor: null,
    done: row.done,
    total: row.total,
    rate: 0,
    etaSeconds: null,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    error: row.error,
    // A training of several models ends with the better one.
    modelId: row.kind === 'train' ? ((row.result as { modelId?: ModelId } | null)?.modelId ?? modelId ?? null) : null,
    encoderId: row.kind === 'encode' ? (encoderId ?? null) : null,
    result: row.kind === 'index' && row.result !== null ? (row.result as IndexResult) : null,
    copies: row.kind === 'copy' && row.result !== null ? (row.result as CopyOutcome) : null,
    published: row.kind === 'publish' && row.result !== null ? (row.result as PublishOutcome) : null,
    measured: row.kind === 'server-index' && row.result !== null ? (row.result as ServerIndexOutcome) : null,
    sidecars: row.kind === 'sidecars' && row.result !== null ? (row.result as SidecarOutcome) : null,
    exported: row.kind === 'export' && row.result !== null ? (row.result as VectorExportOutcome) : null,
  };
}
