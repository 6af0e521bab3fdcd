// Makes folders of the app and tests by writing whether they can be written to.
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

/** Makes the folder and its parents. Node's own `recursive` never returns where a parent is a file system like /proc. */
export function makeFolderPath(folder: string): void {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolderPath(parent);
  mkdirSync(folder, { mode: 0o700 });
}
