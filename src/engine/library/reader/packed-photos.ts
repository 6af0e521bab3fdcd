// The list of a folder's photos, packed for the way from the reading process to the engine: two hundred thousand
// single objects would take both sides a second.
import { float64At } from '../../../shared/at.ts';
import type { FoundPhoto } from '../scan/scan.ts';

type Belongings = Pick<FoundPhoto, 'link' | 'sidecars' | 'sidecarStamp' | 'versions'>;

export interface PackedPhotos {
  /** Paths joined by zero characters, which no path contains. */
  readonly paths: string;
  /** `[photos, 3]`: size, mtimeMs, ctimeMs. */
  readonly stamps: Float64Array;
  /** Sidecars, versions and links of the photos with any, by the photo's index in the list. */
  readonly belongings: ReadonlyMap<number, Belongings>;
}

const none: Belongings = { link: false, sidecars: [], sidecarStamp: '', versions: [] };

export function packPhotos(photos: readonly FoundPhoto[]): PackedPhotos {
  const belongings = new Map<number, Belongings>();
  const stamps = new Float64Array(3 * photos.length);
  photos.forEach(({ size, mtimeMs, ctimeMs, link, sidecars, sidecarStamp, versions }, i) => {
    stamps.set([size, mtimeMs, ctimeMs], 3 * i);
    if (link || sidecarStamp !== '' || sidecars.length > 0 || versions.length > 0) {
      belongings.set(i, { link, sidecars, sidecarStamp, versions });
    }
  });
  return { paths: photos.map(({ path }) => path).join('\0'), stamps, belongings };
}

export function unpackPhotos({ paths, stamps, belongings }: PackedPhotos): FoundPhoto[] {
  if (stamps.length === 0) return [];
  return paths.split('\0').map((path, i) => ({
    path,
    size: float64At(stamps, 3 * i),
    mtimeMs: float64At(stamps, 3 * i + 1),
    ctimeMs: float64At(stamps, 3 * i + 2),
    ...(belongings.get(i) ?? none),
  }));
}
