// Which photo of a group of near-duplicates to keep, and why: a suggestion, the person decides.
import { itemAt, numberAt } from '../../shared/at.ts';

export interface GroupPhoto {
  readonly width: number;
  readonly height: number;
  /** Whether it was saved from another of the group; see derived.ts. */
  readonly derived: boolean;
  /**
   * As pixel-hash.ts measures it; null where the photo could not be looked at, or is
   * the same picture as another: what is written over a copy would look sharp.
   */
  readonly sharpness: number | null;
  /** Share of its pixels that are as white as can be; null where the file could not be looked at. */
  readonly blown: number | null;
  /** Bytes of the file. */
  readonly size: number;
  /** Whether the camera's own record of when it was taken is still in it; copies made by programs often lose it. */
  readonly captured: boolean;
  /** When it was taken, or when the file was last written: milliseconds since 1970. */
  readonly date: number;
}

interface Rule {
  /** Positive when `a` is better. Differences too small to matter count as none. */
  readonly compare: (a: GroupPhoto, b: GroupPhoto) => number;
  readonly reason: (best: GroupPhoto, next: GroupPhoto) => string;
}

/** `a` against `b`, 0 when they differ by less than `share`. */
function clearly(a: number, b: number, share: number): number {
  return Math.abs(a - b) <= share * Math.max(a, b) ? 0 : a - b;
}
/** Fewer lost pixels are what another encoder makes of a white wall. */
const fewBlown = 0.005;
const pixels = (photo: GroupPhoto) => photo.width * photo.height;

/**
 * In this order; the first rule that tells two photos apart decides. Two per cent of pixels is a rounded edge and no
 * loss, and a tenth in sharpness is what another JPEG encoder makes of the same picture.
 */
const rules: readonly Rule[] = [
  {
    compare: (a, b) => clearly(pixels(a), pixels(b), 0.02),
    reason: (a, b) => `most pixels: ${a.width} × ${a.height}, the next has ${b.width} × ${b.height}`,
  },
  {
    compare: (a, b) => Number(b.derived) - Number(a.derived),
    reason: () => 'the one the others were saved from',
  },
  {
    // The sharper of two pictures of one moment may be the brighter; a copy of one picture made brighter has lost its lights.
    compare: (a, b) => {
      if (a.sharpness !== null || b.sharpness !== null || a.blown === null || b.blown === null) return 0;
      return Math.abs(a.blown - b.blown) < fewBlown ? 0 : b.blown - a.blown;
    },
    reason: () => 'the one whose bright parts are not lost',
  },
  {
    compare: (a, b) => Number(a.captured) - Number(b.captured),
    reason: () => 'the one that still has the date the camera gave it',
  },
  {
    compare: (a, b) => (a.sharpness === null || b.sharpness === null ? 0 : clearly(a.sharpness, b.sharpness, 0.1)),
    reason: () => 'the sharpest',
  },
  {
    compare: (a, b) => clearly(a.size, b.size, 0.05),
    reason: (a, b) => `the largest file: ${kilobytes(a.size)}, the next has ${kilobytes(b.size)}`,
  },
  { compare: (a, b) => b.date - a.date, reason: () => 'as good as the others, and the earliest' },
];
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;

/**
 * Place of the best in the list and the reason. Rule by rule the photos that fall behind the rule's leader are out, so
 * that "about equal" need not be transitive.
 * @param photos at least one
 */
export function chooseBest(photos: readonly GroupPhoto[]): { best: number; reason: string } {
  let left = photos.map((_, i) => i);
  let reason = 'all the same; the one indexed first';
  for (const rule of rules) {
    const leader = left.reduce((best, i) => (rule.compare(itemAt(photos, i), itemAt(photos, best)) > 0 ? i : best));
    const behind = left.filter((i) => rule.compare(itemAt(photos, leader), itemAt(photos, i)) > 0);
    const next = behind[0];
    if (next === undefined) continue;
    const nearest = behind.reduce(
      (best, i) => (rule.compare(itemAt(photos, i), itemAt(photos, best)) > 0 ? i : best),
      next,
    );
    reason = rule.reason(itemAt(photos, leader), itemAt(photos, nearest));
    left = left.filter((i) => !behind.includes(i));
    if (left.length === 1) break;
  }
  return { best: numberAt(left, 0), reason };
}
