// The cache of thumbnails: its size, its limit, and clearing it.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { cacheRoom } from '../jobs/library-upkeep.ts';
import { boundCache, cacheSize, clearCache } from '../library/thumbnails/thumbnails.ts';
import type { EngineServices } from './services.ts';

export function thumbnailsApi({ store, libraryDir }: Pick<EngineServices, 'store' | 'libraryDir'>) {
  return {
    'thumbnails.cache': async ({ roomBytes }) => {
      if (roomBytes !== undefined) {
        store.settings.set('thumbnails-bytes', String(roomBytes));
        await boundCache(libraryDir, roomBytes);
      }
      return { ...(await cacheSize(libraryDir)), roomBytes: cacheRoom(store) };
    },
    'thumbnails.clear': async () => ({ bytes: await clearCache(libraryDir) }),
  } satisfies Partial<EngineApi>;
}
