// What the command line says: `--library <folder>` or `--library=<folder>`.
import path from 'node:path';

/** Absolute path of the library to open, or null for the person's own. */
export function libraryArgument(argv: readonly string[]): string | null {
  for (const [index, argument] of argv.entries()) {
    if (argument.startsWith('--library=')) return absolute(argument.slice('--library='.length));
    if (argument === '--library') return absolute(argv[index + 1] ?? '');
  }
  return null;
}

function absolute(folder: string): string | null {
  return folder === '' || folder.startsWith('--') ? null : path.resolve(folder);
}
