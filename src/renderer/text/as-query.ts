// Writes tags and captions as queries that match them literally.
import { writeFilter } from '../../shared/query/filters.ts';
import { formatQuery } from '../../shared/query/grammar.ts';

/** Photos with this tag. */
export const tagged = (tag: string): string => writeFilter({ field: 'tag', values: [tag], not: false });

/** Photos with this word in captions or tags. */
export const written = (word: string): string => writeFilter({ field: 'word', values: [word], not: false });

/** Photos that match these words. */
export const worded = (text: string): string =>
  formatQuery({ terms: [{ kind: 'text', text, weight: 1 }], filters: [] });

/** Photos of this person. */
export const shown = (person: string): string => writeFilter({ field: 'person', values: [person], not: false });
