// A few reading processes that share a memory budget: ordinary photos in parallel, large ones alone.
import type { VideoFrames } from '../../../shared/contract/host.ts';
import type { Work, WorkKind } from './messages.ts';
import { NeedsMoreMemory, ReaderEnded, ReaderProcess, type EndReason, type Timeouts } from './reader-process-client.ts';

const MB = 1024 * 1024;
/** Memory of all processes of a pool together, and of one that runs alone. */
const sharedBytes = 900 * MB;
const aloneBytes = 1300 * MB;
/** Memory for Node, sharp and the file itself. */
const baseBytes = 180 * MB;
/** Idle time after which a process is ended. */
const idleMs = 15_000;

export interface PoolTask {
  readonly timeouts: Timeouts;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((files: number) => void) | undefined;
  readonly videoFrames?: VideoFrames | null;
  /** Gets the whole budget at once. */
  readonly alone?: boolean;
  /** All processes but one work for the tasks of one lane, so that a hanging disk leaves one for the others. */
  readonly lane?: string;
}

interface Waiting {
  readonly alone: boolean;
  readonly lane: string | undefined;
  readonly start: (process: ReaderProcess) => void;
  readonly refuse: (error: Error) => void;
}

export class ReaderPool {
  readonly #size: number;
  readonly #isBackground: boolean;
  readonly #idle: ReaderProcess[] = [];
  readonly #working = new Map<ReaderProcess, string | undefined>();
  readonly #waiting: Waiting[] = [];
  #aloneNow = false;
  #closed = false;
  #idleTimer: NodeJS.Timeout | null = null;

  /** @param options `isBackground`: whether other processes of this program go before these */
  constructor(size: number, { isBackground = false } = {}) {
    this.#size = size;
    this.#isBackground = isBackground;
  }

  get size(): number {
    return this.#size;
  }

  /** Pids of its processes, for tests. */
  get pids(): number[] {
    return [...this.#idle, ...this.#working.keys()].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Runs one piece of work. If it needs more memory than its share, or ends its process, it is tried once more
   * with the whole budget.
   * @throws HashlensError of the work; ReaderEnded
   */
  async run<K extends WorkKind>(kind: K, request: Work[K]['request'], task: PoolTask): Promise<Work[K]['result']> {
    try {
      return await this.#once(kind, request, task);
    } catch (error) {
      if (task.alone === true || this.#closed) throw error;
      const hasChance = error instanceof NeedsMoreMemory || (error instanceof ReaderEnded && again.has(error.reason));
      if (!hasChance) throw error;
      return this.#once(kind, request, { ...task, alone: true });
    }
  }

  /** Ends all processes at once; their requests are rejected. */
  close(): void {
    this.#closed = true;
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    for (const { refuse } of this.#waiting.splice(0)) refuse(new ReaderEnded('cancelled'));
    for (const process of [...this.#idle.splice(0), ...this.#working.keys()]) process.kill('cancelled');
  }

  async #once<K extends WorkKind>(kind: K, request: Work[K]['request'], task: PoolTask): Promise<Work[K]['result']> {
    const alone = task.alone === true;
    const process = await this.#acquireProcess(alone, task.lane);
    const memory = alone ? aloneBytes : Math.max(300 * MB, sharedBytes / this.#size);
    try {
      return await process.ask(kind, request, {
        limits: { memory, decoding: memory - baseBytes },
        timeouts: task.timeouts,
        signal: task.signal,
        onProgress: task.onProgress,
        videoFrames: task.videoFrames,
      });
    } finally {
      this.#releaseProcess(process, alone);
    }
  }

  #acquireProcess(alone: boolean, lane: string | undefined): Promise<ReaderProcess> {
    if (this.#closed) return Promise.reject(new ReaderEnded('cancelled'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ alone, lane, start: resolve, refuse: reject });
      this.#next();
    });
  }

  #next(): void {
    for (let at = 0; at < this.#waiting.length;) {
      const task = this.#waiting[at];
      if (task === undefined || this.#aloneNow || this.#working.size >= this.#size) return;
      if (task.alone && this.#working.size > 0) return;
      const inLane = [...this.#working.values()].filter((lane) => lane !== undefined && lane === task.lane).length;
      if (this.#size > 1 && inLane >= this.#size - 1) {
        at++;
        continue;
      }
      this.#waiting.splice(at, 1);
      this.#aloneNow = task.alone;
      const process = this.#idle.pop() ?? new ReaderProcess({ isBackground: this.#isBackground });
      this.#working.set(process, task.lane);
      task.start(process);
    }
  }

  #releaseProcess(process: ReaderProcess, alone: boolean): void {
    this.#working.delete(process);
    if (alone) this.#aloneNow = false;
    // After a large photo the process is replaced, and its memory goes back to the system.
    if (alone && !process.ended) process.kill('cancelled');
    if (!process.ended && !this.#closed) this.#idle.push(process);
    this.#next();
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) idle.kill('cancelled');
    }, idleMs).unref();
  }
}

/** A decoder may crash for lack of memory too, and the system may have chosen any process to kill. */
const again: ReadonlySet<EndReason> = new Set(['memory', 'killed', 'unexpected']);
