// Shared libraries on a server that the person named.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { libraryKey, requireSameModel } from '../shared-library/publish.ts';
import { serverName } from '../shared-library/server-url.ts';
import { searchShared } from '../shared-library/shared-search.ts';
import { share, unshare } from '../shared-library/sql/access.ts';
import {
  publishedBefore,
  publishedFolders,
  removeLibrary,
  sharedLibraries,
} from '../shared-library/sql/published-rows.ts';
import { indexRecall, sharedPhotoFacts, thumbnailOf } from '../shared-library/sql/ranking.ts';
import { readFormat, schemaNames, schemaOf, type SharedSchema } from '../shared-library/sql/schema.ts';
import { requireVectors } from '../shared-library/sql/server-index.ts';
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
  const requireShared = async (shared: SharedSchema, folders: number): Promise<{ readonly folders: number }> => {
    if (folders > 0) return { folders };
    const names = await publishedFolders(shared, libraryKey(store));
    const there = names.length === 0 ? 'nothing of this library is' : `its folders there are ${names.join(', ')}`;
    throw new HashlensError('not-found', `No folder of this library with such a name is published; ${there}.`);
  };
  const byAddress = {
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
      const published = before?.folderIds ?? [];
      const wanted: readonly number[] = folderIds ?? (published.length > 0 ? published : all.map(({ id }) => id));
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
        requireShared(shared, await share(shared, libraryKey(store), role, folders)),
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
    'shared.index': async ({ url, name }) => {
      requireWritable(store);
      await libraries.withLibrary(url, name, (shared) => Promise.resolve(requireVectors(shared)));
      return queue.enqueue('server-index', { url: libraries.remember(url), name });
    },
    'shared.search': async ({ url, name, ...query }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const { modelId, encoder } = await libraries.encoderFor(shared);
        return searchShared(shared, modelId, encoder, { ...query, key: libraryKey(store) });
      }),
    'shared.thumbnail': async ({ url, name, id }) =>
      libraries.withLibrary(url, name, async (shared) => {
        const image = await thumbnailOf(shared, id);
        return image === null ? null : { image: Uint8Array.from(image) };
      }),
  } satisfies Partial<EngineApi>;
  const { connections } = libraries;
  return {
    ...byAddress,
    'connections.describe': ({ url }) => Promise.resolve({ server: serverName(url) }),
    'connections.add': async ({ url, name, password }) => {
      requireWritable(store);
      const names = await libraries.withServer(connections.address(url, password), schemaNames);
      return { connection: connections.add(url, name), names };
    },
    'connections.list': () => Promise.resolve(connections.list()),
    'connections.remove': ({ connection }) => {
      requireWritable(store);
      connections.remove(connection);
      return Promise.resolve(null);
    },
    'connections.restore': ({ connection }) => {
      requireWritable(store);
      return Promise.resolve(connections.restore(connection));
    },
    'connections.password': ({ connection, password }) => {
      libraries.remember(connections.address(connections.place(connection).url, password));
      return Promise.resolve(null);
    },
    'connections.show': async ({ connection }) => byAddress['shared.show'](connections.place(connection)),
    'connections.search': async ({ connection, ...query }) =>
      byAddress['shared.search']({ ...connections.place(connection), ...query }),
    'connections.photo': async ({ connection, id }) => {
      const { url, name } = connections.place(connection);
      return libraries.withLibrary(url, name, (shared) => sharedPhotoFacts(shared, id));
    },
    'connections.thumbnail': async ({ connection, id }) =>
      byAddress['shared.thumbnail']({ ...connections.place(connection), id }),
    'connections.model': async ({ connection }) => byAddress['shared.model'](connections.place(connection)),
    'connections.plan': async ({ connection, ...choice }) =>
      byAddress['shared.plan']({ ...connections.place(connection), ...choice }),
    'connections.publish': async ({ connection, ...choice }) =>
      byAddress['shared.publish']({ ...connections.place(connection), ...choice }),
  } satisfies Partial<EngineApi>;
}
