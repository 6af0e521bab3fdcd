// `check`: reads the database, the models and the backups of a library, and changes nothing.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorData } from '../../shared/errors.ts';
import type { LibraryCheck, LibraryFault } from '../../shared/contract/backup.ts';
import { readModel } from '../hashing/model/model-files.ts';
import { checkFile } from '../store/check-file.ts';
import { libraryFileOf } from '../store/library-file.ts';
import { listBackups, verifyBackup } from './backups.ts';

export async function checkLibrary(libraryDir: string, depth: 'quick' | 'full'): Promise<LibraryCheck> {
  const { state, faults } = checkFile(libraryFileOf(libraryDir), depth);
  const backups = await listBackups(libraryDir);
  const found: LibraryFault[] = [...faults, ...(await modelFaults(libraryDir))];
  for (const backup of backups) {
    const wrong = await verifyBackup(backup.path).then(() => null, toErrorData);
    if (wrong !== null) found.push({ part: 'backup', detail: wrong.message });
  }
  return { libraryDir, state, faults: found, backups };
}

async function modelFaults(libraryDir: string): Promise<LibraryFault[]> {
  const folder = join(libraryDir, 'models');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const faults: LibraryFault[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))) {
    const wrong = await readModel(join(folder, name)).then(() => null, toErrorData);
    if (wrong !== null) faults.push({ part: 'model', detail: wrong.message });
  }
  return faults;
}
