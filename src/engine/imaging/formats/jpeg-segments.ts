// Segments of a JPEG file before its pixels: comments, tables, metadata and the size of the picture.
import { uint8At } from '../../../shared/at.ts';

export interface JpegSegment {
  readonly marker: number;
  /** Position of the contents, behind the marker and the length. */
  readonly from: number;
  /** Position behind the contents. Behind the end of the bytes in a file that is cut short. */
  readonly to: number;
}

/** Marker before the pixels, behind which there are no segments to skip. */
export const startOfScan = 0xda;

/**
 * Segments of a JPEG up to its first scan, with the scan's header as the last one (ITU-T T.81, B.1.1). Ends earlier at a
 * marker without a length and where there is no marker.
 * @param start position of the picture's first marker
 */
export function* jpegSegments(bytes: Uint8Array, start = 0): Generator<JpegSegment> {
  const [fill, leastWithLength, firstRestart, endOfImage] = [0xff, 0xc0, 0xd0, 0xd9];
  for (let at = start + 2; at + 4 <= bytes.length && uint8At(bytes, at) === fill;) {
    const marker = uint8At(bytes, at + 1);
    if (marker === fill) {
      at++;
      continue;
    }
    if (marker < leastWithLength || (marker >= firstRestart && marker <= endOfImage)) return;
    const to = at + 2 + uint8At(bytes, at + 2) * 256 + uint8At(bytes, at + 3);
    yield { marker, from: at + 4, to };
    if (marker === startOfScan) return;
    at = to;
  }
}
