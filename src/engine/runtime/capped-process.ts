// Runs one task in its own process with limits on time and memory. For files from strangers, which may make a native
// library loop for ever or ask for more memory than there is.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorData } from '../../shared/errors.ts';
import { HashlensError } from '../../shared/errors.ts';

export interface Caps {
  /** Longest time for the task, including the start of its process. */
  readonly maxMs: number;
  /** Largest resident set of the process, in bytes. */
  readonly maxBytes: number;
  /** Ends the process when aborted; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The capped process ended without an answer. `time` and `memory` are the caps, `crash` is anything else. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
  readonly reason: 'time' | 'memory' | 'crash';
  constructor(reason: 'time' | 'memory' | 'crash', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** First message of the parent. */
export interface Task {
  readonly input: unknown;
  readonly maxMs: number;
  readonly maxBytes: number;
}

/** Answer of the process. */
export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData };

/** Written to stderr before a process ends itself because of its memory. */
export const memoryMark = 'hashlens: the memory cap is reached';
/** Characters of error output kept to explain a crash. */
const keptOutput = 2000;

/**
 * Runs a task in its own process.
 * @param program a module that calls `serveTask`
 * @param input plain data, typed arrays included
 * @returns the result of the task's function
 * @throws HashlensError the error of the task's function; ProcessEnded when the process was ended or crashed
 */
export async function runCapped(program: URL, input: unknown, { maxMs, maxBytes, signal }: Caps): Promise<unknown> {
  signal?.throwIfAborted();
  // V8 limits JavaScript's own heap; the process itself limits all other memory (capped-task.ts).
  const heapMiB = Math.max(64, Math.ceil(maxBytes / 2 ** 20));
  const own = process.execArgv.filter((option) => !option.startsWith('--inspect'));
  const child = spawn(process.execPath, [...own, `--max-old-space-size=${heapMiB}`, fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let output = '';
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    // A process that waits for a disk may end much later, or never.
    child.unref();
    child.channel?.unref();
    reject(new ProcessEnded('time', `The process took longer than ${maxMs} ms.`));
  }, maxMs);
  const abort = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  child.on('message', (message) => {
    // The program is ours, so its one message is an outcome.
    resolve(message as Outcome);
  });
  child.on('error', reject);
  // `close` comes after all output. A rejection after an outcome has no effect.
  child.on('close', (code, killedBy) => {
    if (signal?.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    else if (output.includes(memoryMark) || output.includes('heap out of memory') || killedBy === 'SIGKILL') {
      reject(new ProcessEnded('memory', `The process took more than ${Math.round(maxBytes / 2 ** 20)} MiB.`));
    } else {
      const how = killedBy === null ? `with code ${code}` : `by ${killedBy}`;
      reject(new ProcessEnded('crash', `The process was ended ${how}: ${output.trim()}`));
    }
  });
  child.send({ input, maxMs, maxBytes } satisfies Task, (error) => {
    if (error) reject(error);
  });
  try {
    const outcome = await promise;
    if (!outcome.ok) throw new HashlensError(outcome.error.code, outcome.error.message);
    return outcome.value;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    child.kill('SIGKILL');
  }
}
