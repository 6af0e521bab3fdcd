// Before all tests of the package: finds the unpacked application, and provides a display.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from '../../scripts/electron.ts';
import { executableName } from '../../scripts/package/electron-builder.ts';
import { startXvfb } from '../support/xvfb.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the unpacked application. */
    readonly unpacked: string;
    readonly packageDisplay: string | null;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const unpacked = process.env['HASHLENS_UNPACKED'] ?? path.join(root, 'dist/linux-unpacked');
  if (!existsSync(path.join(unpacked, executableName))) {
    throw new Error(`There is no application in ${unpacked}; make it with: npm run package -- dir`);
  }
  project.provide('unpacked', unpacked);
  const display = process.env['DISPLAY'] ?? null;
  if (display !== null) {
    project.provide('packageDisplay', display);
    return undefined;
  }
  const screen = await startXvfb();
  project.provide('packageDisplay', screen.display);
  return async () => {
    const ended = new Promise((resolve) => screen.server.once('close', resolve));
    screen.server.kill();
    await ended;
  };
}
