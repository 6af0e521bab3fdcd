// When and with what a photo was taken: dates and camera names out of what programs wrote.

const DAY = 24 * 60 * 60 * 1000;
/** Before the first photograph nothing was photographed. */
const FIRST_YEAR = 1826;

/**
 * Milliseconds since 1970 of the first date that makes sense, else null.
 *
 * The convention: the time a clock on the wall showed where the photo was taken, stored as if that place kept UTC.
 * Offsets are read over. So a photo taken at 23:30 on 31 July is found under 31 July and shown as 23:30, wherever it
 * was taken and wherever it is looked at; most cameras write no offset, so nothing else could hold for all photos.
 * To show a date, format it with `timeZone: 'UTC'`.
 */
export function captureTime(candidates: Iterable<string | null>, now = Date.now()): number | null {
  for (const candidate of candidates) {
    const time = candidate === null ? null : parseWallClock(candidate);
    // A clock a day ahead is another time zone; beyond a year it was never set.
    if (time !== null && time <= now + 365 * DAY) return time;
  }
  return null;
}

/** EXIF's `2019:07:31 12:00:00.5`, XMP's ISO 8601 with parts missing at the end, IPTC's `20190731`. */
function parseWallClock(text: string): number | null {
  const match =
    /^(\d{4})(?:[-:./](\d{1,2})(?:[-:./](\d{1,2}))?)?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?/.exec(
      text.trim().replace(/^(\d{4})(\d{2})(\d{2})(?!\d)/, '$1-$2-$3'),
    );
  if (match === null) return null;
  const part = (index: number, missing: number): number =>
    match[index] === undefined ? missing : Number(match[index]);
  const [year, month, day] = [part(1, 0), part(2, 1), part(3, 1)];
  const [hour, minute, second] = [part(4, 0), part(5, 0), part(6, 0)];
  const fraction = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000);
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  const time = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  // 31 February would quietly become a day of March.
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day ? time : null;
}

/** IPTC keeps date and time apart: `20190731`, `120000+0200`. */
export function iptcTime(date: string | null, time: string | null): string | null {
  if (date === null) return null;
  const clock = /^(\d{2})(\d{2})(\d{2})/.exec(time ?? '');
  return clock === null ? date : `${date} ${clock[1] ?? ''}:${clock[2] ?? ''}:${clock[3] ?? ''}`;
}

/** `Canon` and `Canon EOS 6D` make `Canon EOS 6D`; `NIKON CORPORATION` and `NIKON D70` make `NIKON D70`. */
export function cameraName(make: string | null, model: string | null): string | null {
  const maker = tidy(make);
  const name = tidy(model);
  if (name === '') return maker === '' ? null : maker;
  if (maker === '') return name;
  const firstWord = name.toLowerCase().split(/[\s-]/, 1)[0] ?? '';
  return maker
    .toLowerCase()
    .split(/[\s,.]+/)
    .includes(firstWord)
    ? name
    : `${maker} ${name}`;
}

function tidy(text: string | null): string {
  return (text ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 100);
}
