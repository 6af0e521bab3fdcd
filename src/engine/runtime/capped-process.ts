// Runs one task in a process of its own with a limit on its time and its memory: for files made by strangers, which may
// make a native library loop for ever or ask for more memory than there is.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorData } from '../../shared/errors.ts';
import { HashlensError } from '../../shared/errors.ts';

export interface Caps {
  /** Longest time the task may take, the start of its process included. */
  readonly maxMs: number;
  /** Most memory its process may hold in RAM (resident set), in bytes. */
  readonly maxBytes: number;
  /** Ends the process when aborted; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Why a capped process has not answered: `time` and `memory` are the caps, `crash` anything else. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
  readonly reason: 'time' | 'memory' | 'crash';
  constructor(reason: 'time' | 'memory' | 'crash', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What the parent sends first. */
export interface Task {
  readonly input: unknown;
  readonly maxMs: number;
  readonly maxBytes: number;
}

/** What the process answers. */
export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData };

/** Written to stderr before a process ends itself for its memory. */
export const memoryMark = 'hashlens: the memory cap is reached';
/** Characters of error output kept to explain a crash. */
const keptOutput = 2000;

/**
 * @param program a module that calls `serveTask`
 * @param input plain data, typed arrays included
 * @returns what the task's function has returned
 * @throws HashlensError what the task's function has thrown; ProcessEnded when the process had to be ended or crashed
 */
export async function runCapped(program: URL, input: unknown, { maxMs, maxBytes, signal }: Caps): Promise<unknown> {
  signal?.throwIfAborted();
  // JavaScript's own heap is limited by V8, everything else by the process itself (capped-task.ts).
  const heapMiB = Math.max(64, Math.ceil(maxBytes / 2 ** 20));
  const own = process.execArgv.filter((option) => !option.startsWith('--inspect'));
  const child = spawn(process.execPath, [...own, `--max-old-space-size=${heapMiB}`, fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let output = '';
  let tooLong = false;
  const timer = setTimeout(() => {
    tooLong = true;
    child.kill('SIGKILL');
  }, maxMs);
  const abort = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  child.on('message', (message) => {
    // The program is our own, so its one message is an outcome.
    resolve(message as Outcome);
  });
  child.on('error', reject);
  // `close` comes after all output. After an outcome this rejection is without effect.
  child.on('close', (code, killedBy) => {
    if (signal?.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    else if (tooLong) reject(new ProcessEnded('time', `The process took longer than ${maxMs} ms.`));
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
