// What Node has compiled of the program's modules is kept, so that a command starts in about half the time.
import { readdirSync, rmSync } from 'node:fs';
import module from 'node:module';
import { basename, join } from 'node:path';
import process from 'node:process';
import envPaths from 'env-paths';

/**
 * Keeps compiled modules in the operating system's cache folder, for this process and those it starts. To be called before
 * the modules are imported. Where the folder cannot be written, modules are compiled as they are without it; a folder in
 * NODE_COMPILE_CACHE is used instead, and NODE_DISABLE_COMPILE_CACHE is obeyed.
 */
export function keepCompiled(): void {
  const folder = join(envPaths('hashlens', { suffix: '' }).cache, 'compiled');
  const { status } = module.enableCompileCache(folder);
  const own = module.getCompileCacheDir();
  if (status !== module.constants.compileCacheStatus.ENABLED || own === undefined) return;
  process.env['NODE_COMPILE_CACHE'] = folder;
  removeOthers(folder, basename(own));
}

/** Each version of Node has a folder of its own, and those of earlier ones would stay for good. */
function removeOthers(folder: string, own: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (name !== own) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // What cannot be removed stays.
  }
}
