// Names a search in a heading: its words, and its positive and negative examples.
import { m } from '../../language/language.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import { examplesOf, queryText, type Example, type ShownQuery } from '../state/shown-query.ts';
import { mostOfLabel, shownText } from './shown-text.ts';

export function titleOf(query: ShownQuery): string {
  const text = queryText(query);
  const examples = examplesOf(query);
  const parts = [
    text === '' ? '' : (albumOf(text) ?? m.query_title_words({ words: shownText(text, mostOfLabel) })),
    likeness(
      m.query_title_like_images,
      m.query_title_like_photos,
      examples.filter(({ weight }) => weight > 0),
    ),
    likeness(
      m.query_title_unlike_images,
      m.query_title_unlike_photos,
      examples.filter(({ weight }) => weight < 0),
    ),
  ].filter((part) => part !== '');
  const title = parts.join(', ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** Name of the album that is the whole query. */
function albumOf(text: string): string | null {
  const { terms, filters, notices } = parseQuery(text);
  const [filter] = filters;
  if (terms.length + notices.length > 0 || filters.length !== 1 || filter?.field !== 'album' || filter.not) return null;
  return filter.values.length === 1 ? shownText(filter.values.join(), mostOfLabel) : null;
}

type Counted = (given: { count: number }) => string;

function likeness(images: Counted, photos: Counted, examples: readonly Example[]): string {
  if (examples.length === 0) return '';
  const areImages = examples.every(({ source }) => source.kind === 'image');
  return (areImages ? images : photos)({ count: examples.length });
}
