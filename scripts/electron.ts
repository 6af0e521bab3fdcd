// Finds or makes an Electron that runs here, and starts the app with it: `npm start [-- app arguments]`.
//   --prepare  only finds or makes it, and prints its path
//   --retry    tries the official download again even if it failed today
import envPaths from 'env-paths';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fallbackElectron } from './electron/fallback.ts';
import { officialElectron } from './electron/official.ts';

export interface Electron {
  readonly executable: string;
  /** Arguments before the app's folder. */
  readonly args: readonly string[];
}

export const root = path.dirname(import.meta.dirname);

/** @throws an error with a sentence for a person where no Electron is available */
export async function findElectron(options: { readonly retry?: boolean } = {}): Promise<Electron> {
  // Chromium's sandbox refuses to run as root, as in a container; it is off in that case only.
  const args = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executable: await findExecutable(options.retry ?? false), args };
}

async function findExecutable(retry: boolean): Promise<string> {
  const named = process.env['HASHLENS_ELECTRON'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`HASHLENS_ELECTRON names ${named}, which does not exist.`);
    return named;
  }
  const cache = path.join(envPaths('hashlens', { suffix: '' }).cache, 'electron');
  const official = await officialElectron(cache, retry);
  if (official !== null) return official;
  if (process.platform === 'linux' && process.arch === 'x64') return fallbackElectron(cache);
  throw new Error(
    'No Electron here: its download failed, and there is no other source for ' +
      `${process.platform} on ${process.arch}. Connect to the internet once and start again with --retry, ` +
      'or point HASHLENS_ELECTRON at an Electron executable.',
  );
}

/** Compiles main, preload and page into `out/`. */
export function buildApp(): Promise<void> {
  const cli = path.join(
    path.dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')),
    'bin/electron-vite.js',
  );
  return new Promise((resolve, reject) => {
    const build = spawn(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    build.on('error', reject);
    build.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`The build failed (exit ${code}).`))));
  });
}

async function start(args: readonly string[]): Promise<number> {
  const electron = await findElectron({ retry: args.includes('--retry') });
  if (args.includes('--prepare')) {
    console.log(electron.executable);
    return 0;
  }
  await buildApp();
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error('No display here. With the package xvfb installed: xvfb-run -a npm start');
  }
  const appArgs = args.filter((argument) => argument !== '--retry');
  return new Promise((resolve, reject) => {
    const app = spawn(electron.executable, [...electron.args, root, ...appArgs], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.kill(signal));
    app.on('error', reject);
    app.on('close', (code, signal) => {
      // The dynamic loader exits with 127 when a shared library is missing.
      if (code === 127) {
        console.error(
          'Electron needs libraries that are not installed. On Debian: apt-get install ' +
            'libgtk-3-0 libnss3 libasound2 libgbm1 libxss1 libatk-bridge2.0-0 libdrm2',
        );
      }
      resolve(code ?? (signal === null ? 1 : 0));
    });
  });
}

if (import.meta.main) {
  try {
    process.exitCode = await start(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
