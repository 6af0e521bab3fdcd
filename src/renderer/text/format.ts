// Formats numbers, sizes, dates and durations for people, in the language of the window.
import { dateLanguages, language, m } from '../../language/language.ts';
import { undirected } from '../../shared/printable.ts';

const dateLanguage = (): string => dateLanguages[language()];

/** Formatters are cached: creating one takes longer than using it, and every photo needs one. */
const numberFormats = new Map<string, Intl.NumberFormat>();

/** A number with this many digits after the decimal point. */
export function decimal(n: number, digits: number): string {
  const key = `${language()} ${digits}`;
  const format =
    numberFormats.get(key) ??
    new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  numberFormats.set(key, format);
  return format.format(n);
}

export function count(n: number): string {
  return decimal(n, 0);
}

export function fileSize(bytes: number): string {
  if (bytes < 1000) return m.count_bytes({ count: bytes });
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${decimal(size, size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** `12 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Items a second, or items a minute below one a second. */
export function rate(perSecond: number, many: string): string {
  if (perSecond >= 9.95) return `${count(perSecond)} ${many}/s`;
  if (perSecond >= 1) return `${decimal(perSecond, 1)} ${many}/s`;
  return `${count(perSecond * 60)} ${many}/min`;
}

/** EXIF has no time zone, so show the wall-clock time as stored. */
export function captureDate(time: number): string {
  return new Date(time).toLocaleString(dateLanguage(), {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** A date as precisely as it is known: `1968`, `June 1968`, `14 July 2019`, `14 July 2019 at 16:20 (UTC+2)`. */
export function capturePeriod(date: {
  readonly capturedAt: number;
  readonly capturedUntil: number | null;
  readonly utcOffset: number | null;
}): string {
  const { capturedAt, capturedUntil, utcOffset } = date;
  if (capturedUntil === null) {
    return captureDate(capturedAt) + (utcOffset === null ? '' : ` (${offsetName(utcOffset)})`);
  }
  const days = Math.round((capturedUntil - capturedAt) / 86_400_000);
  const parts: Intl.DateTimeFormatOptions = { timeZone: 'UTC', year: 'numeric' };
  if (days <= 31) parts.month = 'long';
  if (days <= 1) parts.day = 'numeric';
  return new Date(capturedAt).toLocaleDateString(dateLanguage(), parts);
}

/** `UTC+2`, `UTC-3:30`, `UTC`. */
function offsetName(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const size = hours === 0 && rest === 0 ? '' : `${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
  return `UTC${size === '' ? '' : minutes < 0 ? '−' : '+'}${size}`;
}

/** `July 2019` for `2019-07`, `1968` for `1968`. */
export function monthName(month: string): string {
  const [year, number] = month.split('-').map(Number);
  if (year === undefined) throw new Error(`${month} is no month`);
  if (number === undefined) return String(year);
  return utcDay(year, number, 1).toLocaleString(dateLanguage(), { timeZone: 'UTC', month: 'long', year: 'numeric' });
}

/** `Sunday, 14 July 2019` for `2019-07` and 14. */
export function dayName(month: string, day: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return dayNames().format(utcDay(year, number, day));
}

function utcDay(year: number, month: number, day: number): Date {
  // The constructor would place years below 100 in the 20th century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Cached, because a time line has a name for each of its days. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayNames(): Intl.DateTimeFormat {
  const key = dateLanguage();
  const options = { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  const format = dayFormats.get(key) ?? new Intl.DateTimeFormat(key, options);
  dayFormats.set(key, format);
  return format;
}

export function localDate(time: number): string {
  return new Date(time).toLocaleString(dateLanguage(), {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `14 July 2019 at 16:20`, in the person's time zone. */
export function fileDate(time: number): string {
  return new Date(time).toLocaleString(dateLanguage(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `41.89021, 12.49223`, as maps take it: with a point in every language, about a metre exact. */
export const degrees = ({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** `14 July 2019`, in the person's time zone. */
export function day(time: number): string {
  return new Date(time).toLocaleDateString(dateLanguage(), { day: 'numeric', month: 'long', year: 'numeric' });
}

export function milliseconds(ms: number): string {
  return `${decimal(ms, ms < 10 ? 1 : 0)} ms`;
}

/** `Temperature (τ)`: a setting with the letter of its publication, if there is one. */
export const withSymbol = (title: string, symbol: string | undefined): string =>
  symbol === undefined ? title : `${title} (${symbol})`;

/** Name to be shown, of a path of any system. */
export function fileName(path: string): string {
  return undirected(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
}

/** Folder to be shown. */
export function parentFolder(path: string): string {
  return undirected(path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 0)));
}

/** The day of the year in the person's time zone: `07-24`. */
export function dayOfYear(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
