// Capture dates and camera names, from the forms that cameras and programs write.
import { itemAt } from '../../../shared/at.ts';

export const dayMs = 24 * 60 * 60 * 1000;
/** Year of the first photograph; earlier dates are errors. */
const firstYear = 1826;

/** Capture date of a photo, as precisely as it is known. */
export interface CaptureDate {
  /**
   * Milliseconds since 1970 of the local wall-clock time of the place, stored as if it were UTC. So a photo taken
   * at 23:30 on 31 July is found under 31 July and shown as 23:30 in any time zone. To show it, format it with
   * `timeZone: 'UTC'`.
   */
  readonly time: number;
  /** First millisecond after the year, month or day where no more is known; null for a time of day. */
  readonly until: number | null;
  /** Minutes from UTC to local time, if given. */
  readonly offset: number | null;
}

/** The date in a text; null for none, for an impossible one, and for the date of a camera whose clock was never set. */
export function parseCaptureDate(text: string, now = Date.now()): CaptureDate | null {
  const date = parseWallClock(text);
  // A date a day ahead comes from another time zone; more than a year ahead, from a clock that was never set.
  return date === null || date.time > now + 365 * dayMs || isReset(date) ? null : date;
}

/**
 * EXIF's `2019:07:31 12:00:00.5+02:00`, with zeros or blanks for unknown parts; XMP's ISO 8601, with parts missing
 * at the end; IPTC's `20190731`, with zeros for unknown parts.
 */
function parseWallClock(text: string): CaptureDate | null {
  const tidied = text
    .trim()
    .replace(/[x?]{2}/gi, '00')
    .replace(/^(\d{4})(\d{2})(\d{2})(?: ?(\d{2})(\d{2})(\d{2})?)?(?!\d)/, compactClock)
    .replace(/^(\d{4})(\d{2})$/, '$1-$2');
  const match =
    /^(\d{4})(?:[-:./](\d{1,2}|  )(?:[-:./](\d{1,2}|  ))?)?(?:[T ]+(?:(上午|午前|오전|下午|午後|오후) ?)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:\s*(?:([ap])\.?m\b\.?|(上午|午前|오전|下午|午後|오후)))?)?(?:\s*(Z|[+-]\d{1,2}(?::?\d{2})?)$)?/i.exec(
      tidied,
    );
  if (match === null) return null;
  const part = (index: number): number | null => (match[index] === undefined ? null : Number(match[index]));
  const year = Number(match[1]);
  // A month or day of zero is unknown.
  const [month, day] = [part(2) || null, part(3) || null];
  if (year < firstYear || (month !== null && month > 12) || (month === null && day !== null)) return null;
  // More behind a year or a month makes it something else: a decade (`1960s`), a week (`2019-W31`).
  if (day === null && /[\p{L}\p{N}]/u.test(tidied.slice(match[0].length))) return null;
  if (month === null) return { time: Date.UTC(year, 0), until: Date.UTC(year + 1, 0), offset: null };
  if (day === null) return { time: Date.UTC(year, month - 1), until: Date.UTC(year, month), offset: null };
  const midnight = Date.UTC(year, month - 1, day);
  // Date turns 31 February into a day of March.
  if (new Date(midnight).getUTCDate() !== day) return null;
  const [written, minute, second] = [match[5], part(6) ?? 0, part(7) ?? 0];
  // Some writers give midnight at the end of a day as 24:00, on this day or the next.
  const isDay = written === undefined || (Number(written) === 24 && minute + second === 0);
  if (isDay) return { time: midnight, until: midnight + dayMs, offset: null };
  const hour = Number(hourOf(written, halfOf(match[4] ?? match[9] ?? match[10])));
  if (hour > 23 || minute > 59 || second > 60) return null;
  const fraction = match[8] === undefined ? 0 : Math.floor(Number(`0.${match[8]}`) * 1000);
  const time = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  return { time, until: null, offset: match[11] === undefined ? null : parseOffset(match[11]) };
}

/** A date in eight digits, with or without a time in four or six. */
function compactClock(
  _: string,
  year: string,
  month: string,
  day: string,
  hour = '',
  minute = '',
  second = '',
): string {
  const date = `${year}-${month}-${day}`;
  return hour === '' ? date : `${date} ${hour}:${minute}${second === '' ? '' : `:${second}`}`;
}

/** `A` or `P` of a clock with twelve hours; undefined without such a mark. */
const halfOf = (mark: string | undefined): 'A' | 'P' | undefined =>
  mark === undefined || mark === '' ? undefined : /^(?:p|μ|下午|午後|오후)/i.test(mark) ? 'P' : 'A';

/** `Z`, `+02:00`, `-0930`, `+2` in minutes; null for an offset that no place has. */
export function parseOffset(text: string): number | null {
  if (text.trim() === 'Z') return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text.trim());
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes;
}

/** First days of clocks that were never set. Their time runs on from there. */
const resetDays = new Set(['1904-01-01', '1970-01-01', '1980-01-01']);
/** The evenings before them, where programs west of Greenwich convert a zero to local time. */
const resetEves = /^(?:1903|1969|1979)-12-31T(?:1[2-9]|2\d)/;
/** Placeholders of some cameras and programs for a missing date, and the zeros of spreadsheets and of GPS. */
const resetTimes = new Set(
  '1899-12-30T00:00:00 1900-01-01T00:00:00 1979-11-30T00:00:00 1980-01-06T00:00:00 2002-12-08T12:00:00'.split(' '),
);

/** A day without a time of day comes from a person, not from an unset clock. */
function isReset({ time, until }: CaptureDate): boolean {
  if (until !== null) return false;
  const text = new Date(time).toISOString();
  return resetDays.has(text.slice(0, 10)) || resetEves.test(text) || resetTimes.has(text.slice(0, 19));
}

/** IPTC stores date and time separately: `20190731`, `120000+0200`. */
export function iptcTime(date: string | null, time: string | null): string | null {
  if (date === null) return null;
  const clock = /^(\d{2})(\d{2})(\d{2})([+-]\d{4})?/.exec(time ?? '');
  if (clock === null) return date;
  const [, hour = '', minute = '', second = '', offset = ''] = clock;
  return `${date} ${hour}:${minute}:${second}${offset}`;
}

/** A date that is not part of a longer number, with an optional time of day after it: `2019-07-09 at 6.01.30 PM`. */
const nameDateForm =
  /(?<!\d)((?:19|20)\d{2})([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)(?:[-_ T.,]+(?:(上午|午前|오전|下午|午後|오후) ?|[\p{Ll}\p{Lo}]{1,5}(?:\(s\))?[-.]? ?(?:\p{Ll}{2,3}(?:\(s\))? )?)?((?:[01]?\d|2[0-3])[-_.:h]|(?:[01]\d|2[0-3]) (?=[0-5]\d [0-5]\d(?!\d))|[01]\d|2[0-3])([0-5]\d)(?:[-_.:m]|(?<= \d\d) )?([0-5]\d)(?!\d{4,})(?:[ \u00A0\u202F]?([APπμ])\.?[ \u00A0\u202F]?[Mμ](?!\p{L}))?)?/giu;
/** Date and time in fourteen digits, and thousandths of a second. */
const compactNameDate =
  /(?<!\d)((?:19|20)\d{2})()(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])()([01]\d|2[0-3])([0-5]\d)([0-5]\d)(?:\d{3})?(?!\d)/gu;
/** A month before the subject of a scan: `1968-06 Oma.jpg`. */
const nameMonth = /^(?:scan[-_ ])?((?:18|19|20)\d{2}-(?:0[1-9]|1[0-2]))(?![-_.]?\d)/iu;
/** German order: `31.12.2019`. */
const germanNameDate = /(?<![\d.v])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.((?:18|19|20)\d{2})(?!\.?\d)/u;
/** `25-12-2019`, `12_25_2019`: the month is clear if the other number is more than twelve, or if both are equal. */
const otherNameDate = /(?<!\d)(\d{1,2})([-_])(\d{1,2})\2((?:19|20)\d{2})(?!\d)/u;
/** `2019-1-5`, also with a time of day, `2019-1-5 kello 18.30.05`, and in any century of photographs. */
const looseNameDate =
  /(?<!\d)((?:18|19|20)\d{2})-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(?![-\d])(?:[ ,]+(?:\p{Ll}{1,5} )?((?:[01]?\d|2[0-3])[.:][0-5]\d[.:][0-5]\d)(?!\d))?/u;
/** `2019 08 21`. */
const spacedNameDate = /(?<!\d)((?:19|20)\d{2}) (0[1-9]|1[0-2]) (0[1-9]|[12]\d|3[01])(?! ?\d)/u;
/** Dropbox's names of photos from phones, and those of Photo Booth, in German: `Foto 21.08.19, 18 30 05`, `Foto am 21.08.19 um 18.30`. */
const shortGermanDate =
  /^(?:foto|photo|video|film)(?: am)? (\d{2})\.(\d{2})\.(\d{2})(?:,| um) (\d{2})[ .](\d{2})(?:[ .](\d{2}))?(?!\d)/iu;
/** Those of Photo Booth in English: `Photo on 8-21-19 at 6.30 PM`. */
const photoBoothDate = /^(?:photo|movie) on (\d{1,2})-(\d{1,2})-(\d{2}) at (\d{1,2})\.(\d{2})(?: ([AP])M)?(?!\d)/iu;
/** Those of Nokia's phones, with a number: `21082009123`. */
const nokiaNameDate = /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(20(?:0[4-9]|1[0-5]))(?:\d{3}|\(\d{3}\))\.\w+$/u;
/** The form of dash cameras: `2019_0105_120000`. */
const splitNameDate =
  /(?<!\d)((?:19|20)\d{2})_(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])_(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d)/u;
/** `2019年1月5日`, `2019년 1월 5일`. */
const eastAsianNameDate = /(?<!\d)((?:19|20)\d{2}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]/u;
/** Milliseconds since 1970, in names from Facebook and chat programs. */
const nameTimestamp = /(?:^|_|-|mmexport|microMsg\.)(1[0-9]{12})(?!\d|_\d{6})/;
/** Facebook's old names, of the numbers of its users and albums. */
const facebookName = /\d_[nos]\.\w+$/;
/** Seconds since 1970, in the names of the iPhone's recordings of its screen. */
const nameSeconds = /^RPReplay_Final(1\d{9})(?!\d)/;
/** The form of Telegram's export, always with the day first: `photo_1@25-12-2019_18-30-00`. */
const telegramNameDate = /@(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-(20\d{2})_([01]\d|2[0-3])-([0-5]\d)-([0-5]\d)(?!\d)/;
/** The form of Nextcloud and ownCloud on iPhones: `18-08-21 18-30-05 0001`. */
const cloudNameDate =
  /^(?:nextcloud |owncloud )?(\d{2})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3])-([0-5]\d)-([0-5]\d) \d{3,4}(?!\d)/i;
/** Google's camera and OneDrive on iPhones write UTC into names, unlike all others. */
const isUtcName = (name: string): boolean => /^PXL_\d{8}_\d{9}|^\d{8}_\d{9}_iOS/i.test(name);
/** Sign of UTC behind a time of day. */
const utcMark = /^[.,]?\d{0,3}Z(?![\p{L}\p{N}])/u;
/** Words beside the two years of a winter or a school year: `2010-11 school year`. */
const seasonWord =
  /season|saison|seizoen|stagione|temporada|school|schul|schule|scolaire|curso|winter|hiver|inverno|invierno/i;

/** The date in a file's name, as written by phones, chat programs and screenshots. */
export function nameDate(name: string, now = Date.now()): CaptureDate | null {
  // Future dates do not count.
  const day = (year = '', month = '', date = ''): CaptureDate | null =>
    parseCaptureDate(`${year}-${month}-${date}`, now - 364 * dayMs);
  for (const match of [...name.matchAll(nameDateForm), ...name.matchAll(compactNameDate)]) {
    const [whole, year = '', , month = '', date = '', halfBefore, hour, minute = '', second = '', half] = match;
    const time = hour === undefined ? '' : `T${hourOf(hour, halfOf(halfBefore) ?? halfOf(half))}:${minute}:${second}`;
    const isUtc = time !== '' && (isUtcName(name) || utcMark.test(name.slice(match.index + whole.length)));
    const found = day(year, month, `${date}${time}${isUtc ? 'Z' : ''}`);
    if (found !== null) return found;
  }
  const exported = telegramNameDate.exec(name);
  if (exported !== null) return day(exported[3], exported[2], `${exported[1]}T${exported.slice(4).join(':')}`);
  const cloud = cloudNameDate.exec(name);
  if (cloud !== null) return day(`20${cloud[1]}`, cloud[2], `${cloud[3]}T${cloud.slice(4).join(':')}`);
  const month = nameMonth.exec(name)?.[1];
  if (month !== undefined) {
    const [year = '', number = ''] = month.split('-');
    const isSeason = Number(number) === (Number(year) + 1) % 100 && seasonWord.test(name);
    return parseCaptureDate(isSeason ? year : month, now - 364 * dayMs);
  }
  const [, germanDay, germanMonth, germanYear] = germanNameDate.exec(name) ?? [];
  if (germanYear !== undefined) return day(germanYear, germanMonth, germanDay);
  const loose = looseNameDate.exec(name);
  if (loose !== null) {
    const [hour, ...rest] = loose[4]?.split(/[.:]/) ?? [];
    return day(loose[1], loose[2], hour === undefined ? loose[3] : `${loose[3]}T${[hour, ...rest].join(':')}`);
  }
  const written = eastAsianNameDate.exec(name) ?? spacedNameDate.exec(name) ?? splitNameDate.exec(name);
  if (written !== null) return day(written[1], written[2], written[3]);
  const short = shortNameDate(name);
  if (short !== null) return day(...short);
  const [, one = '', , two = '', year] = otherNameDate.exec(name) ?? [];
  if (year !== undefined && (Number(one) > 12 || one === two)) return day(year, two, one);
  if (Number(two) > 12) return day(year, one, two);
  const named = dateInWords(name);
  if (named !== null) return day(...named);
  const seconds = nameSeconds.exec(name)?.[1];
  const ofFacebook = facebookName.test(name);
  const timestamp = Number(
    (ofFacebook ? undefined : nameTimestamp.exec(name)?.[1]) ?? (seconds === undefined ? Number.NaN : `${seconds}000`),
  );
  return timestamp <= now ? { time: timestamp, until: null, offset: 0 } : null;
}

/** Year, month, and day with its time, in the names of programs that write the day or the month first. */
function shortNameDate(name: string): [year: string, month: string, day: string] | null {
  const german = shortGermanDate.exec(name);
  if (german !== null) {
    const [, day = '', month = '', year = '', ...clock] = german;
    return [`20${year}`, month, `${day}T${clock.filter((part) => part !== undefined).join(':')}`];
  }
  const nokia = nokiaNameDate.exec(name);
  if (nokia !== null) return [nokia[3] ?? '', nokia[2] ?? '', nokia[1] ?? ''];
  const [, one = '', two = '', year, hour = '', minute = '', half] = photoBoothDate.exec(name) ?? [];
  // The order depends on the country.
  const isMonthFirst = Number(two) > 12;
  if (year === undefined || isMonthFirst === Number(one) > 12) return null;
  const [month, day] = isMonthFirst ? [one, two] : [two, one];
  return [`20${year}`, month, `${day}T${hourOf(hour, halfOf(half))}:${minute}`];
}

/** Languages whose month names are known. */
const monthLanguages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'nb', 'pl', 'cs', 'ru'];
let months: ReadonlyMap<string, string> | null = null;

/** Number of a month by its name, inside dates or alone, in full or short. */
export function monthNumber(name: string): string | undefined {
  if (months === null) {
    const known = new Map<string, string>();
    for (const language of monthLanguages) {
      for (const options of [{ month: 'long' }, { month: 'short' }, { month: 'long', day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        for (let month = 1; month <= 12; month++) {
          const text = format.formatToParts(Date.UTC(2019, month - 1, 1)).find(({ type }) => type === 'month')?.value;
          if (text !== undefined) known.set(text.toLowerCase().replace(/\.$/, ''), String(month).padStart(2, '0'));
        }
      }
    }
    months = known;
  }
  return months.get(name.toLowerCase().normalize('NFC'));
}

/** `1 January 2019`, `1. Januar 2019`, `01-Jan-2019`, `1 de enero de 2019`, and `January 1, 2019`. */
const dayFirst =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º)?[. _-]+(?:de |di |of )?(\p{L}{3,12})[. _-]+(?:de |del )?((?:19|20)\d{2})(?!\d)/u;
/** Short names of months in other languages that are English words, too: `Night out 2 2017`, `Wedding set 3 2019`. */
const alsoWords = new Set(['set', 'out', 'mag', 'ago', 'lis', 'led', 'dub', 'pro', 'gen']);
const monthFirst = /(?<!\p{L})(\p{L}{3,12})[. _-]+(\d{1,2})(?:st|nd|rd|th)?,?[ _-]+((?:19|20)\d{2})(?!\d)/u;

function dateInWords(name: string): [year: string, month: string, day: string] | null {
  const text = name.normalize('NFC');
  const [whole = '', day = '', month = '', year = ''] = dayFirst.exec(text) ?? [];
  const isWord = alsoWords.has(month.toLowerCase()) && !/\.| d[ei] /.test(whole);
  const number = isWord ? undefined : monthNumber(month);
  if (number !== undefined) return [year, number, day];
  const [, monthBefore = '', dayBehind = '', yearBehind = ''] = monthFirst.exec(text) ?? [];
  const numberBefore = alsoWords.has(monthBefore.toLowerCase()) ? undefined : monthNumber(monthBefore);
  return numberBefore === undefined ? null : [yearBehind, numberBefore, dayBehind];
}

/** @param half of a clock with twelve hours */
function hourOf(written: string, half: 'A' | 'P' | undefined): string {
  const hour = Number.parseInt(written, 10);
  const full = half === undefined || hour > 12 ? hour : (hour % 12) + (half === 'P' ? 12 : 0);
  return String(full).padStart(2, '0');
}

/** `Canon` and `Canon EOS 6D` make `Canon EOS 6D`; `NIKON CORPORATION` and `NIKON D70` make `NIKON D70`. */
export function cameraName(make: string | null, model: string | null): string | null {
  const maker = tidy(make);
  const name = tidy(model);
  if (name === '') return maker === '' ? null : maker;
  if (maker === '') return name;
  const firstWord = itemAt(name.toLowerCase().split(/[\s-]/, 1), 0);
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
