// Codes and rows in files of other programs.
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { isBelow } from '../runtime/below.ts';
import type { EngineServices } from './services.ts';

export function exchangeApi({ queue, libraryDir }: Pick<EngineServices, 'queue' | 'libraryDir'>) {
  return {
    'exchange.export': async ({ folder, ...wanted }) => {
      const target = resolve(folder);
      const there = await readdir(target).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw new HashlensError('bad-argument', `${folder} is not a folder; name one that does not exist yet.`);
      });
      if (there.length > 0) {
        throw new HashlensError('bad-argument', `The folder ${folder} is not empty; name one that does not exist yet.`);
      }
      if (isBelow(target, resolve(libraryDir))) {
        throw new HashlensError('bad-argument', `${folder} is in the library's own folder; name another one.`);
      }
      return queue.enqueue('export', { folder: target, ...wanted });
    },
  } satisfies Partial<EngineApi>;
}
