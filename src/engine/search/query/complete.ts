// Completions for the search box: filter keys with the beginning of the word, and values of the library.
import { basename } from 'node:path';
import { filterKey, filterKeys, orientations, possessions, writeValue } from '../../../shared/query/filters.ts';
import { scan } from '../../../shared/query/scanner.ts';
import type { Completions } from '../../../shared/contract/search.ts';
import { isFavouriteTag } from '../../store/edits.ts';
import type { FacetLists } from '../../store/facets.ts';
import { fold } from '../../text/fold.ts';
import { namePart } from './cached-facets.ts';

interface Value {
  readonly name: string;
  readonly photos: number | null;
}

/** @param cursor where the person types, in UTF-16 units */
export function complete(text: string, cursor: number, limit: number, facets: () => FacetLists): Completions {
  const at = Math.min(cursor, text.length);
  const piece = scan(text).find(({ start, end }) => start < at && at <= end);
  // Only the text before the cursor counts; the rest of the same piece is replaced too.
  const typed = piece ? scan(text.slice(piece.start, at))[0] : undefined;
  if (!piece || typed?.kind !== 'word' || typed.text === '') return { from: at, to: at, items: [] };
  const sign = typed.signed ? (typed.negative ? '-' : '+') : '';
  const range = { from: piece.start, to: piece.end };
  if (typed.key === null) return { ...range, items: keysAndTags(sign, typed.text, facets).slice(0, limit) };
  const key = filterKey(typed.key);
  if (key === null) return { ...range, items: [] };
  // A comma begins another value; the values before it stay.
  const last = /[:,]$/.test(typed.text) ? '' : (typed.values.at(-1) ?? '');
  const before = last === '' ? typed.values : typed.values.slice(0, -1);
  const chosen = before.map((value) => `${writeValue(value)},`).join('');
  const items = valuesOf(key, facets)
    .filter(({ name }) => (last === '' || namePart(name, last)) && !before.includes(name))
    .slice(0, limit)
    .map(({ name, photos }) => ({
      text: `${sign}${key}:${chosen}${writeValue(name)}`,
      kind: 'value' as const,
      photos,
    }));
  return { ...range, items };
}

/** Tags with a word that begins like this, the most used first; hierarchical tags as a whole. */
export function completeTag(
  typed: string,
  limit: number,
  { tags, tagPaths }: FacetLists,
): { name: string; photos: number }[] {
  return [...tags, ...tagPaths]
    .filter(({ name }) => !isFavouriteTag(name) && (typed === '' || namePart(name, typed)))
    .map(({ name, photos }) => ({ name, photos }))
    .sort((a, b) => b.photos - a.photos)
    .slice(0, limit);
}

/** A word may become a key (`ta` -> `tag:`), or be the beginning of a tag. */
function keysAndTags(sign: string, word: string, facets: () => FacetLists): Completions['items'] {
  const keys = Object.keys(filterKeys).filter((key) => key.startsWith(word.toLowerCase()));
  const tags = facets().tags.filter((tag) => fold(tag.name).startsWith(fold(word)));
  return [
    ...keys.map((key) => ({ text: `${sign}${key}:`, kind: 'key' as const, photos: null })),
    ...tags.map(({ name, photos }) => ({
      text: `${sign === '+' ? '' : sign}tag:${writeValue(name)}`,
      kind: 'value' as const,
      photos,
    })),
  ];
}

function valuesOf(key: keyof typeof filterKeys, facets: () => FacetLists): readonly Value[] {
  const fixed = (names: readonly string[]) => names.map((name) => ({ name, photos: null }));
  switch (key) {
    case 'tag':
      return [...facets().tags, ...facets().tagPaths];
    case 'album':
      return facets().albums;
    case 'person':
      return facets().people;
    case 'camera':
      return facets().cameras;
    case 'place':
      return placeNames(facets());
    case 'type':
      return facets().formats;
    case 'folder':
      return folderNames(facets());
    case 'orientation':
      return fixed(orientations);
    case 'has':
      return fixed(possessions);
    case 'on':
      return fixed(['today', 'yesterday']);
    case 'rating':
      return fixed(['5', '>=4', '>=3', '>=2', '>=1']);
    case 'text':
    case 'word':
    case 'date':
    case 'after':
    case 'before':
    case 'size':
    case 'width':
    case 'height':
      return [];
  }
}

/** Names of all folders that contain photos at any depth, with the number of photos below them; the fullest first. */
function folderNames({ directories }: FacetLists): Value[] {
  const counts = new Map<string, number>();
  for (const { folderPath, directory, photos } of directories) {
    const names = new Set([basename(folderPath), ...directory.split('/').slice(0, -1)]);
    for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + photos);
  }
  return fullestFirst(counts);
}

/** The parts of all places, `Rome` and `Italy` of `Rome, Italy`, with the photos of each; the fullest first. */
export function placeNames({ places }: Pick<FacetLists, 'places'>): Value[] {
  const counts = new Map<string, number>();
  for (const { name: place, photos } of places) {
    for (const name of new Set(place.split(', '))) counts.set(name, (counts.get(name) ?? 0) + photos);
  }
  return fullestFirst(counts);
}

const fullestFirst = (counts: ReadonlyMap<string, number>): Value[] =>
  [...counts]
    .map(([name, photos]) => ({ name, photos }))
    .sort((a, b) => b.photos - a.photos || (a.name < b.name ? -1 : 1));
