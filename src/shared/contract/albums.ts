// Albums, and other lists for browsing: folders, tags, people, places, cameras.
import { z } from 'zod';
import { mostEdited } from './edits.ts';
import { type AlbumId, type FolderId, type PhotoId, id } from './ids.ts';
import { noParams, request } from './request.ts';

export interface Album {
  readonly id: AlbumId;
  readonly name: string;
  /** Number of present photos in it. */
  readonly photos: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Photos that were added to an album or removed from it, without those for which nothing changed. */
export interface AlbumChange {
  readonly album: Album;
  readonly photoIds: readonly PhotoId[];
}

export interface CountedName {
  readonly name: string;
  readonly photos: number;
}

/** A directory with photos in it or below it. */
export interface FolderBranch {
  readonly folderId: FolderId;
  /** Names from the library folder's own one on. */
  readonly names: readonly string[];
  /** Photos in it and below it. */
  readonly photos: number;
}

/** Lists for browsing the library, the most frequent first. */
export interface LibraryContents {
  readonly favourites: number;
  /** Photos taken on this day in any year; those that have only their file's date are left out. */
  readonly onThisDay: number;
  /** Each after its parent. */
  readonly folders: readonly FolderBranch[];
  readonly tags: readonly CountedName[];
  readonly people: readonly CountedName[];
  readonly places: readonly CountedName[];
  readonly cameras: readonly CountedName[];
}

export const albumName = z
  .string()
  .max(100)
  .transform((text) => text.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .refine((text) => text !== '', { message: 'a name with a letter in it' });
const albumId = id<AlbumId>();
const photoIds = z.array(id<PhotoId>()).min(1).max(mostEdited);

export const albumsRequests = {
  /** By name. */
  'albums.list': request<readonly Album[]>()(noParams),
  /** A new album; names that differ only in case are equal. */
  'albums.create': request<Album>()(z.object({ name: albumName })),
  'albums.rename': request<Album>()(z.object({ albumId, name: albumName })),
  /** Removes the album. Its photos stay in place. Returns the album as it was, with all its photos. */
  'albums.remove': request<AlbumChange>()(z.object({ albumId })),
  'albums.add': request<AlbumChange>()(z.object({ albumId, photoIds })),
  'albums.removePhotos': request<AlbumChange>()(z.object({ albumId, photoIds })),
  /** `day`: today as `MM-DD`, in the person's time zone. */
  'library.contents': request<LibraryContents>()(z.object({ day: z.string().regex(/^\d{2}-\d{2}$/) })),
} as const;
