// Differences of two lists of results for the same query.
import type { PhotoId } from './contract/ids.ts';
import type { RankedPhoto } from './contract/search.ts';

export interface RankChange {
  readonly hit: RankedPhoto;
  /** Rank in the other list; null if it does not contain the photo. */
  readonly other: number | null;
}

/** The first `most` of a list, each with its rank in the whole other one. */
export function rankChanges(list: readonly RankedPhoto[], other: readonly RankedPhoto[], most: number): RankChange[] {
  const ranks = new Map<PhotoId, number>(other.map(({ photoId, rank }) => [photoId, rank]));
  return list.slice(0, most).map((hit) => ({ hit, other: ranks.get(hit.photoId) ?? null }));
}
