// Photos: hits, details and files.
import { z } from 'zod';
import { type FolderId, type ModelId, type PhotoId, id } from './ids.ts';
import { limit, request } from './request.ts';

export interface PhotoHit {
  readonly rank: number;
  readonly photoId: PhotoId;
  readonly path: string;
  /** Cosine after re-ranking, in [-1, 1]; null if the encoder knows nothing of the query. */
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
  /** Name of its file, or a description for a video in the photo's own file. */
  readonly name: string;
  readonly isVideo: boolean;
}

/** A file that main may serve. */
export interface ServedFile {
  readonly path: string;
  readonly mime: string;
  /** Bytes `[start, end)` of a motion photo's video; absent for the whole file. */
  readonly part?: readonly [start: number, end: number];
}

/** Tiles of a huge photo in full size, row by row; the last column and row are narrower. */
export interface PhotoTiles {
  /** Pixels of the whole photo, upright. */
  readonly width: number;
  readonly height: number;
  /** Pixels of a tile's side. */
  readonly side: number;
  readonly columns: number;
  readonly rows: number;
}

export interface PhotoDetails {
  readonly id: PhotoId;
  readonly path: string;
  readonly folderId: FolderId;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly size: number;
  /** Local wall-clock time in milliseconds, as if it were UTC; the file's time for a photo without a date. */
  readonly capturedAt: number;
  /** End of the year, month or day where no more is known; null for a time of day. */
  readonly capturedUntil: number | null;
  /** Minutes from UTC to local time; null if unknown. */
  readonly utcOffset: number | null;
  /** Source of the date: `EXIF DateTimeOriginal`, `file name`, `file`, ... */
  readonly dateSource: string;
  readonly camera: string | null;
  /** Last change of the file, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** First time it was indexed, in milliseconds since 1970. */
  readonly addedAt: number;
  /** Place where it was taken, in degrees (WGS 84, south and west negative); null if unknown. */
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
  /** One to five stars; null without a rating. */
  readonly rating: number | null;
  readonly isFavourite: boolean;
  /** Values written in the application; null where the file's apply. */
  readonly written: {
    readonly title: string | null;
    readonly rating: number | null;
    readonly date: string | null;
    /** Tags with their levels: `Family/Rex`. */
    readonly tags: readonly string[];
  };
  /** Place in words, the nearest name first: `Trastevere, Rome, Lazio, Italy`. */
  readonly place: string | null;
  /** Those written in the application have the source `own`, and come first. */
  readonly captions: readonly { readonly text: string; readonly source: string }[];
  readonly tags: readonly string[];
  readonly people: readonly string[];
  /** Text shown in the photo, in lines; null if it was not read or there is none. */
  readonly text: string | null;
  /** Other versions: its RAW, the original of an edited photo, the video of a Live Photo or of a motion photo. */
  readonly versions: readonly PhotoVersion[];
  /** Whether it is a video. */
  readonly isVideo: boolean;
  /** False if its folder is offline or its file is missing. */
  readonly available: boolean;
}

/** The exposure of a photo, as its file says; null for unknown values. */
export interface PhotoExposure {
  /** Exposure time. */
  readonly seconds: number | null;
  /** The f-number. */
  readonly aperture: number | null;
  readonly iso: number | null;
  /** Exposure compensation in stops. */
  readonly bias: number | null;
  /** Whether the flash fired. */
  readonly flash: boolean | null;
  /** Millimetres. */
  readonly focalLength: number | null;
  /** Millimetres of a lens with the same angle of view on 35-mm film. */
  readonly focalLength35: number | null;
  readonly lens: string | null;
  /** Name of the colour profile: `sRGB IEC61966-2.1`, `Display P3`. */
  readonly colourProfile: string | null;
}

/** A photo's hash code, of the model in use. */
export interface PhotoCode {
  readonly modelId: ModelId;
  readonly bits: number;
  /** `bits / 8` bytes in hexadecimal digits; the first bit is the highest of the first byte. */
  readonly code: string;
}

/** Orders of the library's photos. */
export const photoOrder = z.enum(['taken', 'added', 'name']);

export type PhotoOrder = z.output<typeof photoOrder>;

/** All present photos, in order, with a few bytes each: enough for the layout of a page of any length. */
export interface PhotoTimeline {
  readonly order: PhotoOrder;
  readonly photoIds: readonly PhotoId[];
  /** Width / height of each, in thousandths. */
  readonly ratios: readonly number[];
  readonly sections: readonly TimelineSection[];
  /** Days, for orders by time: index of the first photo, and day of its month; 0 if the day is unknown. */
  readonly days: readonly (readonly [start: number, day: number])[];
}

export interface TimelineSection {
  /** Index of its first photo. */
  readonly start: number;
  /**
   * Year and month as `2019-07`, the year alone if no more is known; `undated` for photos without a capture date;
   * null for orders other than by time.
   */
  readonly month: string | null;
}

/** Photos whose description would help most, the most useful first. */
export interface PhotosToDescribe {
  /** Photos with a caption, or a tag other than the name of their folder. */
  readonly described: number;
  readonly undescribed: number;
  readonly photos: readonly {
    readonly photoId: PhotoId;
    /**
     * Number of undescribed photos that look more like this one than like any described one, estimated from a
     * sample.
     */
    readonly like: number;
  }[];
}

/** Paths of a photo's files. */
export interface PhotoFiles {
  readonly photoId: PhotoId;
  readonly folderId: FolderId;
  /** Real path of the photo, inside its folder. */
  readonly path: string;
  /** Real paths of its other existing versions. */
  readonly versions: readonly string[];
}

/** Largest number of photos in one request of the desktop. */
export const mostFiles = 10_000;

export const photosRequests = {
  'photos.timeline': request<PhotoTimeline>()(z.object({ order: photoOrder.default('taken') })),
  /** Data of these photos for a grid, in the same order; unknown photos are left out. */
  'photos.lines': request<readonly PhotoHit[]>()(z.object({ photoIds: z.array(id<PhotoId>()).max(1000) })),
  /** `leaveOut`: photos that were offered before and skipped. */
  'photos.toDescribe': request<PhotosToDescribe>()(
    z.object({ limit: z.int().min(1).max(100).default(20), leaveOut: z.array(id<PhotoId>()).max(10_000).default([]) }),
  ),
  'photos.recent': request<readonly PhotoHit[]>()(z.object({ limit, offset: z.int().min(0).default(0) })),
  'photos.get': request<PhotoDetails>()(z.object({ photoId: id<PhotoId>() })),
  /** Read from the file at each request; null while the file is not there, or cannot be read. */
  'photos.exposure': request<PhotoExposure | null>()(z.object({ photoId: id<PhotoId>() })),
  /** Null while the photo has none. */
  'photos.code': request<PhotoCode | null>()(z.object({ photoId: id<PhotoId>() })),
  /** For main only: the files of present photos, in the requested order; others are left out. */
  'photos.files': request<readonly PhotoFiles[]>()(
    z.object({ photoIds: z.array(id<PhotoId>()).min(1).max(mostFiles) }),
  ),
  /** For main only: the photo in full size as JPEG, upright and in sRGB. */
  'photos.jpeg': request<Uint8Array>()(z.object({ photoId: id<PhotoId>() })),
  /** Tiles of a photo of which the viewer gets a smaller copy; null for other photos. */
  'photos.tiles': request<PhotoTiles | null>()(z.object({ photoId: id<PhotoId>() })),
  /** For main's photo:// protocol only: a file inside a library root or the thumbnail cache, checked by the engine. */
  'photos.file': request<ServedFile>()(
    z.object({
      photoId: id<PhotoId>(),
      variant: z.enum(['thumb', 'full']),
      /** One of the photo's versions; only for `full`. */
      version: z.int().min(0).max(99).default(0),
    }),
  ),
  /** For main's photo:// protocol only: a tile of a huge photo, in a file of the thumbnail cache. */
  'photos.tile': request<ServedFile>()(z.object({ photoId: id<PhotoId>(), tile: z.int().min(0) })),
} as const;
