// Shared libraries on a server that the person named.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { libraryKey, requireSameModel } from '../shared-library/publish.ts';
import { serverName } from '../shared-library/server-url.ts';
import { searchShared } from '../shared-library/shared-search.ts';
import { share, unshare } from '../shared-library/sql/access.ts';
import { publishedBefore, removeLibrary, sharedLibraries } from '../shared-library/sql/published-rows.ts';
import { indexRecall, makeIndex, thumbnailOf } from '../shared-library/sql/ranking.ts';
import { readFormat, schemaNames, schemaOf } from '../shared-library/sql/schema.ts';
import type { EngineServices } from './services.ts';
import { requireWritable } from './writable.ts';

export function sharedLibraryApi({
  store,
  active,
  queue,
  shared: libraries,
  prepareSearch,
  changed,
}: Pick<EngineServices, 'store' | 'active' | 'queue' | 'shared' | 'prepareSearch' | 'changed'>) {
  const requireShared = (folders: number): { readonly folders: number } => {
    if (folders > 0) return { folders };
    throw new HashlensError('not-found', 'No folder of this library with such a name is published there.');
  };
  return {
    'shared.names': async ({ url }) => libraries.withServer(url, schemaNames),
    'shared.plan': async ({ url, name, folderIds, thumbnails }) => {
      await prepareSearch();
      const schema = schemaOf(name);
      const inUse = await active.model();
      const info = active.encoderInfo(active.encoderId());
      const before = await libraries.withServer(url, async (db) => {
        const format = await readFormat(db, schema);
        if (format === null) return null;
        requireSameModel(name, format, info, inUse);
        return publishedBefore({ db, schema, format }, libraryKey(store));
      });
      const all = store.folders.list();
      const wanted: readonly number[] = folderIds ?? before?.folderIds ?? all.map(({ id }) => id);
      const folders = all
        .filter(({ id }) => wanted.includes(id))
        .map(({ id, path, photos }) => ({
          id,
          path,
          photos,
          isNew: before?.folderIds.includes(id) !== true,
        }));
      if (folders.length === 0)
        throw new HashlensError('nothing-indexed', 'The library has no such folder to publish.');
      return {
        server: serverName(url),
        name,
        isFirst: before === null,
        folders,
        photos: folders.reduce((sum, { photos }) => sum + photos, 0),
        thumbnails: thumbnails ?? before?.thumbnails ?? true,
        modelId: inUse.id,
        encoderId: info.id,
      };
    },
    'shared.publish': async ({ url, ...choice }) => {
      requireWritable(store);
      return queue.enqueue('publish', { url: libraries.remember(url), ...choice });
    },
    'shared.show': async ({ url, name }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const { encoderId, modelId, bits, vectors } = shared.format;
        const recall = await indexRecall(shared);
        const facts = { server: serverName(url), name, encoderId, modelId, bits, vectors, recall };
        return { ...facts, libraries: await sharedLibraries(shared) };
      }),
    'shared.grant': async ({ url, name, role, folders }) =>
      libraries.withLibrary(url, name, async (shared) =>
        requireShared(await share(shared, libraryKey(store), role, folders)),
      ),
    'shared.revoke': async ({ url, name, role, folders }) =>
      libraries.withLibrary(url, name, async (shared) => ({
        folders: await unshare(shared, libraryKey(store), role, folders),
      })),
    'shared.withdraw': async ({ url, name }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const photos = await removeLibrary(shared, libraryKey(store));
        if (photos !== null) return { photos };
        throw new HashlensError('not-found', `Nothing of this library is in “${name}”.`);
      }),
    'shared.model': async ({ url, name }) => {
      const modelId = await libraries.withLibrary(url, name, (shared) => libraries.localModel(shared));
      changed();
      return { modelId };
    },
    'shared.index': async ({ url, name }) => libraries.withLibrary(url, name, (shared) => makeIndex(shared)),
    'shared.search': async ({ url, name, ...query }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const { modelId, encoder } = await libraries.encoderFor(shared);
        return searchShared(shared, modelId, encoder, query);
      }),
    'shared.thumbnail': async ({ url, name, id }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const image = await thumbnailOf(shared, id);
        return image === null ? null : { image: Uint8Array.from(image) };
      }),
  } satisfies Partial<EngineApi>;
}
