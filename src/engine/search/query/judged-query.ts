// The key of judgements: the words of a query, without its filters.
import { formatQuery } from '../../../shared/query/grammar.ts';
import type { SearchTerm } from '../../../shared/contract/search.ts';

/** The terms as the search box has them; null for a query with an image, or one that asks for nothing in words. */
export function judgedQuery(terms: readonly SearchTerm[]): string | null {
  const named = terms.flatMap((term) => (term.kind === 'image' ? [] : [term]));
  const asksWords = named.some(({ kind, weight }) => (kind === 'text' || kind === 'phrase') && weight > 0);
  return named.length < terms.length || !asksWords ? null : formatQuery({ terms: named, filters: [] });
}
