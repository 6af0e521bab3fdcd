// Links of other programs and pages to a search: `hashlens://search?q=dogs`. A link only puts words into the search box.
import { longestQuery } from '../shared/query/query.ts';

const scheme = 'hashlens:';

/** The words of a link as one line; null for anything else. */
export function linkedQuery(link: string): string | null {
  if (link.length > 4 * longestQuery || !URL.canParse(link)) return null;
  const url = new URL(link);
  if (url.protocol !== scheme || url.hostname !== 'search' || !/^\/?$/.test(url.pathname)) return null;
  const query = url.searchParams.get('q');
  if (query === null) return null;
  const line = query
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, longestQuery);
  return line === '' ? null : line;
}

/** The first link among a program's arguments. */
export function linkIn(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const query = argument.startsWith(scheme) ? linkedQuery(argument) : null;
    if (query !== null) return query;
  }
  return null;
}
