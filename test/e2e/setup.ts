// Before all end-to-end tests: builds the app unless HASHLENS_BUILT says that it is built, and finds an Electron and a display.
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { startXvfb } from '../support/xvfb.ts';
import { buildApp, findElectron, root, type Electron } from '../../scripts/electron.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null if no window can be opened; then the tests are skipped. */
    readonly electron: Electron | null;
    readonly display: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let screen: ChildProcess | null = null;
  let display = process.env['DISPLAY'] ?? null;
  project.provide('electron', null);
  project.provide('display', display);
  try {
    const electron = await findElectron();
    if (process.platform === 'linux' && !process.env['DISPLAY']) {
      const started = await startXvfb();
      screen = started.server;
      display = started.display;
      project.provide('display', display);
    }
    await probe(electron, display);
    if (process.env['HASHLENS_BUILT'] !== '1') await buildApp();
    await mkdir(path.join(root, 'test-results'), { recursive: true });
    project.provide('electron', electron);
  } catch (error) {
    screen?.kill();
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env['CI'] === 'true') throw error;
    console.warn(`No window can be opened here, so the end-to-end tests are skipped: ${reason}`);
  }
  return async () => {
    if (screen === null || screen.exitCode !== null) return;
    const ended = new Promise((resolve) => screen.once('close', resolve));
    screen.kill();
    await ended;
  };
}

/** Starts Electron with an empty app, to distinguish a missing library from a broken app. */
async function probe(electron: Electron, display: string | null): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-probe-'));
  await writeFile(path.join(folder, 'package.json'), '{"name":"probe","version":"1.0.0","main":"main.cjs"}');
  await writeFile(
    path.join(folder, 'main.cjs'),
    `const { app } = require('electron');
     app.setPath('userData', __dirname);
     app.whenReady().then(() => app.exit(0));`,
  );
  try {
    await promisify(execFile)(electron.executable, [...electron.args, folder], {
      env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
      timeout: 60_000,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
