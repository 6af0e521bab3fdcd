// Electron as its npm package delivers it: a binary downloaded at the first start, by the package's own installer.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

/** The installer itself gives up connecting after 10 s; this bounds a download that crawls. */
const downloadLimitMs = 15 * 60 * 1000;
const retryAfterMs = 24 * 60 * 60 * 1000;

const manifest = z.object({ version: z.string() });
/** The time at which a download failed, in milliseconds since 1970. */
const refusalRecord = z.object({ at: z.number() });

const packageFolder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** The executable of the `electron` package, or null where it cannot be downloaded. */
export async function officialElectron(cache: string, retry: boolean): Promise<string | null> {
  const present = await installedBinary();
  if (present !== null) return present;

  // A machine that cannot reach the download today should not try again at each start.
  const version = await packageVersion();
  const refusal = path.join(cache, `download-failed-${version}`);
  if (!retry && (await refusedLately(refusal))) return null;

  const failure = await runInstaller();
  const executable = failure === null ? await installedBinary() : null;
  if (executable !== null) {
    await rm(refusal, { force: true });
    return executable;
  }
  console.error(
    `Electron ${version} could not be downloaded (${failure ?? 'the installer left no executable'}). ` +
      'It is not tried again for a day, unless asked with --retry.',
  );
  await mkdir(cache, { recursive: true });
  await writeFile(refusal, JSON.stringify({ at: Date.now(), failure }));
  return null;
}

async function packageVersion(): Promise<string> {
  return parseJson(manifest, await readFile(path.join(packageFolder, 'package.json'), 'utf8')).version;
}

async function installedBinary(): Promise<string | null> {
  try {
    const [name, version] = await Promise.all([
      readFile(path.join(packageFolder, 'path.txt'), 'utf8'),
      readFile(path.join(packageFolder, 'dist', 'version'), 'utf8'),
    ]);
    const executable = path.join(packageFolder, 'dist', name);
    return version.replace(/^v/, '').trim() === (await packageVersion()) && existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}

async function refusedLately(file: string): Promise<boolean> {
  try {
    const age = Date.now() - parseJson(refusalRecord, await readFile(file, 'utf8')).at;
    return age >= 0 && age < retryAfterMs;
  } catch {
    return false;
  }
}

/** Resolves to null when the installer succeeded, otherwise to the first line of its output. */
function runInstaller(): Promise<string | null> {
  return new Promise((resolve) => {
    const installer = spawn(process.execPath, [path.join(packageFolder, 'install.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: downloadLimitMs,
    });
    let output = '';
    installer.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, 4000);
    });
    installer.on('error', (error) => resolve(error.message));
    installer.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(output.split('\n', 1)[0] || `the installer ended with ${signal ?? String(code)}`);
    });
  });
}
