// Facts about a folder's photos in Apple's export of iCloud Photos (privacy.apple.com): `Photo Details.csv`, `Photo
// Details-1.csv`.
import { parse } from 'csv-parse/sync';
import { decodeUndeclared } from '../../text/charset.ts';
import { favoriteTag } from './takeout.ts';

export interface AppleFields {
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly date: string | null;
  /** Whether the photo was deleted before the export. */
  readonly isTrashed: boolean;
}

export const maxAppleExport = 8 * 1024 * 1024;

/** Facts by name of the photo. The bytes of the last file are cached, as the photos of a folder share it. */
let last: { readonly bytes: Buffer; readonly photos: ReadonlyMap<string, AppleFields> | null } | null = null;

/** Facts of one photo; null without any, undefined for a damaged file. */
export function readAppleExport(bytes: Buffer, photoName: string): AppleFields | null | undefined {
  if (last?.bytes.equals(bytes) !== true) {
    const text = decodeUndeclared(bytes)?.text;
    last = { bytes, photos: text === undefined ? null : photosOf(text) };
  }
  return last.photos === null ? undefined : (last.photos.get(keyOf(photoName)) ?? null);
}

const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

function photosOf(text: string): Map<string, AppleFields> | null {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: true });
  } catch {
    return null;
  }
  const [header = [], ...photos] = rows;
  const [name, favorite, deleted, created] = ['imgName', 'favorite', 'deleted', 'originalCreationDate'].map((column) =>
    header.findIndex((cell) => cell.trim() === column),
  );
  const cell = (row: readonly string[], at: number | undefined): string => row[at ?? -1]?.trim() ?? '';
  const found = new Map<string, AppleFields>();
  for (const row of photos) {
    const key = keyOf(cell(row, name));
    // Two photos of the export may have one name.
    const isTrashed = cell(row, deleted) === 'yes' && found.get(key)?.isTrashed !== false;
    const tags = cell(row, favorite) === 'yes' ? [favoriteTag] : [];
    found.set(key, { tags, date: dateOf(cell(row, created)), isTrashed });
  }
  return found;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Saturday July 5,2014 10:05 AM GMT`. */
function dateOf(text: string): string | null {
  const match = /^\p{L}+,? (\p{L}{3})\p{L}* (\d{1,2}), ?(\d{4}) (\d{1,2}):(\d{2})\s([AP])M GMT$/u.exec(text);
  if (match === null) return null;
  const [, month = '', day = '', year = '', hour = '', minute = '', half = ''] = match;
  const at = months.indexOf(month.toLowerCase());
  if (at < 0) return null;
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return new Date(Date.UTC(Number(year), at, Number(day), hours, Number(minute))).toISOString();
}
