// Days in the words of a query, and the ways in which texts may write them.
import { fold } from './fold.ts';
import { isMeasure } from './measures.ts';

/** The same day of every year. */
interface DayOfYears {
  readonly year: null;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

export type WrittenDay = DayOfYears | (Omit<DayOfYears, 'year'> & { readonly year: number });

/** A period that words name: a day, the same day of every year, a month of a year, or a year. */
export type WrittenPeriod = WrittenDay | { readonly year: number; readonly month: number | null; readonly day: null };

/** A date in a list of words. */
export interface FoundDate {
  /** Index of its first word. */
  readonly from: number;
  /** Index after its last word. */
  readonly to: number;
  /** Two where day and month may be exchanged, as in 5/6/2012. */
  readonly days: readonly WrittenDay[];
}

/** Names of the months in English and German, the full ones first. */
const months: readonly (readonly string[])[] = (
  'january januar jänner jan, february februar feb, march märz maerz mar mrz, april apr, may mai, june juni jun, july juli jul, ' +
  'august aug, september sept sep, october oktober oct okt, november nov, december dezember dec dez'
)
  .split(', ')
  .map((names) => names.split(' '));

const numberOfMonth = new Map(months.flatMap((names, i) => names.map((name) => [fold(name), i + 1] as const)));

/** Month of a name, from 1; undefined for any other word. */
const monthOf = (word: string | undefined): number | undefined =>
  word === undefined ? undefined : numberOfMonth.get(fold(word).replace(/[.,]$/u, ''));

/** Names that are German only, as written behind the day: "3. Juni". */
const germanMonths = new Set(
  'januar jänner februar märz maerz mrz mai juni juli oktober okt dezember dez'.split(' ').map(fold),
);

/** Days of the longest months. */
const mostDays = 31;

/** Year of two digits: of this century up to next year, otherwise of the last one. */
function fullYear(twoDigits: string): number {
  const year = 2000 + Number(twoDigits);
  return year <= new Date().getFullYear() + 1 ? year : year - 100;
}

/** `2012`, `'12` */
const yearIn = (word: string | undefined): number | undefined => {
  const [, full, short] = /^(?:([12]\d{3})|['\u2019\u2018](\d{2}))[.,;]?$/.exec(word ?? '') ?? [];
  return full !== undefined ? Number(full) : short !== undefined ? fullYear(short) : undefined;
};

/** The same, and two digits alone, which are a year in a date, but not before a unit of measure: "24. Dezember 18 Uhr". */
function yearOfDate(words: readonly string[], at: number): number | undefined {
  const short = /^(\d{2})[,;]?$/.exec(words[at] ?? '')?.[1];
  return short === undefined || isMeasure(words[at + 1], words[at + 2]) ? yearIn(words[at]) : fullYear(short);
}

/** Seasons and holidays behind which two digits are a year. */
const seasons = new Set(
  (
    'spring summer autumn fall winter christmas xmas easter halloween thanksgiving holiday holidays vacation ' +
    'frühling frühjahr sommer herbst weihnachten ostern pfingsten silvester neujahr karneval fasching urlaub ferien sommerferien'
  )
    .split(' ')
    .map(fold),
);

/**
 * The year that a word names: `2012`, `'12`, `12` behind a season or holiday, `98` behind a month, which has no such day. Two digits
 * before a unit of measure are none: "Sommer 20 Grad".
 */
function yearNamed(words: readonly string[], at: number): number | undefined {
  const [word, before] = [words[at], words[at - 1]];
  const isSeason = seasons.has(fold(before ?? ''));
  const isYear = isSeason || (monthOf(before) !== undefined && Number.parseInt(word ?? '', 10) > mostDays);
  return isYear ? yearOfDate(words, at) : yearIn(word);
}

/** English words besides months: small ones without `th` or a full stop name no day (`may 2 dogs play`). */
const ambiguousMonths = new Set(['may', 'march', 'mar']);

/** Month and day without a year. */
function dayOfAnyYear(month: string | undefined, day: string | undefined): WrittenDay[] {
  const isOther = ambiguousMonths.has(month ?? '') && /^\d+$/.test(day ?? '');
  return isOther ? [] : dayOf(null, monthOf(month), dayIn(day));
}

/** A day of the month: `24`, `24.`, `24,`, `24th`. */
const dayIn = (word: string | undefined): number | undefined => {
  const digits = /^(\d{1,2})(?:st|nd|rd|th)?[.,]?$/i.exec(word ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** One day as a list; empty where the calendar does not have it. */
function dayOf(year: number | null | undefined, month: number | undefined, day: number | undefined): WrittenDay[] {
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12) return [];
  // 2024 has a 29 February.
  const date = new Date(Date.UTC(year ?? 2024, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? [year === null ? { year, month, day } : { year, month, day }]
    : [];
}

/** A date in one word: `24.12.2012`, `24.12.12`, `2012-12-24`, `12/24/2012`; without a year `24.12.`. */
function inOneWord(word: string): WrittenDay[] {
  const plain = word.replace(/[.,;]$/u, '');
  const [, year, month, day] = (/^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(plain) ?? []).flatMap((part) =>
    /^\D$/.test(part) ? [] : Number(part),
  );
  if (year !== undefined) return dayOf(year, month, day);
  const [, own, numbered] = /^(\d{1,2})\.(\d{1,2})\.$/.exec(word) ?? [];
  if (own !== undefined) return dayOf(null, Number(numbered), Number(own));
  const [, first, sign, second, last = ''] = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(plain) ?? [];
  if (first === undefined) return [];
  const [a, b, y] = [Number(first), Number(second), last.length === 2 ? fullYear(last) : Number(last)];
  const days = [...dayOf(y, b, a), ...(sign === '/' && a !== b ? dayOf(y, a, b) : [])];
  return days;
}

/** German words before a day. */
const beforeDays = new Set('am vom zum ab seit bis den dem'.split(' '));

/** `24.12` behind one of these words, which is a day and no decimal there. */
function dayWithoutStop(words: readonly string[], at: number): WrittenDay[] {
  const [, day, month] = /^(\d{1,2})\.(\d{1,2})[,;]?$/.exec(words[at] ?? '') ?? [];
  if (day === undefined || !beforeDays.has(fold(words[at - 1] ?? '')) || isMeasure(words[at + 1], words[at + 2]))
    return [];
  return dayOf(null, Number(month), Number(day));
}

/** The days in a list of words, each written in one word or in several: `24. Dezember 2012`, `December 24th, 2012`. */
export function datesIn(words: readonly string[]): FoundDate[] {
  const found: FoundDate[] = [];
  for (let at = 0; at < words.length;) {
    const date = dateAt(words, at);
    if (date !== null) found.push(date);
    at = date?.to ?? at + 1;
  }
  return found;
}

function dateAt(words: readonly string[], from: number): FoundDate | null {
  const one = [...inOneWord(words[from] ?? ''), ...dayWithoutStop(words, from)];
  if (one.length > 0) return { from, to: from + 1, days: one };
  const [first, second, third] = words.slice(from, from + 3);
  const hasOf = second?.toLowerCase() === 'of';
  const month = hasOf ? third : second;
  const to = from + (hasOf ? 4 : 3);
  // 24. Dezember 2012, 24th of December 2012
  const byName = dayOf(yearOfDate(words, to - 1), monthOf(month), dayIn(first));
  if (byName.length > 0) return { from, to, days: byName };
  // 24. Dezember, 24th of December
  const anyYear = dayOfAnyYear(month, first);
  if (anyYear.length > 0) return { from, to: to - 1, days: anyYear };
  if (hasOf) return null;
  // 24. 12. 2012
  const dotted = [first, second].every((word) => /^\d{1,2}\.$/.test(word ?? ''));
  const byNumbers = dotted ? dayOf(yearIn(third), dayIn(second), dayIn(first)) : [];
  // December 24, 2012
  const day = monthOf(first) !== undefined && isDayBehindMonth(words, from) ? second : undefined;
  const days = byNumbers.length > 0 ? byNumbers : dayOf(yearOfDate(words, from + 2), monthOf(first), dayIn(day));
  if (days.length > 0) return { from, to, days };
  // December 24; 24. 12.
  const short = dotted ? dayOf(null, dayIn(second), dayIn(first)) : dayOfAnyYear(first, day);
  return short.length > 0 ? { from, to: from + 2, days: short } : null;
}

/**
 * Whether the number behind a month may be its day. It is none before a unit of measure ("Jan 5 Jahre alt"), behind a comma ("Jan, 5"),
 * and before another word in German, where the day comes first ("Jan 5. Geburtstag", "Juni 3 Kinder"); a year may follow.
 */
function isDayBehindMonth(words: readonly string[], month: number): boolean {
  const [name = '', day = '', next, after] = words.slice(month);
  if (next === undefined || yearIn(next) !== undefined) return !name.endsWith(',') || next !== undefined;
  const isGerman = day.endsWith('.') || germanMonths.has(fold(name));
  return !name.endsWith(',') && !isGerman && !isMeasure(next, after);
}

/** The ways in which a text may write a day. */
export function writingsOf({ year, month, day }: WrittenDay): string[] {
  const two = (n: number) => String(n).padStart(2, '0');
  const days = [...new Set([String(day), two(day)])];
  const numbers = [...new Set([String(month), two(month)])];
  const names = months[month - 1] ?? [];
  const ordinals = [...days, `${day}${ordinal(day)}`];
  if (year === null) {
    return [
      ...days.flatMap((d) => numbers.map((m) => `${d}.${m}.`)),
      ...ordinals.flatMap((d) => names.flatMap((name) => [`${d} ${name}`, `${d} of ${name}`, `${name} ${d}`])),
    ];
  }
  return [
    ...days.flatMap((d) => numbers.map((m) => `${d}.${m}.${year}`)),
    ...days.flatMap((d) => numbers.map((m) => `${year}-${m}-${d}`)),
    // In the order of the United States, where it cannot be another day.
    ...(day > 12 ? days.flatMap((d) => numbers.map((m) => `${m}/${d}/${year}`)) : []),
    ...ordinals.flatMap((d) =>
      names.flatMap((name) => [`${d} ${name} ${year}`, `${d} of ${name} ${year}`, `${name} ${d} ${year}`]),
    ),
    // Names of files.
    `${year}${two(month)}${two(day)}`,
  ];
}

const ordinal = (day: number): string =>
  day >= 11 && day <= 13 ? 'th' : (({ 1: 'st', 2: 'nd', 3: 'rd' } as Record<number, string>)[day % 10] ?? 'th');

/** All names of the month, in both languages; empty for any other word. */
export function namesOfMonth(word: string): readonly string[] {
  const month = monthOf(word);
  return month === undefined ? [] : (months[month - 1] ?? []);
}

/** All names of a month that a year follows in a list of words; empty for other words. */
export const namesBeforeYear = (words: readonly string[], at: number): readonly string[] =>
  yearNamed(words, at + 1) === undefined ? [] : namesOfMonth(words[at] ?? '');

/**
 * The period that a word names, in a list of words: a year, or a month that a year follows.
 * @returns undefined for other words
 */
export function periodNamed(words: readonly string[], at: number): WrittenPeriod | undefined {
  const year = yearNamed(words, at);
  if (year !== undefined) return { year, month: null, day: null };
  const [month, following] = [monthOf(words[at]), yearNamed(words, at + 1)];
  return month === undefined || following === undefined ? undefined : { year: following, month, day: null };
}
