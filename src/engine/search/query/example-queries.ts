// Queries to try a model with: the person's own, as they searched, or as they wrote about their photos.
import type { ExampleQuery } from '../../../shared/contract/search.ts';
import { formatQuery, parseQuery } from '../../../shared/query/grammar.ts';
import { spread } from '../../../shared/spread.ts';
import type { Store } from '../../store/database.ts';
import { fold } from '../../text/fold.ts';
import { judgedQuery } from './judged-query.ts';

/** Searches that are looked through, the last ones. */
const mostSearches = 200;
/** Described photos whose words are looked through. */
const mostPhotos = 400;
/** A longer caption names one photo, and is nothing that somebody would search for. */
const mostWords = 6;

/**
 * Up to `limit` queries, each once: searches in words that found something, the last one first; then tags, the most
 * frequent first, and short captions, by turns.
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

/** Words as the search box has them, whatever they look like. */
const asQuery = (text: string): string =>
  formatQuery({ terms: [{ kind: 'text', text: text.replace(/[.!?]+$/, ''), weight: 1 }], filters: [] });
