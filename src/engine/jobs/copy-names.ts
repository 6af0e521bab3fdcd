// Names of copies: a pattern filled in for each photo, made safe for every file system, each once.
import { basename, extname } from 'node:path';

export interface NamedPhoto {
  /** Path or name of its file. */
  readonly path: string;
  /** Milliseconds of the wall clock where it was taken, kept as UTC; null where no date is known. */
  readonly takenAt: number | null;
  /** End of a date that is a day, a month or years, not included; null where the time is known. */
  readonly takenUntil: number | null;
}

/** Bytes of a name without its extension: file systems take 255, and a number may follow. */
const mostBytes = 200;
/** Names that Windows keeps for devices, whatever their extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * @param number of the photo among those that are copied, from 1
 * @param photos number of photos to copy
 * @returns a file's name without extension
 */
export function copyName(
  pattern: string,
  { path, takenAt, takenUntil }: NamedPhoto,
  number: number,
  photos: number,
): string {
  const taken = takenAt === null ? null : new Date(takenAt).toISOString();
  const parts: Readonly<Record<string, string>> = {
    name: basename(path, extname(path)),
    date: takenAt === null ? 'undated' : period(takenAt, takenUntil),
    time: taken === null || takenUntil !== null ? '' : taken.slice(11, 19).replaceAll(':', '-'),
    number: String(number).padStart(Math.max(3, String(photos).length), '0'),
  };
  return safeName(pattern.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? ''));
}

/** `2019-07-14`, `2019-07`, `2019` or `1960-1969`: as much of a date as is known. */
function period(from: number, until: number | null): string {
  const first = new Date(from).toISOString();
  const last = until === null ? first : new Date(until - 1).toISOString();
  const known = [10, 7, 4].find((length) => first.slice(0, length) === last.slice(0, length));
  return known === undefined ? `${first.slice(0, 4)}-${last.slice(0, 4)}` : first.slice(0, known);
}

function safeName(wanted: string): string {
  let name = wanted.replace(/[<>:"/\\|?*\p{Cc}]/gu, '_').normalize('NFC');
  while (Buffer.byteLength(name) > mostBytes) name = [...name].slice(0, -1).join('');
  // Windows drops dots and spaces at the end, other systems hide what begins with a dot.
  name = name.replace(/[. ]+$/, '').replace(/^[. ]+/, '');
  return name === '' ? 'photo' : device.test(name) ? `${name}_` : name;
}

/** Gives each name once; a second one gets a number, as in `beach (2).jpg`. */
export class NamesOnce {
  readonly #given = new Set<string>();

  /** @param extension with its dot, or empty */
  next(name: string, extension: string): string {
    for (let n = 1; ; n++) {
      const candidate = `${name}${n === 1 ? '' : ` (${n})`}${extension}`;
      // Some file systems ignore case.
      const key = candidate.toLowerCase();
      if (this.#given.has(key)) continue;
      this.#given.add(key);
      return candidate;
    }
  }
}
