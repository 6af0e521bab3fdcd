// Times of a shot in a photo's EXIF, found without parsing it: enough to tell whether two files may be of one shot.

/** Bytes of a file in which they are looked for: EXIF comes before the picture. */
export const shotBytes = 64 * 1024;
const exifTime = /(?:19|20)\d\d:[01]\d:[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d/g;

/** The times in the beginning of a file; empty for one without any, and for null. */
export const shotTimes = (beginning: Buffer | null): ReadonlySet<string> =>
  new Set(beginning?.toString('latin1').match(exifTime));

/**
 * Whether two files are of one shot. Programs that edit a photo keep its time or, where they drop its EXIF, leave it to the
 * original; two files without any time may be of anything.
 */
export function haveSameShot(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.size === 0 || b.size === 0 ? a.size !== b.size : !a.isDisjointFrom(b);
}
