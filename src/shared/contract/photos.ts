// Photos: hits, details and files.
import { z } from 'zod';
import { type FolderId, type PhotoId, id } from './ids.ts';
import { limit, request } from './request.ts';

export interface PhotoHit {
  readonly rank: number;
  readonly photoId: PhotoId;
  readonly path: string;
  /** Cosine after re-ranking, in [-1, 1]; null where the encoder knows nothing of the query. */
  readonly score: number | null;
  /** Hamming distance of the codes, 0..bits. */
  readonly distance: number;
  /** The photo's first caption. */
  readonly caption: string | null;
  /** One to five stars; null without a rating. */
  readonly rating: number | null;
  readonly isFavourite: boolean;
  readonly width: number;
  readonly height: number;
}

export interface PhotoVersion {
  /** Number from 1; 0 is the photo itself. */
  readonly number: number;
  /** Name of its file; of a film in the photo's own file a word for it. */
  readonly name: string;
  readonly isVideo: boolean;
}

/** A file that main may serve. */
export interface ServedFile {
  readonly path: string;
  readonly mime: string;
  /** Bytes `[start, end)` that are the film of a motion photo; all of the file where it is left out. */
  readonly part?: readonly [start: number, end: number];
}

export interface PhotoDetails {
  readonly id: PhotoId;
  readonly path: string;
  readonly folderId: FolderId;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly size: number;
  /** Milliseconds of the wall clock where it was taken, as if that place kept UTC; without a date of its own the file's. */
  readonly capturedAt: number;
  /** End of the year, month or day where no more is known; null for a time of day. */
  readonly capturedUntil: number | null;
  /** Minutes from UTC to that clock; null where it is not known. */
  readonly utcOffset: number | null;
  /** Source of the date: `EXIF DateTimeOriginal`, `file name`, `file`, ... */
  readonly dateSource: string;
  readonly camera: string | null;
  /** One to five stars; null without a rating. */
  readonly rating: number | null;
  readonly isFavourite: boolean;
  /** What was written in the application; null where the file counts. */
  readonly written: {
    readonly title: string | null;
    readonly rating: number | null;
    readonly date: string | null;
    /** Tags with their steps: `Family/Rex`. */
    readonly tags: readonly string[];
  };
  /** Place in words, the nearest name first: `Trastevere, Rome, Lazio, Italy`. */
  readonly place: string | null;
  /** The source of those written in the application is `own`, and they come first. */
  readonly captions: readonly { readonly text: string; readonly source: string }[];
  readonly tags: readonly string[];
  readonly people: readonly string[];
  /** Text that the photo shows, in lines; null where it was not read or there is none. */
  readonly text: string | null;
  /** Other versions: its RAW, the original of an edited photo, the film of a Live Photo or of a motion photo. */
  readonly versions: readonly PhotoVersion[];
  /** Whether it is played, not looked at. */
  readonly isVideo: boolean;
  /** False while its folder is offline or its file is gone. */
  readonly available: boolean;
}

/** How the photos of the library are put in order. */
export const photoOrder = z.enum(['taken', 'added', 'name']);

export type PhotoOrder = z.output<typeof photoOrder>;

/** All photos that are there, in order, a few bytes each: enough to give each its place on a page of any length. */
export interface PhotoTimeline {
  readonly order: PhotoOrder;
  readonly photoIds: readonly PhotoId[];
  /** Width / height of each, in thousandths. */
  readonly ratios: readonly number[];
  readonly sections: readonly TimelineSection[];
}

export interface TimelineSection {
  /** Index of its first photo. */
  readonly start: number;
  /** Year and month as `2019-07`, the year alone where no more is known; `undated` for photos without a capture date; null where the order is not one of time. */
  readonly month: string | null;
}

/** Photos whose description would help most, the most useful first. */
export interface PhotosToDescribe {
  /** Photos with a caption, or a tag other than the name of their folder. */
  readonly described: number;
  readonly undescribed: number;
  readonly photos: readonly {
    readonly photoId: PhotoId;
    /** Undescribed photos that look more like this one than like any described one, estimated from a sample. */
    readonly like: number;
  }[];
}

/** Where the files of a photo are. */
export interface PhotoFiles {
  readonly photoId: PhotoId;
  readonly folderId: FolderId;
  /** Real path of the photo, inside its folder. */
  readonly path: string;
  /** The same of its other versions that are there. */
  readonly versions: readonly string[];
}

/** Photos that a desktop is asked about at once. */
export const mostFiles = 10_000;

export const photosRequests = {
  'photos.timeline': request<PhotoTimeline>()(z.object({ order: photoOrder.default('taken') })),
  /** What a grid shows of these photos, in the same order; photos that are no longer known are left out. */
  'photos.lines': request<readonly PhotoHit[]>()(z.object({ photoIds: z.array(id<PhotoId>()).max(1000) })),
  /** `leaveOut`: photos that were offered before and left as they are. */
  'photos.toDescribe': request<PhotosToDescribe>()(
    z.object({ limit: z.int().min(1).max(100).default(20), leaveOut: z.array(id<PhotoId>()).max(10_000).default([]) }),
  ),
  'photos.recent': request<readonly PhotoHit[]>()(z.object({ limit, offset: z.int().min(0).default(0) })),
  'photos.get': request<PhotoDetails>()(z.object({ photoId: id<PhotoId>() })),
  /** For main only: the files of photos that are there, in the order asked for; others are left out. */
  'photos.files': request<readonly PhotoFiles[]>()(
    z.object({ photoIds: z.array(id<PhotoId>()).min(1).max(mostFiles) }),
  ),
  /** For main only: the photo in full size as JPEG, upright and in sRGB. */
  'photos.jpeg': request<Uint8Array>()(z.object({ photoId: id<PhotoId>() })),
  /** For main's photo:// protocol only: a file inside a library root or the thumbnail cache, checked by the engine. */
  'photos.file': request<ServedFile>()(
    z.object({
      photoId: id<PhotoId>(),
      variant: z.enum(['thumb', 'full']),
      /** One of the photo's versions; only for `full`. */
      version: z.int().min(0).max(99).default(0),
    }),
  ),
} as const;
