// The photos that a command applies to: those named by their paths, and those that pass filters.
import { resolve } from 'node:path';
import { engineRequests } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Engine } from '../engine.ts';
import { readWhere } from './commands/options.ts';

/** Ids, each once. @throws HashlensError `bad-argument` without any photo, `not-found` about a path */
export async function chosenPhotos(
  engine: Engine,
  files: readonly string[],
  where: string | undefined,
): Promise<PhotoId[]> {
  const photoIds = new Set<PhotoId>();
  for (const file of files) photoIds.add((await engine.api['metadata.show']({ path: resolve(file) })).id);
  if (where !== undefined) {
    const query = engineRequests['search.query'].params.parse({
      filters: readWhere(where),
      limit: 100_000,
      log: false,
    });
    for (const { photoId } of (await engine.api['search.query'](query)).hits) photoIds.add(photoId);
  }
  if (photoIds.size === 0) throw new HashlensError('bad-argument', 'No photo was chosen; name photos, or filters.');
  return [...photoIds];
}
