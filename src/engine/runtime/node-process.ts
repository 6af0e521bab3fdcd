// Starts a program of the engine in a separate Node process, with a channel for messages.
import { ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { notStarted } from '../../shared/process-end.ts';

export interface NodeProcessOptions {
  /** Most MiB of JavaScript objects; Node's own limit where it is absent. */
  readonly heapMiB?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether `stderr` can be read; otherwise it is dropped. */
  readonly readsErrors?: boolean;
}

/**
 * Milliseconds within which a program must report that it runs. Node waits for ever if the system gives it no
 * threads, before it runs anything.
 */
const startMs = 60_000;
const begun = new WeakSet<ChildProcess>();

/** The first message of every program. */
const runs = { kind: 'runs' } as const;

/** Child side: reports that the program runs. Called first. */
export function announceStart(): void {
  process.send?.(runs);
}

/** Whether a message is the first one, which has no other content. */
export const isFirst = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === runs.kind;

/** Calls `hear` with every message but the first one. */
export function onMessage(child: ChildProcess, hear: (message: unknown) => void): void {
  child.on('message', (message) => {
    if (!isFirst(message)) hear(message);
  });
}

/** Whether the program has ever run in its process. */
export const hasRun = (child: ChildProcess): boolean => begun.has(child);

/**
 * Calls `end` with an error that the process emits, or with that of `notStarted` where it could not be started.
 * @param what as for `notStarted`
 */
export function onError(child: ChildProcess, what: string, end: (error: Error) => void): void {
  child.on('error', (error) => end(child.pid === undefined ? notStarted(what, { error }) : error));
}

/**
 * Starts a program that calls `announceStart`. If the system starts no process, the returned one emits `error` and
 * has no `pid`; one that never runs its program is killed.
 */
export function startNode(program: URL, options: NodeProcessOptions = {}): ChildProcess {
  const child = spawned(program, options);
  const timer = setTimeout(() => child.kill('SIGKILL'), startMs).unref();
  const stop = () => clearTimeout(timer);
  child.once('exit', stop).once('error', stop);
  child.once('message', () => {
    stop();
    begun.add(child);
  });
  return child;
}

function spawned(program: URL, options: NodeProcessOptions): ChildProcess {
  let child: ChildProcess;
  try {
    child = spawnNode(program, options);
  } catch (error) {
    child = new ChildProcess();
    process.nextTick(() => child.emit('error', error));
  }
  // Node creates no channel for a process that it could not start.
  if (child.pid === undefined) child.send = () => false;
  return child;
}

/** Uses `spawn`, because `fork` in Electron would start an Electron that acts as Node. */
function spawnNode(program: URL, { heapMiB, env, readsErrors = false }: NodeProcessOptions): ChildProcess {
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

/** Length of the error output kept to explain an unexpected end. */
const keptOutput = 2000;

/** Keeps the end of what a process writes to `stderr`. */
export function errorOutput(child: ChildProcess): () => string {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  return () => output.trim();
}

/** Ctrl+C reaches every process of a terminal; the engine decides when its processes end. */
export function ignoreTerminalSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
}
