// Addresses of photos. They contain ids, never paths.
import type { ConnectionId, PhotoId } from '../shared/contract/ids.ts';

export function thumbUrl(photoId: PhotoId): string {
  return `photo://thumb/${photoId}`;
}

/** @param version 0: the photo itself */
export function fullUrl(photoId: PhotoId, version = 0): string {
  return version === 0 ? `photo://full/${photoId}` : `photo://full/${photoId}/${version}`;
}

/** Thumbnail of a photo of a shared library. @param id of the server */
export const sharedUrl = (connection: ConnectionId, id: number): string => `photo://shared/${connection}/${id}`;

export function tileUrl(photoId: PhotoId, tile: number): string {
  return `photo://tile/${photoId}/${tile}`;
}
