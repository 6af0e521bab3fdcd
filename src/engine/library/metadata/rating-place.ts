// Ratings and places out of what programs wrote: one to five stars, and a place in words, never from coordinates.
import { cleanTag } from '../../text/file-text.ts';

/** Parts of a place as written, the nearest first. */
export interface PlaceFields {
  /** A sight, a park, a part of town. */
  readonly location: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
}

/**
 * The first value that is a rating decides. Programs write 0 for "not rated (any more)" and -1 for "rejected": both are
 * no rating here, and say so against sources further back.
 */
export function ratingOf(candidates: Iterable<string | null>): number | null {
  for (const candidate of candidates) {
    const text = candidate?.trim() ?? '';
    if (!/^[+-]?\d(?:\.\d{0,9})?$/.test(text)) continue;
    const stars = Math.round(Number(text));
    if (stars <= 5) return stars >= 1 ? stars : null;
  }
  return null;
}

/**
 * `Trastevere, Rome, Lazio, Italy`, each name once. The first source that names a place counts as a whole: parts of two
 * would make places that are nowhere.
 */
export function placeOf(candidates: Iterable<PlaceFields | null>): string | null {
  for (const fields of candidates) {
    if (fields === null) continue;
    const parts = new Map<string, string>();
    for (const raw of [fields.location, fields.city, fields.state, fields.country]) {
      const part = cleanTag(raw ?? '');
      const key = part.normalize('NFC').toLowerCase();
      // A dash or a question mark is how some programs write nothing.
      if (/[\p{L}\p{N}]/u.test(part) && !parts.has(key)) parts.set(key, part);
    }
    if (parts.size > 0) return [...parts.values()].join(', ');
  }
  return null;
}
