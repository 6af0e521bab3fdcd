// Dates as people type them.
import { dateLanguages, language } from '../../language/language.ts';

const whole = /^[12]\d{3}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d)?)?)?)?$/;
/** `31.12.2019` and `12.2019`. */
const dotted = /^(?:(\d{1,2})\.)?(\d{1,2})\.([12]\d{3})$/;
/** `14 July 2019`, `14. Juli 2019`, `July 2019`. */
const dayFirst = /^(?:(\d{1,2})(?:st|nd|rd|th|\.)?\s+)?(\p{L}{3,})\.?,?\s+([12]\d{3})$/u;
/** `July 14 2019`, `July 14th, 2019`. */
const monthFirst = /^(\p{L}{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th|\.)?,?\s+([12]\d{3})$/u;

/**
 * @returns `1968`, `1968-06`, `1968-06-15` or `1968-06-15 10:00` as the engine takes it; empty for no text, null for anything
 * else. The engine checks whether the day exists.
 */
export function typedDate(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || whole.test(trimmed)) return trimmed;
  const [, day, month, year] = dotted.exec(trimmed) ?? named(trimmed) ?? [];
  if (month === undefined || year === undefined) return null;
  const parts = day === undefined ? [year, month] : [year, month, day];
  return parts.map((part) => part.padStart(2, '0')).join('-');
}

/** The whole text, day, number of the month, and year; null without the name of a month. */
function named(text: string): readonly (string | undefined)[] | null {
  const [, first, second, third] = monthFirst.exec(text) ?? [];
  const [, day, month, year] = first === undefined ? (dayFirst.exec(text) ?? []) : [text, second, first, third];
  const number = month === undefined ? null : monthNumber(month);
  return number === null ? null : [text, day, String(number), year];
}

/** Number of a month by its name, whole or shortened to three letters or more, in the window's language or English. */
function monthNumber(name: string): number | null {
  const wanted = name.toLowerCase();
  for (const written of [dateLanguages[language()], 'en']) {
    const names = new Intl.DateTimeFormat(written, { timeZone: 'UTC', month: 'long' });
    const found = Array.from({ length: 12 }, (_, i) => names.format(Date.UTC(2000, i, 1)).toLowerCase()).findIndex(
      (month) => month.startsWith(wanted),
    );
    if (found >= 0) return found + 1;
  }
  return null;
}
