// Words for PostgreSQL's full text. Terms are made here, as for the library's own full text, so that both find the
// same words; no dictionary of the server takes part.
import { codeTerms, spellings, textBoundary, writings } from '../store/fulltext.ts';
import type { StoredPhotoFacts } from '../store/photo-facts.ts';
import { hasOnlyFunctionWords } from '../text/content-words.ts';
import { foldedWords, hasWords, indexTerms } from '../text/index-terms.ts';
import { stem } from '../text/inflections.ts';
import type { TextQuery } from './sql/ranking.ts';

/** Limits of a tsvector: largest position of a word, letters of a term. */
const lastPlace = 16_383;
const longestTerm = 500;
/** Gap of positions between two texts, so that no phrase begins in one and ends in the next. */
const gap = 8;

const quoted = (term: string): string => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Terms with their positions, from several texts, each with a weight from A, the highest, to D. */
function tsvector(texts: readonly (readonly [terms: string, weight: 'A' | 'B' | 'C' | 'D'])[]): string {
  const places = new Map<string, string[]>();
  let place = 0;
  for (const [terms, weight] of texts) {
    place += gap;
    for (const term of terms.split(' ')) {
      if (term === textBoundary) place += gap;
      if (term === textBoundary || term === '' || term.length > longestTerm || place >= lastPlace) continue;
      const known = places.get(term);
      const next = `${++place}${weight}`;
      if (known === undefined) places.set(term, [next]);
      else known.push(next);
    }
  }
  return Array.from(places, ([term, list]) => `${quoted(term)}:${list.slice(0, 255).join(',')}`).join(' ');
}

export const writtenWordsOf = ({ terms }: StoredPhotoFacts): string =>
  tsvector([
    [terms.caption, 'A'],
    [terms.tag, 'A'],
    [terms.person, 'B'],
    [terms.place, 'B'],
    [terms.name, 'C'],
    [terms.folder, 'C'],
    [terms.camera, 'D'],
  ]);

export const shownWordsOf = ({ shown }: StoredPhotoFacts): string => tsvector([[shown ?? '', 'A']]);

/** Weights that a word must have; all of them where empty. */
type Weights = '' | 'A';

const marked = (term: string, marks: string): string => (marks === '' ? quoted(term) : `${quoted(term)}:${marks}`);

const phrase = (terms: readonly string[], weights: Weights): string =>
  `(${terms.map((term) => marked(term, weights)).join(' <-> ')})`;

const either = (queries: readonly string[]): string | null =>
  queries.length > 1 ? `(${queries.join(' | ')})` : (queries[0] ?? null);

/** A piece of a query word for word, as a tsquery; null without words. */
export function phraseTsquery(text: string, weights: Weights = ''): string | null {
  const writingsOf = [...writings(text).map(indexTerms), codeTerms(text)].filter((terms) => terms.length > 0);
  return either(writingsOf.map((terms) => phrase(terms, weights)));
}

/** A word or phrase; with a `*` at its end, every word with this beginning. */
export function openTsquery(text: string, weights: Weights = ''): string | null {
  const open = /^(.+)\*$/u.exec(text)?.[1];
  if (open === undefined) return phraseTsquery(text, weights);
  return either(
    spellings(open).flatMap((spelling) => {
      const words = foldedWords(spelling);
      const last = words.pop();
      if (last === undefined) return [];
      const before = words.map((word) => marked(stem(word), weights));
      return [`(${[...before, marked(last, `*${weights}`)].join(' <-> ')})`];
    }),
  );
}

/** The same in captions and tags alone. */
export const describedTsquery = (text: string): string | null => openTsquery(text, 'A');

/** The words of a term: each piece between spaces is looked up as a whole, stop words only without others. */
export function textQuery(text: string): TextQuery | null {
  const pieces = [...new Set(text.split(/\s+/))].filter(hasWords);
  const telling = pieces.filter((piece) => !hasOnlyFunctionWords(piece));
  const parts = (telling.length > 0 ? telling : pieces).flatMap((piece) => openTsquery(piece) ?? []);
  return parts.length === 0 ? null : { any: parts.join(' | '), all: parts.join(' & ') };
}
