// Sets of photos that are replaced, never changed, so that one assignment says that they are others.
import type { PhotoId } from '../../shared/contract/ids.ts';

export type PhotoSet = ReadonlySet<PhotoId>;

export const photoSet = (ids: Iterable<PhotoId> = []): PhotoSet => new Set(ids);

export function united(set: PhotoSet, more: Iterable<PhotoId>): PhotoSet {
  const ids = new Set(set);
  for (const id of more) ids.add(id);
  return ids;
}

export function without(set: PhotoSet, less: Iterable<PhotoId>): PhotoSet {
  const ids = new Set(set);
  for (const id of less) ids.delete(id);
  return ids;
}
