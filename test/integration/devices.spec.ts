// The WebGPU path without a GPU: training steps on SwiftShader, the software Vulkan that every Electron brings along.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tolerance } from '../../src/engine/compute/devices/self-test.ts';
import { methods } from '../../src/engine/hashing/methods/registry.ts';
import { numberAt } from '../../src/shared/at.ts';
import { parseJson } from '../../src/shared/json.ts';
import { swiftShaderEnvironment, whySkipped, withoutSwiftShader } from '../support/swiftshader.ts';

const foundSchema = z.object({
  losses: z.array(z.number()),
  /** Mean absolute value of every parameter and moment. */
  sums: z.array(z.number()),
  selfTest: z.object({ passed: z.boolean(), detail: z.string() }),
});
type Found = z.output<typeof foundSchema>;

const program = fileURLToPath(new URL('../fixtures/devices/ucch-steps.ts', import.meta.url));
/** Shaders are compiled for the processor at first use: 5 s of two idle cores, ten times that on crowded ones. */
const timeout = 170_000;

const learnedSchema = z.object({
  /** Id of the method. */
  method: z.string(),
  /** Mean loss of each epoch. */
  losses: z.array(z.number()),
  /** Mean absolute value of every parameter. */
  sums: z.array(z.number()),
});
type Learned = Omit<z.output<typeof learnedSchema>, 'method'>;

const anyMethod = fileURLToPath(new URL('../fixtures/devices/method-steps.ts', import.meta.url));
const ids = methods.filter(({ hasEpochs }) => hasEpochs).map(({ id }) => id);

interface Learning {
  /** Resolves with the numbers of a method once it is trained. */
  readonly of: (method: string) => Promise<Learned>;
  readonly end: () => void;
}

/** All methods learn on a device, one after the other in one process. */
function learningOn(device: string, env: Record<string, string> = {}): Learning {
  const child = spawn(process.execPath, [anyMethod, device, ...ids], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: ids.length * timeout,
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const found = new Map<string, Learned>();
  const of = async (method: string): Promise<Learned> => {
    const known = found.get(method);
    if (known !== undefined) return known;
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`the process on ${device} ended before ${method} had learned`);
    const { method: name, ...learned } = parseJson(learnedSchema, value);
    found.set(name, learned);
    return of(method);
  };
  return { of, end: () => void child.kill() };
}

/** Largest difference, relative to the largest number. */
const differenceOf = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((x, i) => Math.abs(x - numberAt(b, i)))) / Math.max(...b.map(Math.abs));

async function ucchSteps(device: string, env: Record<string, string> = {}): Promise<Found> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, device], {
    env: { ...process.env, ...env },
    timeout,
  });
  return parseJson(foundSchema, stdout.trim().split('\n').at(-1) ?? '');
}

describe('WebGPU', () => {
  it.skipIf(withoutSwiftShader)(
    `trains UCCH as the CPU does${whySkipped}`,
    async () => {
      const cpu = await ucchSteps('cpu');
      const webgpu = await ucchSteps('webgpu', swiftShaderEnvironment());
      expect(webgpu.selfTest).toMatchObject({ passed: true });
      expect(webgpu.losses).toHaveLength(8);
      webgpu.losses.forEach((loss, i) => expect(Math.abs(loss - numberAt(cpu.losses, i))).toBeLessThan(tolerance));
      expect(webgpu.sums).toHaveLength(cpu.sums.length);
      webgpu.sums.forEach((sum, i) => expect(sum).toBeCloseTo(cpu.sums[i] ?? Number.NaN, 5));
    },
    2 * timeout + 10_000,
  );

  describe.skipIf(withoutSwiftShader)(`of every method${whySkipped}`, () => {
    let onCpu: Learning;
    let onWebGpu: Learning;
    beforeAll(() => {
      onCpu = learningOn('cpu');
      onWebGpu = learningOn('webgpu', swiftShaderEnvironment());
      return () => {
        onCpu.end();
        onWebGpu.end();
      };
    });

    it.each(ids)(
      'trains %s as the CPU does',
      async (method) => {
        const cpu = await onCpu.of(method);
        const webgpu = await onWebGpu.of(method);
        expect(webgpu.losses).toHaveLength(2);
        expect(webgpu.sums).toHaveLength(cpu.sums.length);
        // Signs of codes may flip by rounding: a hundredth is far below the effect of a wrong kernel.
        expect(differenceOf(webgpu.losses, cpu.losses)).toBeLessThan(0.01);
        expect(differenceOf(webgpu.sums, cpu.sums)).toBeLessThan(0.01);
      },
      2 * timeout + 10_000,
    );
  });
});
