// Where things lie: the library a person did not name, and what ships with the program.
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import type { Places } from '../search/active.ts';

/** @param library the value of `--library`; the operating system's application-data folder when absent */
export function places(library: string | undefined): Places {
  return {
    libraryDir: resolve(library ?? envPaths('hashlens', { suffix: '' }).data),
    resourcesDir: process.env['HASHLENS_RESOURCES'] ?? fileURLToPath(new URL('../../../resources', import.meta.url)),
  };
}
