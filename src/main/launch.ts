// Parses the command line: `--library <folder>` or `--library=<folder>`, and `--hidden`.
import path from 'node:path';

/** Starts without a window if the tray shows Hashlens, otherwise with a minimised one. */
export const hiddenOption = '--hidden';

/** Absolute path of the library to open, null for the person's own, or `unnamed` when the option has no folder. */
export function libraryArgument(argv: readonly string[]): { readonly library: string | null } | 'unnamed' {
  for (const [index, argument] of argv.entries()) {
    if (argument.startsWith('--library=')) return named(argument.slice('--library='.length));
    if (argument === '--library') return named(argv[index + 1] ?? '');
  }
  return { library: null };
}

/** An empty name would mean the current folder, and the next option is no folder. */
function named(folder: string): { readonly library: string } | 'unnamed' {
  return folder.trim() === '' || folder.startsWith('--') ? 'unnamed' : { library: path.resolve(folder) };
}
