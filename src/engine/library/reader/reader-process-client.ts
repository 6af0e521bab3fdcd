// Client of one process that accesses photo folders: sends requests, watches the process, and kills it when it
// exceeds its limits.
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import type { VideoFrames } from '../../../shared/contract/host.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { Requester, type FromResponder } from '../../../shared/protocol.ts';
import { errorOutput, hasRun, isFirst, startNode } from '../../runtime/node-process.ts';
import { notStarted, type ProcessEnd } from '../../../shared/process-end.ts';
import type { Limits, ReaderMethods, ReaderNews, Work, WorkKind } from './messages.ts';
import { overMemory, overTime } from './reader-watch.ts';

/**
 * Reason why a process ended before it answered. `disk`: it waited for a disk that does not answer. `unstarted`: its program
 * never ran; `cause` says why. `killed`: the system ended it, as it does for lack of memory.
 */
export type EndReason = 'memory' | 'time' | 'disk' | 'cancelled' | 'unexpected' | 'unstarted' | 'killed';

function reasonOf(signal: NodeJS.Signals | null): EndReason {
  if (process.platform === 'win32' || signal === null) return 'unexpected';
  if (signal === overTime) return 'time';
  if (signal === overMemory) return 'memory';
  return signal === 'SIGKILL' ? 'killed' : 'unexpected';
}

export class ReaderEnded extends Error {
  readonly reason: EndReason;
  constructor(reason: EndReason, cause?: HashlensError) {
    super(`The reading process was ended: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** The request needs more memory than its limit; nothing was done. */
export class NeedsMoreMemory extends Error {}

export interface Timeouts {
  /** Milliseconds without news while a disk is read. */
  readonly disk: number;
  /** Milliseconds for the work after that. */
  readonly work: number;
}

export interface AskOptions {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((files: number) => void) | undefined;
  /** Frames of the file if it is a video and they were taken elsewhere. */
  readonly videoFrames?: VideoFrames | null | undefined;
}

const program = new URL('./reader-process.ts', import.meta.url);

/**
 * Lowers the priority of a process: where cores are few, the encoder runs first, and with it the job. Call it right after the
 * start: Linux lowers the first thread alone, and the others inherit from it.
 */
function yieldToOthers(pid: number): void {
  try {
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    const lower = Math.min(PRIORITY_LOW, getPriority() + 5);
    setPriority(pid, process.platform === 'win32' ? PRIORITY_BELOW_NORMAL : lower);
  } catch {
    // A system that does not allow it runs all processes alike.
  }
}

/** Megabytes of JavaScript objects: a caption file of 100 MB takes the most. */
const heapMegabytes = 768;
/** Threads of a process; each file system call that hangs takes one. */
const threads = 32;

export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #requester = new Requester<ReaderMethods>((message) => this.#child.send(message, () => undefined));
  readonly #ready = Promise.withResolvers<void>();
  #ended: EndReason | null = null;
  #startError: HashlensError | undefined;
  /** Functions of the works in progress, called at each sign that the process computes. */
  readonly #onSigns = new Set<() => void>();

  /** @param isBackground whether other processes of this program go before it */
  constructor({ isBackground = false } = {}) {
    this.#child = startNode(program, {
      heapMiB: heapMegabytes,
      readsErrors: true,
      // With few arenas, memory of decoded photos is returned to the system.
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads), MALLOC_ARENA_MAX: '2' },
    });
    if (isBackground && this.#child.pid !== undefined) yieldToOthers(this.#child.pid);
    // Any output shows that the process computes. It is read at all times, so that the pipe never fills; `unref` lets the
    // program end.
    this.#child.stderr?.on('data', () => {
      for (const onSign of this.#onSigns) onSign();
    });
    if (this.#child.stderr instanceof Socket) this.#child.stderr.unref();
    // The other end is this program's own, so its messages have the types of messages.ts.
    this.#child.on('message', (message) => {
      if (isFirst(message)) this.#begin();
      else this.#requester.receive(message as FromResponder);
    });
    const output = errorOutput(this.#child);
    const unstarted = (end: ProcessEnd): void => {
      this.#startError = notStarted('The process that reads photos', end);
      this.#end('unstarted');
    };
    this.#child.on('error', (error) => (hasRun(this.#child) ? this.#end('unexpected') : unstarted({ error })));
    this.#child.on('exit', (_code, signal) => hasRun(this.#child) && this.#end(reasonOf(signal)));
    // `close` comes after all output.
    this.#child.on('close', (code, signal) => this.#ended ?? unstarted({ code, signal, output: output() }));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it has started, or has ended before. A busy machine starts it late. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Reason if its program never ran. */
  get startError(): HashlensError | undefined {
    return this.#startError;
  }

  get busy(): boolean {
    return this.#requester.pending > 0;
  }

  /** @throws HashlensError of the work; ReaderEnded when the process ended first; NeedsMoreMemory */
  async ask<K extends WorkKind>(kind: K, request: Work[K]['request'], options: AskOptions): Promise<Work[K]['result']> {
    // Waiting for the start does not count as waiting for a disk.
    await this.#ready.promise;
    if (this.#ended !== null) throw new ReaderEnded(this.#ended, this.#startError);
    const { limits, timeouts, onProgress, signal, videoFrames = null } = options;
    if (signal?.aborted === true) throw new ReaderEnded('cancelled');
    const cancel = () => this.kill('cancelled');
    signal?.addEventListener('abort', cancel);
    let timer = setTimeout(() => this.kill('disk'), timeouts.disk);
    let isReading = true;
    // The process's own limits end a computation.
    const onSign = () => {
      if (isReading) timer.refresh();
    };
    this.#onSigns.add(onSign);
    const onNews = (news: ReaderNews): void => {
      if (news.kind === 'over') this.kill(news.what);
      else if (news.kind === 'progress') {
        timer.refresh();
        onProgress?.(news.files);
      } else {
        clearTimeout(timer);
        isReading = false;
        timer = setTimeout(() => this.kill('time'), timeouts.work);
      }
    };
    this.#child.ref();
    this.#child.channel?.ref();
    try {
      return await this.#requester.request(kind, { request, limits, videoFrames }, { onNews });
    } catch (error) {
      throw error instanceof HashlensError && error.code === 'needs-memory' ? new NeedsMoreMemory() : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#onSigns.delete(onSign);
      if (!this.busy) this.#rest();
    }
  }

  kill(reason: EndReason): void {
    this.#end(reason);
    this.#child.kill('SIGKILL');
  }

  #begin(): void {
    this.#ready.resolve();
    if (!this.busy) this.#rest();
  }

  /** An idle process does not keep a program from ending. */
  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #end(reason: EndReason): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#ready.resolve();
    this.#requester.end(new ReaderEnded(reason, this.#startError));
    this.#rest();
  }
}
