// Pictures with a known text: receipts, signs, turned ones, light on dark, words across a busy ground, screenshots.
import sharp from 'sharp';
import { itemAt } from '../../src/shared/at.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { drawnPhoto } from './drawn-photo.ts';

export const textKinds = ['receipt', 'sign', 'turned sign', 'light on dark', 'across a photo', 'screenshot'] as const;
export type TextKind = (typeof textKinds)[number];

export interface DrawnText {
  readonly kind: TextKind;
  /** From top to bottom. */
  readonly lines: readonly string[];
  readonly jpeg: Buffer;
}

const words = (
  'bread coffee market station garden museum harbour ticket platform bakery summer winter closed open welcome please ' +
  'private parking entrance exit danger river mountain castle theatre library school street bridge apple orange cheese ' +
  'chocolate tomato potato water juice lemon butter sugar flour kitchen window railway airport hotel pharmacy doctor ' +
  'Monday Friday Saturday October January Berlin Madrid Lisbon Vienna London Oslo Prague Warsaw quick yellow zebra'
).split(' ');
const faces = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono'] as const;

/** One picture of a kind; the same for the same number. */
export async function drawnText(kind: TextKind, n: number): Promise<DrawnText> {
  const random = new Random(n * 31 + textKinds.indexOf(kind));
  const pick = <T>(list: readonly T[]): T => itemAt(list, Math.floor(random.uniform() * list.length));
  const word = () => pick(words);
  const price = () =>
    `${Math.floor(random.uniform() * 40) + 1}.${String(Math.floor(random.uniform() * 100)).padStart(2, '0')}`;
  const phrase = (least: number, most: number) =>
    Array.from({ length: least + Math.floor(random.uniform() * (most - least + 1)) }, word).join(' ');
  const face = pick(faces);
  const shout = (text: string) => text.toUpperCase();
  const hue = Math.floor(random.uniform() * 360);
  switch (kind) {
    case 'receipt': {
      const items = Array.from({ length: 8 }, () => `${word()} ${price()}`);
      const lines = [shout(phrase(2, 2)), ...items, `TOTAL ${price()}`, phrase(3, 4)];
      return {
        kind,
        lines,
        jpeg: await paint(lines, { width: 700, height: 1400, size: 40, face, ink: '#222', ground: '#f4f1ea' }),
      };
    }
    case 'sign':
    case 'turned sign': {
      const lines = [shout(phrase(1, 2)), phrase(1, 2)];
      const turn = kind === 'sign' ? 0 : Math.round(random.uniform() * 50 - 25);
      const look = { size: 90, face, ink: '#111', ground: `hsl(${hue} 60% 80%)`, turn };
      return { kind, lines, jpeg: await paint(lines, { width: 1200, height: 1200, ...look }) };
    }
    case 'light on dark': {
      const lines = [phrase(2, 3), phrase(2, 3)];
      const look = { size: 70, face, ink: '#f2f2e8', ground: `hsl(${hue} 55% 22%)` };
      return { kind, lines, jpeg: await paint(lines, { width: 1400, height: 700, ...look }) };
    }
    case 'across a photo': {
      const lines = [phrase(2, 2), phrase(1, 2)];
      const behind = await drawnPhoto(n, 1200, 900);
      return {
        kind,
        lines,
        jpeg: await paint(lines, { width: 1200, height: 900, size: 88, face, ink: '#fff', ground: null, behind }),
      };
    }
    case 'screenshot': {
      const lines = Array.from({ length: 14 }, () => phrase(4, 7));
      return {
        kind,
        lines,
        jpeg: await paint(lines, { width: 1080, height: 1600, size: 34, face, ink: '#333', ground: '#fff' }),
      };
    }
  }
}

interface Look {
  readonly width: number;
  readonly height: number;
  /** Height of the letters in pixels. */
  readonly size: number;
  readonly face: string;
  readonly ink: string;
  /** Null for text over a picture. */
  readonly ground: string | null;
  readonly behind?: Buffer;
  /** Degrees. */
  readonly turn?: number;
}

/** The lines below each other as a JPEG. */
export async function paint(lines: readonly string[], look: Look): Promise<Buffer> {
  const { width, height, size, face, ink, ground, behind, turn = 0 } = look;
  const step = size * 1.7;
  const top = (height - step * (lines.length - 1)) / 2 + size * 0.35;
  const texts = lines.map(
    (line, i) =>
      `<text x="${width / 2}" y="${top + i * step}" text-anchor="middle" font-family="${face}" font-size="${size}" fill="${ink}">${line}</text>`,
  );
  const paper = ground === null ? '' : `<rect width="${width}" height="${height}" fill="${ground}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paper}<g transform="rotate(${turn} ${width / 2} ${height / 2})">${texts.join('')}</g></svg>`;
  const drawn = behind === undefined ? sharp(Buffer.from(svg)) : sharp(behind).composite([{ input: Buffer.from(svg) }]);
  return drawn.flatten({ background: '#fff' }).jpeg({ quality: 85 }).toBuffer();
}

/** Edits that turn one text into the other (Levenshtein), divided by its length: the character error rate. */
export function characterErrorRate(read: string, written: string): number {
  const [a, b] = [Array.from(read), Array.from(written)];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      next.push(Math.min(itemAt(row, j + 1) + 1, itemAt(next, j) + 1, itemAt(row, j) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return itemAt(row, b.length) / Math.max(1, b.length);
}
