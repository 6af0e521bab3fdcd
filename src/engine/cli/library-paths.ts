// Finds the library folder when none is named, and the resources that ship with the program.
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import type { LibraryPaths } from '../models/library-paths.ts';

/** @param library the value of `--library`; the operating system's application-data folder when absent */
export function libraryPaths(library: string | undefined): LibraryPaths {
  return {
    libraryDir: resolve(library ?? envPaths('hashlens', { suffix: '' }).data),
    resourcesDir: process.env['HASHLENS_RESOURCES'] ?? fileURLToPath(new URL('../../../resources', import.meta.url)),
  };
}
