// The WebGPU path without a GPU: UCCH steps on SwiftShader, the software Vulkan that every Electron brings along.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findElectron } from '../../scripts/electron.ts';
import { tolerance } from '../../src/engine/compute/devices/self-test.ts';
import { numberAt } from '../../src/shared/at.ts';

interface Found {
  readonly losses: readonly number[];
  /** Mean absolute value of every parameter and moment. */
  readonly sums: readonly number[];
  readonly selfTest: { readonly passed: boolean; readonly detail: string };
}

const program = fileURLToPath(new URL('../fixtures/devices/ucch-steps.ts', import.meta.url));
/** Shaders are compiled for the processor at first use: 5 s of two idle cores, ten times that on crowded ones. */
const patience = 170_000;

async function ucchSteps(device: string, env: Record<string, string> = {}): Promise<Found> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, device], {
    env: { ...process.env, ...env },
    timeout: patience,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Found;
}

/** Folder with SwiftShader in it; null where there is none. Only Linux finds it by a variable. */
async function swiftShader(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  try {
    const folder = path.dirname((await findElectron()).executable);
    return existsSync(path.join(folder, 'vk_swiftshader_icd.json')) ? folder : null;
  } catch {
    return null;
  }
}

const folder = await swiftShader();
const mustRun = process.env['CI'] === 'true' && process.platform === 'linux' && process.arch === 'x64';

describe('WebGPU', () => {
  it.skipIf(folder === null && !mustRun)(
    `trains UCCH as the CPU does${folder === null ? ' (skipped: no vk_swiftshader_icd.json beside an Electron here)' : ''}`,
    async () => {
      if (folder === null) throw new Error('no vk_swiftshader_icd.json beside Electron, which CI must have');
      const cpu = await ucchSteps('cpu');
      const webgpu = await ucchSteps('webgpu', {
        VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json'),
        // Electron brings the Vulkan loader too; a bare machine has none.
        LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH'] ?? ''].filter(Boolean).join(':'),
      });
      expect(webgpu.selfTest).toMatchObject({ passed: true });
      expect(webgpu.losses).toHaveLength(8);
      webgpu.losses.forEach((loss, i) => expect(Math.abs(loss - numberAt(cpu.losses, i))).toBeLessThan(tolerance));
      expect(webgpu.sums).toHaveLength(cpu.sums.length);
      webgpu.sums.forEach((sum, i) => expect(sum).toBeCloseTo(cpu.sums[i] ?? Number.NaN, 5));
    },
    2 * patience + 10_000,
  );
});
