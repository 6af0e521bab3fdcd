// Whether a folder can be made and written to, found out by doing it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function isWritableFolder(folder: string): boolean {
  const probe = path.join(folder, `.probe-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, '');
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}
