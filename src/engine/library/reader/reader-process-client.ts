// One process that touches photo folders, as the engine sees it: asked, watched, and killed when it takes too much.
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { HashlensError } from '../../../shared/errors.ts';
import { Requester } from '../../../shared/protocol.ts';
import { startNode } from '../../runtime/node-process.ts';
import type { FromReader, Limits, ReaderMethods, ReaderNews, Work, WorkKind } from './messages.ts';
import { overTime } from './reader-watch.ts';

/** Why a process ended before it answered. `disk`: it waited for a disk that does not answer. */
export type EndReason = 'memory' | 'time' | 'disk' | 'cancelled' | 'unexpected';

export class ReaderEnded extends Error {
  readonly reason: EndReason;
  constructor(reason: EndReason, message = `The reading process was ended: ${reason}`) {
    super(message);
    this.reason = reason;
  }
}

/** The request needs more memory than its limit; nothing was done. */
export class NeedsMoreMemory extends Error {}

export interface Patience {
  /** Milliseconds without any news while a disk is read. */
  readonly disk: number;
  /** Milliseconds for the work after that. */
  readonly work: number;
}

export interface AskOptions {
  readonly limits: Limits;
  readonly patience: Patience;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((files: number) => void) | undefined;
}

const program = new URL('./reader-process.ts', import.meta.url);

/** Megabytes of JavaScript objects: a caption file of 100 MB takes the most. */
const heapMegabytes = 768;
/** Threads of a process; each file system call that hangs takes one. */
const threads = 32;

export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #requester = new Requester<ReaderMethods>((message) => this.#child.send(message, () => undefined));
  readonly #ready = Promise.withResolvers<void>();
  #ended: EndReason | null = null;

  constructor() {
    this.#child = startNode(program, {
      heapMiB: heapMegabytes,
      readsErrors: true,
      // With few arenas, memory of decoded photos goes back to the system.
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads), MALLOC_ARENA_MAX: '2' },
    });
    // Read it at all times, so that the pipe never fills; `unref` lets the program end.
    this.#child.stderr?.resume();
    if (this.#child.stderr instanceof Socket) this.#child.stderr.unref();
    // The other end is this program's own, so its messages are taken to be what messages.ts says.
    this.#child.on('message', (message) => this.#hear(message as FromReader));
    this.#child.on('error', () => this.#end('unexpected'));
    this.#child.on('exit', (_code, signal) =>
      this.#end(signal === overTime && signal !== 'SIGKILL' ? 'time' : 'unexpected'),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Fulfilled when it has started, or has ended before. A machine that is busy starts it late. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  get busy(): boolean {
    return this.#requester.pending > 0;
  }

  /**
   * @throws HashlensError what the work threw; ReaderEnded when the process ended first; NeedsMoreMemory
   */
  async ask<K extends WorkKind>(kind: K, request: Work[K]['request'], options: AskOptions): Promise<Work[K]['result']> {
    // Waiting for the start is not waiting for a disk.
    await this.#ready.promise;
    if (this.#ended !== null) throw new ReaderEnded(this.#ended);
    const { limits, patience, onProgress, signal } = options;
    if (signal?.aborted === true) throw new ReaderEnded('cancelled');
    const cancel = () => this.kill('cancelled');
    signal?.addEventListener('abort', cancel);
    let timer = setTimeout(() => this.kill('disk'), patience.disk);
    let isReading = true;
    // Any output on stderr shows that the process computes. Its own limits end a computation.
    const onSign = () => isReading && timer.refresh();
    this.#child.stderr?.on('data', onSign);
    const onNews = (news: ReaderNews): void => {
      if (news.kind === 'over') this.kill(news.what);
      else if (news.kind === 'progress') {
        timer.refresh();
        onProgress?.(news.files);
      } else {
        clearTimeout(timer);
        isReading = false;
        timer = setTimeout(() => this.kill('time'), patience.work);
      }
    };
    this.#child.ref();
    this.#child.channel?.ref();
    try {
      return await this.#requester.request(kind, { request, limits }, { onNews });
    } catch (error) {
      throw error instanceof HashlensError && error.code === 'needs-memory' ? new NeedsMoreMemory() : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#child.stderr?.off('data', onSign);
      if (!this.busy) this.#rest();
    }
  }

  kill(reason: EndReason): void {
    this.#end(reason);
    this.#child.kill('SIGKILL');
  }

  #hear(message: FromReader): void {
    if (message.kind !== 'ready') return this.#requester.receive(message);
    this.#ready.resolve();
    if (!this.busy) this.#rest();
  }

  /** A process with nothing to do keeps no program from ending. */
  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #end(reason: EndReason): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#ready.resolve();
    this.#requester.end(new ReaderEnded(reason));
    this.#rest();
  }
}
