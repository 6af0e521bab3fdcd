// Texts of the library as the search box would have them, with nothing in them taken for grammar.
import { writeFilter } from '../../shared/query/filters.ts';
import { formatQuery } from '../../shared/query/grammar.ts';

/** Photos that have this tag. */
export const tagged = (tag: string): string => writeFilter({ field: 'tag', values: [tag], not: false });

/** Photos like these words. */
export const worded = (text: string): string =>
  formatQuery({ terms: [{ kind: 'text', text, weight: 1 }], filters: [] });
