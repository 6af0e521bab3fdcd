// Starts a process that takes training steps on request, ours or PyTorch's, so that two can be measured alternately.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { devices } from '../../src/engine/compute/devices/devices.ts';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

const count = z.int().min(0);
export const stepOptions = z.object({
  method: z.enum(['ucch', 'ucmfh']),
  hidden: count,
  bits: count,
  batch: count,
  /** Width of image and of text features. */
  width: count,
  /** K. */
  negatives: count,
  /** N. */
  pairs: count,
  sampling: z.enum(['shared', 'per-sample']),
  /** Of ours. PyTorch takes CUDA, where it has it, beside any device but the CPU. */
  device: z.enum(devices),
});
export type StepOptions = Readonly<z.output<typeof stepOptions>>;

/** Milliseconds of a step: by the clock, and of all threads together. */
export type StepTime = readonly [clock: number, busy: number];
const stepTimes = z.array(z.tuple([z.number(), z.number()]));

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * PyTorch gets every core and the matrix product OpenBLAS itself chooses for the processor: a variable in the environment
 * that asks for an older one (Haswell's on a processor with AVX-512) would halve its speed and make the comparison unfair.
 */
function torchEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['OPENBLAS_CORETYPE'];
  return environment;
}

/** A Python with PyTorch: `$PYTHON`, `python3`, or Debian's own beside another; null where there is none. */
export function findTorch(): { readonly python: string; readonly version: string } | null {
  for (const python of [process.env['PYTHON'], 'python3', '/usr/bin/python3']) {
    if (python === undefined || python === '') continue;
    const code = 'import torch; print(torch.__version__)';
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    if (status === 0) return { python, version: `PyTorch ${stdout.trim()}` };
  }
  return null;
}

export class StepProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(command: string, args: readonly string[], env = process.env) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    if (this.#child.stdout === null) throw new Error(`${command} has no output`);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async ours(options: StepOptions): Promise<StepProcess> {
    return new StepProcess(process.execPath, [program('./training-steps.ts'), JSON.stringify(options)]).#started();
  }

  static async torch(python: string, options: StepOptions): Promise<StepProcess> {
    const args = [program('./training_steps.py'), JSON.stringify(options)];
    return new StepProcess(python, args, torchEnvironment()).#started();
  }

  /** Times of each of `count` steps. */
  async steps(count: number): Promise<StepTime[]> {
    this.#child.stdin?.write(`${count}\n`);
    return parseJson(stepTimes, await this.#line());
  }

  /** Ends the process. @returns its peak memory in bytes */
  async end(): Promise<number> {
    this.#child.stdin?.end();
    return parseJson(z.object({ peak: z.number() }), await this.#line()).peak;
  }

  async #started(): Promise<this> {
    const line = await this.#line();
    if (line !== 'ready') throw new Error(`a process of steps said: ${line}`);
    return this;
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('a process of training steps ended early');
    return next.value;
  }
}
