// How two lists of results for the same query differ.
import type { PhotoId } from './contract/ids.ts';
import type { RankedPhoto } from './contract/search.ts';

export interface RankChange {
  readonly hit: RankedPhoto;
  /** Rank in the other list; null where that does not have the photo. */
  readonly other: number | null;
}

/** The first `most` of a list, each with its rank in the other one, however far down that is. */
export function rankChanges(list: readonly RankedPhoto[], other: readonly RankedPhoto[], most: number): RankChange[] {
  const ranks = new Map<PhotoId, number>(other.map(({ photoId, rank }) => [photoId, rank]));
  return list.slice(0, most).map((hit) => ({ hit, other: ranks.get(hit.photoId) ?? null }));
}
