// Watches the memory and the processor time of a reading process: on its main thread, which reports exceeded limits,
// and on a separate thread while a parser or WebAssembly blocks the main thread.
import { Worker } from 'node:worker_threads';
import type { Limits, ReaderNews } from './messages.ts';

/** Processor time for one file; formats with slow decoders get more, by the size of the photo. */
const cpuSeconds = 10;
export const mostCpuSeconds = 60;
const watchMs = 10;
/** Factor above a limit at which the process ends at once, without waiting for the engine or its own main thread. */
const farBytes = 1.25;
const farSeconds = 1;

/**
 * Signals with which the process ends itself for its time or its memory. SIGKILL would look like the system's
 * reaction to lack of memory, which is unrelated to the photo; Windows has no others.
 */
export const overTime: NodeJS.Signals = process.platform === 'win32' ? 'SIGKILL' : 'SIGALRM';
export const overMemory: NodeJS.Signals = process.platform === 'win32' ? 'SIGKILL' : 'SIGVTALRM';

/**
 * `shared`: largest number of bytes and of processor seconds of the process as two doubles, then 1 in an int32 while
 * it works.
 */
export interface WatchedLimits {
  readonly shared: SharedArrayBuffer;
}

export interface Watch {
  /** Allows this piece of work more processor time than the usual limit. */
  readonly allowSeconds: (seconds: number) => void;
  readonly stop: () => void;
}

const shared = new SharedArrayBuffer(24);
const limits = new Float64Array(shared, 0, 2);
const busy = new Int32Array(shared, 16, 1);
let thread: Worker | null = null;

/** Watches one piece of work; one at a time decodes or parses. */
export function watch({ memory }: Limits, isFile: boolean, news: (news: ReaderNews) => void): Watch {
  const before = process.cpuUsage();
  const secondsBefore = (before.user + before.system) / 1e6;
  let allowed = isFile ? cpuSeconds : Infinity;
  const share = (): void => {
    limits[0] = memory * farBytes;
    limits[1] = secondsBefore + allowed + farSeconds;
  };
  share();
  thread ??= startThread();
  Atomics.store(busy, 0, 1);
  Atomics.notify(busy, 0);
  let reported = false;
  const timer = setInterval(() => {
    const resident = process.memoryUsage.rss();
    if (resident > memory * farBytes) process.kill(process.pid, overMemory);
    if (reported) return;
    const { user, system } = process.cpuUsage(before);
    const what = resident > memory ? 'memory' : (user + system) / 1e6 > allowed ? 'time' : null;
    if (what === null) return;
    reported = true;
    news({ kind: 'over', what });
  }, watchMs);
  return {
    allowSeconds(seconds) {
      allowed = Math.min(mostCpuSeconds, cpuSeconds + seconds);
      share();
    },
    stop() {
      clearInterval(timer);
      Atomics.store(busy, 0, 0);
    },
  };
}

function startThread(): Worker {
  const data: WatchedLimits = { shared };
  const worker = new Worker(new URL('./reader-watch-worker.ts', import.meta.url), { workerData: data });
  worker.unref();
  return worker;
}
