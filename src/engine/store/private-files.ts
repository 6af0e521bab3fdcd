// Keeps the library as private as the photos: only its owner may read it.
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Entries of a library's folder. A folder with anything else belongs to the person, who decides who may read it. */
const ours =
  /^(?:library\.db.*|thumbnails|models|encoders|backups|engine\.sock.*|pixel-hashes\.json|.*\.lock.*|logs?|\..*\.tmp)$/;
const folders = ['thumbnails', 'models', 'encoders', 'backups'];

/**
 * Removes read permission from everybody but the owner. Files that cannot be changed (another owner, a file system
 * without permissions) stay as they are, and so do targets of links inside the library, which may belong to others.
 */
export function makePrivate(libraryDir: string): void {
  if (process.platform === 'win32') return;
  const restrict = (path: string, mode: number): void => {
    try {
      if (!lstatSync(path).isSymbolicLink()) chmodSync(path, mode);
    } catch {
      // The file is missing or belongs to another user.
    }
  };
  let names: string[];
  try {
    names = readdirSync(libraryDir);
  } catch {
    return;
  }
  if (names.every((name) => ours.test(name))) restrict(libraryDir, 0o700);
  for (const name of folders) if (names.includes(name)) restrict(join(libraryDir, name), 0o700);
  for (const name of names) if (/^library\.db(?:-wal|-shm)?$/.test(name)) restrict(join(libraryDir, name), 0o600);
}
