// Addresses of photos. They contain ids, never paths.
import type { PhotoId } from '../shared/contract/ids.ts';

export function thumbUrl(photoId: PhotoId): string {
  return `photo://thumb/${photoId}`;
}

export function fullUrl(photoId: PhotoId): string {
  return `photo://full/${photoId}`;
}
