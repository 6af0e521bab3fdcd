// Loaded first by each process of a coverage run. Node writes counts when a process exits; this also writes them for
// processes that end by SIGKILL: before they kill themselves, when their parent ends, and while they work.
import process from 'node:process';
import { takeCoverage } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds between two writes of a process that its parent may kill. */
const interval = 250;
/** Microseconds of processor time after which counts are worth writing. */
const worth = 30_000;

const program = process.argv[1] ?? '';
if (isMainThread && program.includes('/src/engine/')) {
  process.on('disconnect', takeCoverage);
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid === process.pid) takeCoverage();
    return kill(pid, signal);
  };
  // A task's process is killed once its parent has the outcome.
  const send = Reflect.get(process, 'send') as ((...args: unknown[]) => boolean) | undefined;
  if (send !== undefined && /(?<!reader|training)-process\.ts$/.test(program)) {
    Reflect.set(process, 'send', (...args: unknown[]) => {
      takeCoverage();
      return Reflect.apply(send, process, args);
    });
  }
  // A reader is killed when there is nothing left to read.
  if (program.endsWith('reader-process.ts')) {
    let used = 0;
    setInterval(() => {
      const { user, system } = process.cpuUsage();
      if (user + system - used < worth) return;
      takeCoverage();
      const after = process.cpuUsage();
      used = after.user + after.system;
    }, interval).unref();
  }
}
