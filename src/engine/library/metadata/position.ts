// Positions of photos in degrees, as EXIF, XMP and Google Takeout write them.
import { itemAt } from '../../../shared/at.ts';

export interface Position {
  /** Degrees, north positive, from -90 to 90. */
  readonly latitude: number;
  /** Degrees, east positive, from -180 to 180. */
  readonly longitude: number;
}

/** Null for an impossible position, and for 0° N 0° E, which programs write for "unknown". */
export function positionOf(latitude: number | null, longitude: number | null): Position | null {
  if (latitude === null || longitude === null || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180))
    return null;
  return latitude === 0 && longitude === 0 ? null : { latitude, longitude };
}

/** Position as written. */
export interface XmpPosition {
  readonly latitude: string | null;
  readonly longitude: string | null;
  /** Directions in separate fields, as in EXIF: `S`, `South`. */
  readonly latitudeRef?: string | null;
  readonly longitudeRef?: string | null;
}

/** XMP's `41,53.51N`, `41,53,30N`, decimal degrees, and the form people read: `41° 53' 30" N`, `41 deg 53' 30.00" N`. */
export function xmpPosition({ latitude, longitude, latitudeRef, longitudeRef }: XmpPosition): Position | null {
  return positionOf(xmpDegrees(latitude, latitudeRef), xmpDegrees(longitude, longitudeRef));
}

/** Longest text of degrees that programs write. */
const longestDegrees = 60;

/** @param reference direction of a value that contains none */
function xmpDegrees(text: string | null, reference: string | null = null): number | null {
  const plain = (text ?? '')
    .trim()
    .slice(0, longestDegrees)
    .replace(/\s*(?:°|deg|['′’])\s*/gi, ',')
    .replace(/["″”]/, '')
    .replace(/,(?=[NSEW]?$)/i, '');
  const match = /^([+-]?\d{1,3}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW]?)$/i.exec(plain);
  if (match === null) return null;
  const [degrees, minutes, seconds] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  const value = degrees + minutes / 60 + seconds / 3600;
  const direction = itemAt(match, 4);
  if (direction !== '') return /[SW]/i.test(direction) ? -value : value;
  // A sign is a direction, too.
  return value > 0 && /^\s*[SW]/i.test(reference ?? '') ? -value : value;
}

/** EXIF's fractions as numbers, NaN for one without a value; an empty list for anything else. */
export function fractions(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  // One fraction comes from ExifReader without a list around it.
  const isOne = value.length === 2 && value.every((number) => typeof number === 'number');
  return (isOne ? [value] : (value as readonly unknown[])).map((part) => {
    const [numerator, denominator] = Array.isArray(part) ? (part as readonly unknown[]) : [part, 1];
    return typeof numerator === 'number' && typeof denominator === 'number' ? numerator / denominator : Number.NaN;
  });
}

/** EXIF's three fractions, or decimal degrees in one, and their reference; null when a fraction has no value. */
export function exifDegrees(value: unknown, reference: string | null): number | null {
  const [degrees = Number.NaN, minutes = 0, seconds = 0] = fractions(value);
  // Some writers store 0/0 for unknown seconds.
  const total =
    degrees + (Number.isFinite(minutes) ? minutes : 0) / 60 + (Number.isFinite(seconds) ? seconds : 0) / 3600;
  return Number.isFinite(total) ? (/^[SW]/i.test(reference ?? '') ? -total : total) : null;
}
