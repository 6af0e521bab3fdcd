// Creates folders of the app and tests by writing whether they are writable.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function isWritableFolder(folder: string): boolean {
  const probe = path.join(folder, `.probe-${process.pid}`);
  try {
    makeFolderPath(folder);
    writeFileSync(probe, '');
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}

/** Creates the folder and its parents. Node's own `recursive` never returns below a file system like /proc. */
export function makeFolderPath(folder: string): void {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolderPath(parent);
  mkdirSync(folder, { mode: 0o700 });
}
