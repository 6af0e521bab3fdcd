// A thread of a reading process that ends the process when it exceeds its limits while a parser or WebAssembly
// blocks the main thread. Once a second it writes to stderr while the process computes, so that the engine does not
// conclude that it waits for a disk.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { float64At } from '../../../shared/at.ts';
import { overMemory, overTime, type WatchedLimits } from './reader-watch.ts';

const { shared } = workerData as WatchedLimits;
const limits = new Float64Array(shared);
const busy = new Int32Array(shared, 16, 1);
const watchMs = 20;
const signMs = 1000;
/** Processor time in `signMs` above which the process counts as computing: watching itself takes some. */
const computingSeconds = 0.05;

let signAt = performance.now();
let secondsThen = 0;

for (;;) {
  Atomics.wait(busy, 0, 0);
  if (process.memoryUsage.rss() > float64At(limits, 0)) process.kill(process.pid, overMemory);
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  if (seconds > float64At(limits, 1)) process.kill(process.pid, overTime);
  if (performance.now() - signAt > signMs) {
    if (seconds - secondsThen > computingSeconds) writeSync(2, '.');
    [signAt, secondsThen] = [performance.now(), seconds];
  }
  // Nothing wakes this wait: it is a pause.
  Atomics.wait(busy, 0, 1, watchMs);
}
