// Queries for trying a model: the person's own searches, or their own tags and captions.
import type { ExampleQuery } from '../../../shared/contract/search.ts';
import { formatQuery, parseQuery } from '../../../shared/query/grammar.ts';
import { spread } from '../../../shared/spread.ts';
import type { Store } from '../../store/database.ts';
import { fold } from '../../text/fold.ts';
import { judgedQuery } from './judged-query.ts';

/** Number of latest searches to examine. */
const mostSearches = 200;
/** Number of described photos whose words are examined. */
const mostPhotos = 400;
/** Largest number of words: a longer caption describes one photo, and nobody would search for it. */
const mostWords = 6;

/**
 * Up to `limit` different queries: searches in words that found something, the last one first; then, alternately, tags,
 * the most frequent first, and short captions.
 */
export function exampleQueries(store: Store, limit: number): ExampleQuery[] {
  const found = new Map<string, ExampleQuery>();
  const add = (example: ExampleQuery): void => {
    const key = fold(example.text);
    if (found.size < limit && !found.has(key)) found.set(key, example);
  };
  for (const { text, hits } of store.queryLog.recent(mostSearches)) {
    if (hits > 0 && judgedQuery(parseQuery(text).terms) !== null) add({ text, source: 'search' });
  }
  if (found.size === limit) return [...found.values()];
  const { tags, captions } = ownWords(store);
  for (let turn = 0; found.size < limit && turn < Math.max(tags.length, captions.length); turn++) {
    for (const text of tags.slice(turn, turn + 1)) add({ text, source: 'tag' });
    for (const text of captions.slice(turn, turn + 1)) add({ text, source: 'caption' });
  }
  return [...found.values()];
}

function ownWords(store: Store): { readonly tags: string[]; readonly captions: string[] } {
  const photos = spread([...store.texts.writtenAbout()], mostPhotos);
  const written = [...store.texts.writtenOf(photos).values()];
  const counts = new Map<string, number>();
  for (const name of written.flatMap(({ tags }) => tags)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const captions = written.flatMap((texts) => texts.captions);
  return {
    tags: Array.from(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name]) => asQuery(name)),
    captions: captions.filter((text) => text.split(/\s+/).length <= mostWords).map(asQuery),
  };
}

/** The words as typed into the search box, quoted where they would mean something else there. */
const asQuery = (text: string): string =>
  formatQuery({ terms: [{ kind: 'text', text: text.replace(/[.!?]+$/, ''), weight: 1 }], filters: [] });
