// Runs one task in its own process with limits on time and memory, for files of unknown origin, which may make a
// native library loop for ever or request more memory than there is.
import { Requester, type FromResponder } from '../../shared/protocol.ts';
import { errorOutput, hasRun, onError, onMessage, startNode } from './node-process.ts';
import { howEnded, notStarted } from '../../shared/process-end.ts';

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

/** The one method of a capped process. */
export interface CappedMethods {
  readonly run: {
    readonly params: { readonly input: unknown; readonly maxMs: number; readonly maxBytes: number };
    readonly result: unknown;
  };
}

/** Written to stderr before a process ends itself for its memory. */
export const memoryMark = 'hashlens: the memory cap is reached';

/**
 * Runs a task in its own process.
 * @param program a module that calls `serveTask`
 * @param input plain data, typed arrays included
 * @returns the result of the task's function
 * @throws HashlensError the error of the task's function; that of `notStarted` where its program never ran; ProcessEnded when
 *   the process was ended or crashed
 */
export async function runCapped(program: URL, input: unknown, { maxMs, maxBytes, signal }: Caps): Promise<unknown> {
  signal?.throwIfAborted();
  // V8 limits JavaScript's own heap; the process itself limits all other memory (capped-task.ts).
  const heapMiB = Math.max(64, Math.ceil(maxBytes / 2 ** 20));
  const child = startNode(program, { heapMiB, readsErrors: true });
  const output = errorOutput(child);
  const name = 'A process of its own';
  const requester = new Requester<CappedMethods>((message) => {
    child.send(message, (error) => {
      if (error) requester.end(error);
    });
  });
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    // A process that waits for a disk may end much later, or never.
    child.unref();
    child.channel?.unref();
    const late = new ProcessEnded('time', `The process took longer than ${maxMs} ms.`);
    requester.end(hasRun(child) ? late : notStarted(name, { signal: 'SIGKILL', output: output() }));
  }, maxMs);
  const abort = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort, { once: true });
  // The program is ours, so its messages are those of the protocol.
  onMessage(child, (message) => requester.receive(message as FromResponder));
  onError(child, name, (error) => requester.end(error));
  // `close` comes after all output. It has no effect after an answer.
  child.on('close', (code, killedBy) => {
    if (signal?.aborted) {
      requester.end(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    } else if (!hasRun(child)) {
      requester.end(notStarted(name, { code, signal: killedBy, output: output() }));
    } else if (output().includes(memoryMark) || output().includes('heap out of memory') || killedBy === 'SIGKILL') {
      requester.end(new ProcessEnded('memory', `The process took more than ${Math.round(maxBytes / 2 ** 20)} MiB.`));
    } else {
      requester.end(new ProcessEnded('crash', `The process was ended ${howEnded(code, killedBy)}: ${output()}`));
    }
  });
  try {
    return await requester.request('run', { input, maxMs, maxBytes });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    child.kill('SIGKILL');
  }
}
