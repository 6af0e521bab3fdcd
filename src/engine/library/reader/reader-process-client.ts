// One process that touches photo folders, as the engine sees it: asked, watched, and killed when it takes too much.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HashlensError } from '../../../shared/errors.ts';
import type { FromReader, Limits, ToReader, Work, WorkKind } from './messages.ts';

/** Why a process ended before it answered. `disk`: it waited for a disk that does not answer. */
export type EndReason = 'memory' | 'time' | 'disk' | 'cancelled' | 'unexpected';

export class ReaderEnded extends Error {
  readonly reason: EndReason;
  constructor(reason: EndReason, message = `The reading process was ended: ${reason}`) {
    super(message);
    this.reason = reason;
  }
}

/** What is asked would take more memory than its limit; nothing was done. */
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

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly options: AskOptions;
  timer: NodeJS.Timeout;
}

const program = fileURLToPath(new URL('./reader-process.ts', import.meta.url));

/** Megabytes of JavaScript objects: a caption file of 100 MB takes the most. */
const heapMegabytes = 768;
/** Threads of a process; each file system call that hangs takes one. */
const threads = 32;

export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #ready = Promise.withResolvers<void>();
  #seq = 0;
  #ended: EndReason | null = null;

  constructor() {
    const options = process.execArgv.filter((option) => !option.startsWith('--inspect'));
    // Not `fork`: in Electron that starts an Electron that acts as Node.
    this.#child = spawn(process.execPath, [...options, `--max-old-space-size=${heapMegabytes}`, program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
      // With few arenas, memory of decoded photos goes back to the system.
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads), MALLOC_ARENA_MAX: '2' },
    });
    // The other end is this program's own, so its messages are taken to be what messages.ts says.
    this.#child.on('message', (message) => this.#hear(message as FromReader));
    this.#child.on('error', () => this.#end('unexpected'));
    this.#child.on('exit', () => this.#end('unexpected'));
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
    return this.#pending.size > 0;
  }

  /**
   * @throws HashlensError what the work threw; ReaderEnded when the process ended first; NeedsMoreMemory
   */
  async ask<K extends WorkKind>(kind: K, request: Work[K]['request'], options: AskOptions): Promise<Work[K]['result']> {
    // Waiting for the start is not waiting for a disk.
    await this.#ready.promise;
    if (this.#ended !== null) return Promise.reject(new ReaderEnded(this.#ended));
    const seq = ++this.#seq;
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(new ReaderEnded('cancelled'));
    const cancel = () => this.kill('cancelled');
    signal?.addEventListener('abort', cancel);
    const answered = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => this.kill('disk'), options.patience.disk);
      this.#pending.set(seq, { resolve, reject, options, timer });
      this.#child.ref();
      this.#child.channel?.ref();
      const message = { kind, seq, request, limits: options.limits } as ToReader;
      this.#child.send(message, () => undefined);
    });
    // The other end answers a request of a kind with the result of that kind.
    return answered.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<Work[K]['result']>;
  }

  kill(reason: EndReason): void {
    this.#end(reason);
    this.#child.kill('SIGKILL');
  }

  #hear(message: FromReader): void {
    if (message.kind === 'ready') {
      this.#ready.resolve();
      if (!this.busy) this.#rest();
      return;
    }
    const pending = this.#pending.get(message.seq);
    if (pending === undefined) return;
    switch (message.kind) {
      case 'progress':
        pending.timer.refresh();
        pending.options.onProgress?.(message.files);
        return;
      case 'read':
        clearTimeout(pending.timer);
        pending.timer = setTimeout(() => this.kill('time'), pending.options.patience.work);
        return;
      case 'over':
        this.kill(message.what);
        return;
      case 'done':
        pending.resolve(message.result);
        break;
      case 'failed':
        pending.reject(new HashlensError(message.error.code, message.error.message));
        break;
      case 'needs-memory':
        pending.reject(new NeedsMoreMemory());
        break;
    }
    clearTimeout(pending.timer);
    this.#pending.delete(message.seq);
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
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new ReaderEnded(reason));
    }
    this.#pending.clear();
    this.#rest();
  }
}
