// Filters of a query by click: reads them, and makes queries with one more, one less, or a replaced one.
import { writeFilter } from '../../shared/query/filters.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Filter } from '../../shared/query/query.ts';

interface Placed {
  readonly filter: Filter;
  readonly start: number;
  readonly end: number;
}

function placed(text: string): Placed[] {
  const { tokens, filters } = parseQuery(text);
  const places = tokens.filter(({ kind }) => kind === 'filter');
  return filters.flatMap((filter, i) => {
    const place = places[i];
    return place === undefined ? [] : [{ filter, start: place.start, end: place.end }];
  });
}

export const filtersOf = (text: string): readonly Filter[] => placed(text).map(({ filter }) => filter);

export const hasFilter = (text: string, wanted: Filter): boolean =>
  filtersOf(text).some((filter) => writeFilter(filter) === writeFilter(wanted));

/** The query with the filter, or without it if it already has it. */
export function toggled(text: string, wanted: Filter): string {
  return hasFilter(text, wanted)
    ? without(text, (filter) => writeFilter(filter) === writeFilter(wanted))
    : joined(text, writeFilter(wanted));
}

/** The query with this filter instead of all others of its field; null removes them. */
export function replaced(text: string, field: Filter['field'], wanted: Filter | null): string {
  const rest = without(text, (filter) => filter.field === field && !filter.not);
  return wanted === null ? rest : joined(rest, writeFilter(wanted));
}

const joined = (text: string, more: string): string => `${text.trim()} ${more}`.trim();

function without(text: string, isLeftOut: (filter: Filter) => boolean): string {
  const cut = placed(text)
    .filter(({ filter }) => isLeftOut(filter))
    .reduceRight((rest, { start, end }) => `${rest.slice(0, start).trimEnd()} ${rest.slice(end).trimStart()}`, text);
  return cut.trim();
}
