// Ratings and places, from the forms that programs write: one to five stars, and a place in words, never from
// coordinates.
import { cleanTag } from '../../text/file-text.ts';

/** Parts of a place as written, the nearest first. */
export interface PlaceFields {
  /** A sight, a park, a part of town. */
  readonly location: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
  /** A part of the world: `Europe`. */
  readonly region?: string | null;
}

export interface RatingFields {
  /** Stars as written: `3`, `1.0`, `-1`; or percent. */
  readonly value: string;
  /** Whether it is in percent, as Microsoft's programs write it: 1, 25, 50, 75 and 99 are one to five stars. */
  readonly isPercent: boolean;
}

/**
 * The first value that is a rating decides. Programs write 0 for "not rated (any more)" and -1 for "rejected": both
 * mean no rating here, and override sources of lower precedence.
 */
export function ratingOf(candidates: Iterable<RatingFields>): number | null {
  for (const { value, isPercent } of candidates) {
    // German programs write `3,0`.
    const text = value.trim().replace(',', '.');
    if (!/^[+-]?\d{1,3}(?:\.\d{0,9})?$/.test(text)) continue;
    const number = Number(text);
    const stars = isPercent && number > 0 ? Math.min(5, 1 + Math.round(number / 25)) : Math.round(number);
    if (stars <= 5 && number <= 100) return stars >= 1 ? stars : null;
  }
  return null;
}

/**
 * `Trastevere, Rome, Lazio, Italy`, each name once. The first source with a place counts as a whole: mixed parts of
 * two would name a place that does not exist.
 */
export function placeOf(candidates: Iterable<PlaceFields | null>): string | null {
  for (const fields of candidates) {
    if (fields === null) continue;
    const parts = new Map<string, string>();
    for (const raw of [fields.location, fields.city, fields.state, fields.country, fields.region]) {
      const part = cleanTag(raw ?? '');
      const key = part.normalize('NFC').toLowerCase();
      // Some programs write a dash or a question mark for an unknown place.
      if (/[\p{L}\p{N}]/u.test(part) && !parts.has(key)) parts.set(key, part);
    }
    if (parts.size > 0) return [...parts.values()].join(', ');
  }
  return null;
}
