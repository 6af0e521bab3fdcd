// Scans one table with several threads. The caller takes part and waits for the others, so a search stays one call.
import { Worker } from 'node:worker_threads';
import type { CodeTable } from './code-table.ts';
import type { ScanKernel } from './scan-kernel.ts';
import { control, controlWords, maxThreads, partsPerThread, scanParts } from './scan-task.ts';
import type { ScanWorkerData } from './scan-worker.ts';
import { int32At } from '../../../shared/at.ts';

/** A worker that has not finished its part by then (a part takes milliseconds) is abandoned. */
const timeoutMs = 2000;

export class ScanPool {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * controlWords));
  readonly #workers: Worker[] = [];
  #failed = false;

  /** @param threads the caller's included */
  constructor(memory: WebAssembly.Memory, kernel: ScanKernel, threads: number) {
    for (let thread = 1; thread < Math.min(threads, maxThreads); thread++) {
      const workerData: ScanWorkerData = { memory, words: this.#words, kernel: kernel.name, thread };
      const worker = startedThread(workerData);
      // If the system refuses a thread, the existing ones do the work.
      if (worker === null) break;
      worker.on('error', () => (this.#failed = true));
      // A sleeping worker keeps no program alive.
      worker.unref();
      this.#workers.push(worker);
    }
  }

  /** Threads that take part, the caller's included; a worker takes part once it has started. */
  get threads(): number {
    return this.#failed ? 1 : 1 + Atomics.load(this.#words, control.ready);
  }

  /** Resolves when all workers have started. */
  async ready(): Promise<void> {
    while (!this.#failed && this.threads <= this.#workers.length) await new Promise((done) => setTimeout(done, 2));
  }

  /**
   * Scans the whole table into the workspaces `work`, `work + workStep`, ... one a thread, all prepared for the query.
   * @returns false when a worker was lost meanwhile: the workspaces are incomplete
   */
  scan(table: CodeTable, kernel: ScanKernel, work: number, workStep: number, mask: number): boolean {
    const words = this.#words;
    const parts = this.#share(table);
    const { occupied, live } = table.layout;
    const fields = { next: 0, parts, occupied, live, mask, work, workStep };
    for (const [name, value] of Object.entries(fields)) {
      Atomics.store(words, control[name as keyof typeof fields], value);
    }
    Atomics.store(words, control.open, 1);
    Atomics.add(words, control.search, 1);
    Atomics.notify(words, control.search);
    scanParts(words, kernel, 0);
    Atomics.store(words, control.open, 0);
    const deadline = performance.now() + timeoutMs;
    for (let busy = Atomics.load(words, control.busy); busy > 0; busy = Atomics.load(words, control.busy)) {
      Atomics.wait(words, control.busy, busy, timeoutMs);
      if (performance.now() > deadline) {
        this.#failed = true;
        return false;
      }
    }
    return !this.#failed;
  }

  /** Cuts the pages into parts of about as many rows each. */
  #share({ pages, bytes }: CodeTable): number {
    const wanted = (1 + this.#workers.length) * partsPerThread;
    let parts = 0;
    for (let page = 0; page < pages.count && parts < wanted; parts++) {
      const first = int32At(pages.first, page);
      const goal = first + Math.ceil((pages.rows - first) / (wanted - parts));
      let after = page + 1;
      while (after < pages.count && int32At(pages.first, after) < goal) after++;
      if (parts === wanted - 1) after = pages.count;
      this.#words.set([first * bytes, page * 8, (after - page) * 8], control.partList + 3 * parts);
      page = after;
    }
    return parts;
  }

  async close(): Promise<void> {
    Atomics.store(this.#words, control.stop, 1);
    Atomics.add(this.#words, control.search, 1);
    Atomics.notify(this.#words, control.search);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function startedThread(workerData: ScanWorkerData): Worker | null {
  try {
    return new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData });
  } catch {
    return null;
  }
}
