// The filters of a query as interpreted, each with the query without it.
import { m } from '../../language/language.ts';
import { writeFilter } from '../../shared/query/filters.ts';
import { formatQuery, parseQuery } from '../../shared/query/grammar.ts';
import type { Query } from '../../shared/query/query.ts';
import { mostOfLabel, shownText } from './shown-text.ts';

export interface QueryChip {
  /** `tag: beach`, `not tag: beach` in English. */
  readonly label: string;
  /** It could not be read and was ignored. */
  readonly wrong: boolean;
  /** The query without this piece. */
  readonly without: string;
  /** Whether it leaves photos out. */
  readonly isAgainst: boolean;
  /** The query of this piece alone. */
  readonly alone: string;
  /** The query with the opposite of this piece; null where it could not be read. */
  readonly reversed: string | null;
}

export function chipsOf(text: string): readonly QueryChip[] {
  const { tokens, filters } = parseQuery(text);
  const chips: QueryChip[] = [];
  let next = 0;
  for (const { kind, start, end } of tokens) {
    if (kind !== 'filter' && kind !== 'wrong') continue;
    const filter = kind === 'filter' ? filters[next++] : undefined;
    const without = `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim();
    const written = filter === undefined ? text.slice(start, end) : writeFilter(filter);
    const opposite = filter === undefined ? null : writeFilter({ ...filter, not: !filter.not });
    chips.push({
      label: shownText(filter === undefined ? written : spoken(written), mostOfLabel),
      wrong: kind === 'wrong',
      without,
      isAgainst: filter?.not === true,
      alone: written,
      reversed: opposite === null ? null : text.slice(0, start) + opposite + text.slice(end),
    });
  }
  return chips;
}

export interface TermChip {
  readonly label: string;
  readonly weight: number;
  /** The query for this term alone. */
  readonly alone: string;
  /** The query with another weight of this term; 0 removes it. */
  readonly weighed: (weight: number) => string;
}

/** The added and subtracted words of a query, each with its weight; a single plain one is not a sum. */
export function termChipsOf(text: string, hasExamples: boolean): readonly TermChip[] {
  const query: Query = parseQuery(text);
  const { terms, filters } = query;
  const isSum = terms.length > 1 || (terms.length === 1 && hasExamples) || terms.some(({ weight }) => weight !== 1);
  if (!isSum) return [];
  return terms.map((term, at) => ({
    label:
      term.kind === 'photo'
        ? m.query_chips_photo({ id: term.photoId })
        : term.kind === 'phrase'
          ? `“${shownText(term.text, mostOfLabel)}”`
          : shownText(term.text, mostOfLabel),
    weight: term.weight,
    alone: formatQuery({ terms: [{ ...term, weight: 1 }], filters: [] }),
    weighed: (weight) =>
      formatQuery({
        terms: terms.flatMap((one, i) => (i !== at ? [one] : weight === 0 ? [] : [{ ...one, weight }])),
        filters,
      }),
  }));
}

function spoken(filter: string): string {
  const text = filter.replace(/^-/, '').replace(':', ': ').replaceAll('"', '');
  return filter.startsWith('-') ? m.query_chips_not({ filter: text }) : text;
}
