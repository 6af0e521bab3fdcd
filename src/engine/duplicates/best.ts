// Suggests which photo of a group of near-duplicates to keep, with the reason. The person decides.
import { itemAt, numberAt } from '../../shared/at.ts';

export interface GroupPhoto {
  readonly width: number;
  readonly height: number;
  /** Whether it was saved from another photo of the group; see derived.ts. */
  readonly derived: boolean;
  /** Whether it was enlarged from a smaller photo of the group, and so has no details of its own; see enlarged.ts. */
  readonly enlarged: boolean;
  /**
   * Sharpness by pixel-hash.ts. Null where the thumbnail cannot be read, and for groups with copies of one
   * picture: text over a copy would count as sharpness.
   */
  readonly sharpness: number | null;
  /** Share of fully white pixels; null where the file could not be read. */
  readonly clipped: number | null;
  /** Bytes of the file. */
  readonly size: number;
  /** Whether the file has the camera's date. Programs often drop it from copies. */
  readonly captured: boolean;
  /** Whether it is of a format made for web pages, which no camera writes. */
  readonly forWeb: boolean;
  /** Capture date, or else the time of the last write to the file: milliseconds since 1970. */
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
/** Largest change in the share of white pixels of a white wall when another JPEG encoder saves it. */
const fewClipped = 0.005;
const pixels = (photo: GroupPhoto) => photo.width * photo.height;

/**
 * Rules in order; the first that distinguishes two photos decides. Two per cent of pixels is a rounded edge and not a
 * loss, and another JPEG encoder changes sharpness by a tenth.
 */
const rules: readonly Rule[] = [
  {
    compare: (a, b) => Number(b.enlarged) - Number(a.enlarged),
    reason: () => 'the one that larger copies were enlarged from',
  },
  {
    compare: (a, b) => clearly(pixels(a), pixels(b), 0.02),
    reason: (a, b) => `most pixels: ${a.width} × ${a.height}, the next has ${b.width} × ${b.height}`,
  },
  {
    compare: (a, b) => Number(b.derived) - Number(a.derived),
    reason: () => 'the one the others were saved from',
  },
  {
    // Pictures of one burst may differ in brightness for other reasons; a brightened copy of one picture has
    // lost its highlights.
    compare: (a, b) => {
      if (a.sharpness !== null || b.sharpness !== null || a.clipped === null || b.clipped === null) return 0;
      return Math.abs(a.clipped - b.clipped) < fewClipped ? 0 : b.clipped - a.clipped;
    },
    reason: () => 'the one whose bright parts are not lost',
  },
  {
    compare: (a, b) => Number(a.captured) - Number(b.captured),
    reason: () => 'the one that still has the date the camera gave it',
  },
  {
    compare: (a, b) => Number(b.forWeb) - Number(a.forWeb),
    reason: () => 'the one that is not in a format for web pages',
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
 * Index of the best photo, and the reason. Each rule removes the photos behind its leader, so "about equal" need not
 * be transitive.
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
