// The library is as private as the photos it is made of: only its owner may read it.
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a library's folder holds. One that holds anything else belongs to the person, who decides who may read it. */
const ours =
  /^(?:library\.db.*|thumbnails|models|encoders|backups|engine\.sock.*|pixel-hashes\.json|.*\.lock.*|logs?|\..*\.tmp)$/;
const folders = ['thumbnails', 'models', 'encoders', 'backups'];

/**
 * Takes read permission from everybody but the owner. What cannot be changed (another owner, a file system without
 * permissions) stays as it is, and so does what a link inside the library leads to: it may be anybody's.
 */
export function makePrivate(libraryDir: string): void {
  if (process.platform === 'win32') return;
  const restrict = (path: string, mode: number): void => {
    try {
      if (!lstatSync(path).isSymbolicLink()) chmodSync(path, mode);
    } catch {
      // The file is absent or belongs to somebody else.
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
