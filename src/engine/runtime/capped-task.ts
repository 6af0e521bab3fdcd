// Child side of a capped process: takes its task, keeps to its caps, answers once and ends.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { handlerOf, Responder, type FromRequester } from '../../shared/protocol.ts';
import { memoryMark, type CappedMethods } from './capped-process.ts';
import { announceStart } from './node-process.ts';

/**
 * A thread that watches the memory of the whole process while native code blocks the main thread. It also ends the
 * process when the parent has ended, because nothing else would.
 */
const watcher = `
  const { workerData: { maxBytes, maxMs, mark } } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const parent = process.ppid;
  const until = performance.now() + maxMs + 10000;
  const end = () => process.kill(process.pid, 'SIGKILL');
  setInterval(() => {
    if (process.memoryUsage.rss() > maxBytes) { writeSync(2, mark); end(); }
    if (process.ppid !== parent || performance.now() > until) end();
  }, 10);`;

/** Runs `work` on the input from the parent, and answers with its result or its error. */
export function serveTask(work: (input: unknown) => Promise<unknown>): void {
  announceStart();
  const handle = handlerOf<CappedMethods>({
    run: async ({ input, maxBytes, maxMs }) => {
      const watching = new Worker(watcher, { eval: true, workerData: { maxBytes, maxMs, mark: memoryMark } });
      await once(watching, 'online');
      return work(input);
    },
  });
  const responder = new Responder(handle, (message) => {
    process.send?.(message, undefined, undefined, () => process.exit(0));
  });
  // The parent is our own `runCapped`.
  process.once('message', (message) => void responder.receive(message as FromRequester));
  process.once('disconnect', () => process.exit(0));
}
