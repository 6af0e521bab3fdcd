// The filters of a query as they were understood, each with the query without it.
import { writeFilter } from '../../shared/query/filters.ts';
import { parseQuery } from '../../shared/query/grammar.ts';

export interface QueryChip {
  /** `tag: beach`, `not tag: beach`. */
  readonly label: string;
  /** It could not be read and was ignored. */
  readonly wrong: boolean;
  /** The query without this piece. */
  readonly without: string;
}

export function chipsOf(text: string): readonly QueryChip[] {
  const { tokens, filters } = parseQuery(text);
  const chips: QueryChip[] = [];
  let next = 0;
  for (const { kind, start, end } of tokens) {
    if (kind !== 'filter' && kind !== 'wrong') continue;
    const filter = kind === 'filter' ? filters[next++] : undefined;
    const without = `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim();
    chips.push({
      label: filter === undefined ? text.slice(start, end) : spoken(writeFilter(filter)),
      wrong: kind === 'wrong',
      without,
    });
  }
  return chips;
}

const spoken = (filter: string): string => filter.replace(/^-/, 'not ').replace(':', ': ').replaceAll('"', '');
