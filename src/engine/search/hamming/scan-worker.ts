// A thread of the index: sleeps until a search begins, then scans parts of the table.
import { workerData } from 'node:worker_threads';
import { openKernel } from './kernel.ts';
import type { ScanKernelName } from './scan-kernel.ts';
import { control, scanParts } from './scan-task.ts';

export interface ScanWorkerData {
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  readonly kernel: ScanKernelName;
  /** 1 and above; 0 is the thread that searches. */
  readonly thread: number;
}

const { memory, words, kernel: name, thread } = workerData as ScanWorkerData;
const kernel = openKernel(name, memory);
let seen = Atomics.load(words, control.search);
Atomics.add(words, control.ready, 1);
while (Atomics.load(words, control.stop) === 0) {
  Atomics.wait(words, control.search, seen);
  seen = Atomics.load(words, control.search);
  // A thread that wakes late finds the search closed, and touches nothing that the next one prepares.
  Atomics.add(words, control.busy, 1);
  if (Atomics.load(words, control.open) === 1) scanParts(words, kernel, thread);
  Atomics.sub(words, control.busy, 1);
  Atomics.notify(words, control.busy);
}
