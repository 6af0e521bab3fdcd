// Days in the words of a query, and the ways in which texts may write them.
import { fold } from './fold.ts';

export interface WrittenDay {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

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

const yearIn = (word: string | undefined): number | undefined => {
  const digits = /^([12]\d{3})[.,;]?$/.exec(word ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** A day of the month: `24`, `24.`, `24,`, `24th`. */
const dayIn = (word: string | undefined): number | undefined => {
  const digits = /^(\d{1,2})(?:st|nd|rd|th)?[.,]?$/i.exec(word ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** One day as a list; empty where the calendar does not have it. */
function dayOf(year: number | undefined, month: number | undefined, day: number | undefined): WrittenDay[] {
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12) return [];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? [{ year, month, day }] : [];
}

/** A date in one word: `24.12.2012`, `2012-12-24`, `12/24/2012`. */
function inOneWord(word: string): WrittenDay[] {
  const plain = word.replace(/[.,;]$/u, '');
  const [, year, month, day] = (/^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(plain) ?? []).flatMap((part) =>
    /^\D$/.test(part) ? [] : Number(part),
  );
  if (year !== undefined) return dayOf(year, month, day);
  const [, first, sign, second, last] = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(plain) ?? [];
  if (first === undefined) return [];
  const [a, b, y] = [Number(first), Number(second), Number(last)];
  const days = [...dayOf(y, b, a), ...(sign === '/' && a !== b ? dayOf(y, a, b) : [])];
  return days;
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
  const one = inOneWord(words[from] ?? '');
  if (one.length > 0) return { from, to: from + 1, days: one };
  const [first, second, third, fourth] = words.slice(from, from + 4);
  const hasOf = second?.toLowerCase() === 'of';
  const [month, year] = hasOf ? [third, fourth] : [second, third];
  const to = from + (hasOf ? 4 : 3);
  // 24. Dezember 2012, 24th of December 2012
  const byName = dayOf(yearIn(year), monthOf(month), dayIn(first));
  if (byName.length > 0) return { from, to, days: byName };
  if (hasOf) return null;
  // 24. 12. 2012
  const dotted = [first, second].every((word) => /^\d{1,2}\.$/.test(word ?? ''));
  const byNumbers = dotted ? dayOf(yearIn(third), dayIn(second), dayIn(first)) : [];
  // December 24, 2012
  const days = byNumbers.length > 0 ? byNumbers : dayOf(yearIn(third), monthOf(first), dayIn(second));
  return days.length > 0 ? { from, to, days } : null;
}

/** The ways in which a text may write a day. */
export function writingsOf({ year, month, day }: WrittenDay): string[] {
  const two = (n: number) => String(n).padStart(2, '0');
  const days = [...new Set([String(day), two(day)])];
  const numbers = [...new Set([String(month), two(month)])];
  const names = months[month - 1] ?? [];
  return [
    ...days.flatMap((d) => numbers.map((m) => `${d}.${m}.${year}`)),
    ...days.flatMap((d) => numbers.map((m) => `${year}-${m}-${d}`)),
    // In the order of the United States, where it cannot be another day.
    ...(day > 12 ? days.flatMap((d) => numbers.map((m) => `${m}/${d}/${year}`)) : []),
    ...[...days, `${day}${ordinal(day)}`].flatMap((d) =>
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

/** All names of a month that a year follows; empty for other words. */
export const namesBeforeYear = (word: string, next: string | undefined): readonly string[] =>
  yearIn(next) === undefined ? [] : namesOfMonth(word);
