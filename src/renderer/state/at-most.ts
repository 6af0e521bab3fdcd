// Limit of the photos of one request.
import { m } from '../../language/language.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';

/**
 * Copy of these photos for a request.
 * @param most largest number of photos that the request takes
 * @throws HashlensError `bad-argument` that names the limit, before anything is sent
 */
export function atMost(most: number, photoIds: readonly PhotoId[]): PhotoId[] {
  const count = photoIds.length;
  if (count > most) throw new HashlensError('bad-argument', m.edits_too_many({ count, most }));
  return [...photoIds];
}
