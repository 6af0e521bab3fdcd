// Starts a program of the engine in a Node process of its own, with a channel for messages.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface NodeProcessOptions {
  /** Most MiB of JavaScript objects; Node's own limit where it is absent. */
  readonly heapMiB?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether `stderr` can be read; else it is dropped. */
  readonly readsErrors?: boolean;
}

/** Starts a program by `spawn`: `fork` in Electron would start an Electron that acts as Node. */
export function startNode(program: URL, { heapMiB, env, readsErrors = false }: NodeProcessOptions = {}): ChildProcess {
  // A debugger's port can be used once only.
  const own = process.execArgv.filter((option) => !option.startsWith('--inspect'));
  const heap = heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`];
  return spawn(process.execPath, [...own, ...heap, fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', readsErrors ? 'pipe' : 'ignore', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
    ...(env === undefined ? {} : { env }),
  });
}

/** Characters of error output kept to explain an unexpected end. */
const keptOutput = 2000;

/** Keeps the end of what a process writes to `stderr`. */
export function errorOutput(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  return () => output.trim();
}

/** How a process ended, as the end of "was ended": `with code 1`, `by SIGKILL`. */
export const howEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `with code ${code}` : `by ${signal}`;

/** Ctrl+C reaches every process of a terminal; the engine decides when its processes end. */
export function ignoreTerminalSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
}
