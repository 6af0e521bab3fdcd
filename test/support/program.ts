// The command line as processes of its own: run to the end, killed at a moment, or serving a library.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { jsonLinesOf } from './json-lines.ts';

export const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));

export interface RunOptions {
  /** Added to this process' environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A program with its arguments that runs the command line, as in `['unshare', '-n']`. */
  readonly through?: readonly string[];
  readonly cwd?: string;
  /** The process group is killed after this; the outcome then has `timedOut`. */
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly timedOut: boolean;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<ProgramResult>;
  /** Output printed up to now. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends the signal to the whole process group. */
  signal(name: NodeJS.Signals): void;
}

/** Starts `hashlens ...args` in a process group of its own. */
export function startHashlens(args: readonly string[], options: RunOptions = {}): Running {
  const [file, ...rest] = [...(options.through ?? []), process.execPath, program, ...args];
  const began = performance.now();
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env }).filter(([, value]) => value !== undefined),
  );
  const child = spawn(file ?? process.execPath, rest, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} cannot be started`);
  let [stdout, stderr, timedOut] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // The group has ended already.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    signal('SIGKILL');
  }, options.timeoutMs ?? 280_000);
  const ended = once(child, 'close').then(([status, endedBy]: unknown[]): ProgramResult => {
    clearTimeout(timer);
    // Children of a killed engine must not outlive it.
    signal('SIGKILL');
    return {
      status: status as number | null,
      signal: endedBy as NodeJS.Signals | null,
      stdout,
      stderr,
      seconds: (performance.now() - began) / 1000,
      timedOut,
    };
  });
  return { child, pid, ended, stdout: () => stdout, stderr: () => stderr, signal };
}

/** Runs `hashlens ...args --library <library>` to its end. */
export function runOn(library: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult> {
  return startHashlens([...args, '--library', library], options).ended;
}

/** Runs it and sends SIGKILL after this many milliseconds. */
export async function killedAfter(
  milliseconds: number,
  library: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<ProgramResult> {
  const running = startHashlens([...args, '--library', library], options);
  const timer = setTimeout(() => running.signal('SIGKILL'), milliseconds);
  const outcome = await running.ended;
  clearTimeout(timer);
  return outcome;
}

/** Starts `hashlens serve` and waits until it answers. */
export async function startServer(library: string, options?: RunOptions): Promise<Running> {
  const running = startHashlens(['serve', '--json', '--library', library], { timeoutMs: 600_000, ...options });
  await until(() => running.stdout().includes('"address"') || running.child.exitCode !== null);
  if (running.child.exitCode !== null) throw new Error(`serve has ended: ${running.stderr()}`);
  return running;
}

/** Waits for a condition, checked every 20 ms. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 250_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not true within ${timeoutMs / 1000} s: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The lines of stdout as JSON. */
export const jsonLines = ({ stdout }: ProgramResult): unknown[] => jsonLinesOf(z.unknown(), stdout);
