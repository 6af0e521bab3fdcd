// The text that the query log keeps of a search.
import type { SearchQuery } from '../../../shared/contract/search.ts';
import { formatQuery } from '../../../shared/query/grammar.ts';

/** The query as it would be written in the search box; without images, whose bytes are never kept. */
export function loggedText({ text, terms, filters }: Pick<SearchQuery, 'text' | 'terms' | 'filters'>): string {
  const named = terms.flatMap((term) => (term.kind === 'image' ? [] : [term]));
  const rest = named.length + filters.length > 0 ? formatQuery({ terms: named, filters }) : '';
  return [text.trim(), rest].filter((part) => part !== '').join(' ');
}
