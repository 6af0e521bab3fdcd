// Near-duplicates: groups, and the suggested photo to keep.
import type { PhotoId } from './ids.ts';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** A photo of a group of near-duplicates, compared with the one suggested to keep. */
export interface DuplicatePhoto {
  readonly photoId: PhotoId;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Size of the file in bytes. */
  readonly size: number;
  readonly capturedAt: number | null;
  /** Whether its bytes equal those of the best. */
  readonly identical: boolean;
  /** Hamming distance to the best's code; null while one of them has none. */
  readonly distance: number | null;
  /** Cosine with the best's image features; null while one of them has none. */
  readonly cosine: number | null;
  /** Differing bits of 64 between the two pixel hashes; null when a photo could not be decoded. */
  readonly pixelDistance: number | null;
}

export interface DuplicateGroup {
  /** The photo suggested to keep. */
  readonly best: PhotoId;
  /** Reason for a person: `most pixels: 4000 × 3000, the next has 1024 × 768`. */
  readonly reason: string;
  /** The best first, then by distance to it. */
  readonly photos: readonly DuplicatePhoto[];
}

/** Result of the last search for near-duplicates. The search never deletes anything. */
export interface DuplicateReport {
  readonly groups: readonly DuplicateGroup[];
  /** Number of compared photos. */
  readonly searched: number;
  /** Number of them that were compared by their bytes only, because they could not be decoded. */
  readonly unreadable: number;
  /** False if too many photos are nearly alike to compare all of them with each other. */
  readonly complete: boolean;
  readonly finishedAt: number;
}

export const duplicatesRequests = {
  /** Starts a search for near-duplicates. `photos.duplicates` gives its result. */
  'photos.findDuplicates': request<Job>()(noParams),
  /** Result of the last finished search for near-duplicates, without photos removed since; null before the first. */
  'photos.duplicates': request<DuplicateReport | null>()(noParams),
} as const;
