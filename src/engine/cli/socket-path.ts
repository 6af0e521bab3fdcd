// Address of the engine of `hashlens serve`: a socket that only its owner may open, never a network port.
import { createHash } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { makeFolderSync } from '../runtime/make-folder.ts';

/**
 * Bytes of a socket's path. Linux takes 107 and macOS 103; the limit is lower because a stale socket is moved to a
 * longer name while it is examined.
 */
export const longestPath = 88;

/**
 * `engine.sock` in the library's folder; if that path is too long for a socket, a name made of the library's path in
 * a private folder under the temporary one; on Windows a named pipe.
 * @throws HashlensError when that folder could belong to another user
 */
export function socketPath(libraryDir: string): string {
  const library = realPathOf(libraryDir);
  if (process.platform === 'win32') return `\\\\.\\pipe\\hashlens-${nameOf(library)}`;
  const path = join(library, 'engine.sock');
  return Buffer.byteLength(path) <= longestPath ? path : join(privateFolder(), `${nameOf(library)}.sock`);
}

/** The path without links, so that a library has one socket, whatever link it is reached by. */
export function realPathOf(libraryDir: string): string {
  try {
    return realpathSync(libraryDir);
  } catch {
    return resolve(libraryDir);
  }
}

const nameOf = (library: string): string => createHash('sha256').update(library).digest('hex').slice(0, 16);

/** Everyone may write to the temporary folder, so a file there with our name is checked before it is trusted. */
function privateFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `hashlens-${uid}`);
  makeFolderSync(folder);
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o077) !== 0) {
    throw new HashlensError(
      'unreadable',
      `The folder ${folder} is open to other people of this machine, so no socket is used in it; remove it, or choose a library with a shorter path.`,
    );
  }
  return folder;
}
