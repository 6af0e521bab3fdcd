// Codes and rows in files of other programs.
import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { requireEmptyFolder } from '../runtime/empty-folder.ts';
import { requireOutside } from './outside.ts';
import type { EngineServices } from './services.ts';

export function exchangeApi({ queue, libraryDir }: Pick<EngineServices, 'queue' | 'libraryDir'>) {
  return {
    'exchange.export': async ({ folder, ...wanted }) => {
      const target = resolve(folder);
      await requireEmptyFolder(folder);
      requireOutside(libraryDir, target, folder);
      return queue.enqueue('export', { folder: target, ...wanted });
    },
  } satisfies Partial<EngineApi>;
}
