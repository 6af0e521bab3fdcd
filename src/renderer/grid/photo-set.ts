// Sets of photos, which are replaced and never changed, so that an assignment signals a change.
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
