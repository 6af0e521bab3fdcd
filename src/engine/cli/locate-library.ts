// Finds the library folder if none is named, and the resources that ship with the program.
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { HashlensError } from '../../shared/errors.ts';
import type { LibraryPaths } from '../models/library-paths.ts';

/**
 * @param library the value of `--library`; the operating system's application-data folder when absent
 * @throws HashlensError `bad-argument` for an empty name, which would mean the current folder
 */
export function locateLibrary(library: string | undefined): LibraryPaths {
  if (library?.trim() === '') {
    throw new HashlensError('bad-argument', 'The name of the library is empty; name a folder.');
  }
  return {
    libraryDir: resolve(library ?? envPaths('hashlens', { suffix: '' }).data),
    resourcesDir: process.env['HASHLENS_RESOURCES'] ?? fileURLToPath(new URL('../../../resources', import.meta.url)),
  };
}
