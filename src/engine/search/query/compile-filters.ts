// Filters as conditions on photos, with a notice for a value that no photo has.
import { basename } from 'node:path';
import type { Filter } from '../../../shared/query/query.ts';
import type { Store } from '../../store/database.ts';
import type { DirectoryFacet, FacetLists } from '../../store/facets.ts';
import {
  allOf,
  anyCondition,
  describedBy,
  having,
  inAlbums,
  inPaths,
  measuring,
  not,
  showingText,
  takenBetween,
  takenOnDay,
  withCamera,
  withFormat,
  withPeople,
  withPlace,
  withShape,
  withTagPath,
  withTags,
  type Condition,
} from '../../store/conditions.ts';
import { IdMask } from '../hamming/hamming-index.ts';
import { isTag, isTagPath, namePart, unknownValue } from './cached-facets.ts';
import { sentence, type Sentence } from '../../../shared/sentences.ts';

export interface CompiledFilters {
  /** Null where nothing is filtered. */
  readonly condition: Condition | null;
  /** Notices of values that no photo has: they explain an empty answer. */
  readonly notices: readonly Sentence[];
}

/** All filters must hold. */
export function compileFilters(
  filters: readonly Filter[],
  more: readonly Condition[],
  facets: () => FacetLists,
): CompiledFilters {
  const notices: Sentence[] = [];
  const conditions = filters.map((filter) => {
    const condition = compile(filter, facets, (notice) => notices.push(notice));
    return filter.not ? not(condition) : condition;
  });
  const all = [...conditions, ...more];
  return { condition: all.length === 0 ? null : allOf(all), notices };
}

export interface FilteredPhotos {
  readonly mask: IdMask;
  readonly count: number;
}

/** The photos for which a condition holds. */
export function photosThat(store: Store, condition: Condition): FilteredPhotos {
  const all = store.photos.idsWhere(condition);
  // Missing photos are left out here: excluding them in SQLite takes a hundred times as long.
  const hidden = store.codes.hidden('photo');
  const ids = hidden.size === 0 ? all : all.filter((id) => !hidden.has(id));
  return { mask: IdMask.of(ids), count: ids.length };
}

function compile(filter: Filter, facets: () => FacetLists, say: (notice: Sentence) => void): Condition {
  switch (filter.field) {
    case 'tag':
      return anyCondition(
        filter.values.map((value) => {
          const paths = facets().tagPaths.filter(({ name }) => isTagPath(name, value));
          if (paths.length > 0) return withTagPath(value);
          const found = facets().tags.filter((tag) => isTag(tag.name, value));
          if (found.length === 0) say(unknownValue('tag', value));
          return withTags(found.map((tag) => tag.id));
        }),
      );
    case 'album':
      return inAlbums(
        filter.values.flatMap((value) => {
          const found = facets().albums.filter(({ name }) => isTag(name, value));
          if (found.length === 0) say(sentence('no-album', { value }));
          return found.map(({ id }) => id);
        }),
      );
    case 'person':
      return withPeople(
        filter.values.flatMap((value) => {
          const found = facets().people.filter((person) => namePart(person.name, value));
          if (found.length === 0) say(unknownValue('person', value));
          return found.map((person) => person.name);
        }),
      );
    case 'camera':
      return withCamera(
        filter.values.flatMap((value) => {
          const found = facets().cameras.filter((camera) => namePart(camera.name, value));
          if (found.length === 0) say(unknownValue('camera', value));
          return found.map((camera) => camera.name);
        }),
      );
    case 'place':
      return withPlace(
        filter.values.flatMap((value) => {
          const found = facets().places.filter((place) => namePart(place.name, value));
          if (found.length === 0) say(unknownValue('place', value));
          return found.map((place) => place.name);
        }),
      );
    case 'folder':
      return inPaths(
        filter.values.flatMap((value) => {
          const found = directoryRanges(facets(), value);
          if (found.length === 0) say(unknownValue('folder', value));
          return found;
        }),
      );
    case 'text':
      return showingText(filter.values);
    case 'word':
      return anyCondition([
        describedBy(filter.values),
        // A tag of signs alone is no word.
        withTags(
          facets().tags.flatMap(({ id, name }) => (filter.values.some((value) => isTag(name, value)) ? [id] : [])),
        ),
      ]);
    case 'type':
      return withFormat(filter.values);
    case 'date': {
      const midnight = (day: string | null) => (day === null ? null : Date.parse(`${day}T00:00:00Z`));
      return takenBetween(midnight(filter.from), midnight(filter.to));
    }
    case 'day':
      return takenOnDay(filter.month, filter.day);
    case 'orientation':
      return withShape(filter.value);
    case 'size':
    case 'width':
    case 'height':
      return measuring(filter.field, filter.least ?? 0, filter.most ?? Number.MAX_SAFE_INTEGER);
    case 'rating':
      return measuring('rating', filter.least ?? 1, filter.most ?? 5);
    case 'has':
      return having(filter.what);
  }
}

/** Ranges of paths below directories whose name, or whose path, holds `value`. A library folder counts by its own name. */
export function directoryRanges(
  { directories }: { readonly directories: readonly Omit<DirectoryFacet, 'photos'>[] },
  value: string,
): [folderId: number, from: string, to: string][] {
  const ranges = new Map<string, [number, string, string]>();
  for (const { folderId, folderPath, directory } of directories) {
    const root = basename(folderPath);
    const names = directory.split('/').slice(0, -1);
    // The topmost directory that matches covers all below it.
    for (let depth = 0; depth <= names.length; depth++) {
      if (!namePart([root, ...names.slice(0, depth)].join('/'), value)) continue;
      const prefix = names
        .slice(0, depth)
        .map((name) => `${name}/`)
        .join('');
      // "0" is the character after "/"; no path reaches U+10FFFF.
      const to = prefix === '' ? '\u{10FFFF}' : `${prefix.slice(0, -1)}0`;
      ranges.set(`${folderId} ${prefix}`, [folderId, prefix, to]);
      break;
    }
  }
  return [...ranges.values()];
}
