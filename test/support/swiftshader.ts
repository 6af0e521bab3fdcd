// SwiftShader, the software Vulkan that every Electron brings along: WebGPU without a GPU.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findElectron } from '../../scripts/electron.ts';

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

/** Whether a test with SwiftShader is skipped: never in CI. */
export const withoutSwiftShader = folder === null && !mustRun;
/** Suffix of a test's title. */
export const whySkipped = folder === null ? ' (skipped: no vk_swiftshader_icd.json beside an Electron here)' : '';

/** The environment in which a process started later finds SwiftShader. */
export function swiftShaderEnvironment(): Record<string, string> {
  if (folder === null) throw new Error('no vk_swiftshader_icd.json beside Electron, which CI must have');
  return {
    VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json'),
    // Electron brings the Vulkan loader too; a bare machine has none.
    LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH'] ?? ''].filter(Boolean).join(':'),
  };
}
