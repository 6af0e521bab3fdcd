// Backups of the library.
import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { listBackups } from '../backup/backups.ts';
import type { EngineServices } from './services.ts';

export function backupApi({ libraryDir, maintenance }: Pick<EngineServices, 'libraryDir' | 'maintenance'>) {
  return {
    'library.backup': async ({ folder }) => maintenance.backUp(folder === undefined ? null : resolve(folder)),
    'library.backups': async () => listBackups(libraryDir),
  } satisfies Partial<EngineApi>;
}
