// Headings of the time line: days; or months, or several months of a year if each has few photos.
import { m } from '../../language/language.ts';
import type { PhotoTimeline, TimelineSection } from '../../shared/contract/photos.ts';
import { dayName, monthName } from '../text/format.ts';
import type { GridSection } from './layout.ts';

/** Sections with fewer photos are merged with the next one of the same year. */
const fewest = 8;

/** @param count number of photos of the time line */
export function timelineHeadings(sections: readonly TimelineSection[], count: number): GridSection[] {
  const made: { start: number; first: string | null; last: string | null }[] = [];
  for (const [i, { start, month }] of sections.entries()) {
    const before = made.at(-1);
    const size = (sections[i + 1]?.start ?? count) - start;
    const sameYear = before !== undefined && yearOf(before.last) !== null && yearOf(before.last) === yearOf(month);
    if (sameYear && (size < fewest || start - before.start < fewest)) before.last = month;
    else made.push({ start, first: month, last: month });
  }
  return made.map(({ start, first, last }) => ({ start, heading: heading(first, last) }));
}

/** A section for each day, and for each month or year of which no more is known. */
export function dayHeadings(sections: readonly TimelineSection[], days: PhotoTimeline['days']): GridSection[] {
  let s = 0;
  return days.map(([start, day]) => {
    while ((sections[s + 1]?.start ?? Infinity) <= start) s++;
    const month = sections[s]?.month ?? null;
    const isDay = day > 0 && month !== null && month !== 'undated';
    return { start, heading: isDay ? dayName(month, day) : heading(month, month) };
  });
}

const yearOf = (month: string | null): string | null =>
  month === null || month === 'undated' ? null : month.slice(0, 4);

function heading(first: string | null, last: string | null): string | null {
  if (first === null || last === null) return null;
  if (first === 'undated') return m.sections_undated();
  if (first === last) return monthName(first);
  // A year alone counts as less than its months.
  if (first.length === 4 || last.length === 4) return first.slice(0, 4);
  const [newer, older] = first > last ? [first, last] : [last, first];
  return m.sections_months({ first: monthName(older).split(' ')[0] ?? '', last: monthName(newer) });
}
