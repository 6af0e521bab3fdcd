// Near-duplicates: groups and what to keep.
import type { PhotoId } from './ids.ts';
import type { Job } from './jobs.ts';
import { nothing, request } from './request.ts';

/** A photo of a group of near-duplicates, compared with the one suggested to keep. */
export interface DuplicatePhoto {
  readonly photoId: PhotoId;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Bytes of the file. */
  readonly size: number;
  readonly capturedAt: number | null;
  /** The same bytes as the best. */
  readonly identical: boolean;
  /** Bits between the two hash codes; null while one of them has none. */
  readonly distance: number | null;
  /** Cosine of the image features; null while one of them has none. */
  readonly cosine: number | null;
  /** Bits of 64 between the two pixel hashes; null when a picture could not be looked at. */
  readonly pixelDistance: number | null;
}

export interface DuplicateGroup {
  /** The one suggested to keep. */
  readonly best: PhotoId;
  /** Why that one, for a person: `most pixels: 4000 × 3000, the next has 1024 × 768`. */
  readonly reason: string;
  /** The best first, then the nearest to it. */
  readonly photos: readonly DuplicatePhoto[];
}

/** What the last search for near-duplicates has found. Nothing is ever deleted by it. */
export interface DuplicateReport {
  readonly groups: readonly DuplicateGroup[];
  /** Photos that were compared. */
  readonly searched: number;
  /** Of these, how many could be compared by their bytes alone, because their picture could not be read. */
  readonly unreadable: number;
  /** False when so many photos are nearly alike that not all of them were compared with each other. */
  readonly complete: boolean;
  readonly finishedAt: number;
}

export const duplicatesRequests = {
  /** Starts a search for near-duplicates; what it has found is then there with `photos.duplicates`. */
  'photos.findDuplicates': request<Job>()(nothing),
  /** What the last finished search for near-duplicates has found, without photos gone since; null before the first. */
  'photos.duplicates': request<DuplicateReport | null>()(nothing),
} as const;
