// Filters as SQL: what a photo must be for a search to look at it.
import { basename } from 'node:path';
import type { Filter } from '../../../shared/query/query.ts';
import type { Store } from '../../store/database.ts';
import type { FacetLists } from '../../store/facets.ts';
import type { Condition } from '../../store/fulltext.ts';
import { IdMask } from '../hamming/hamming-index.ts';
import { isTag, namePart } from './facets.ts';

export interface CompiledFilters {
  /** Null where nothing is filtered. */
  readonly condition: Condition | null;
  /** Values nothing in the library has, so that an empty answer explains itself. */
  readonly notices: readonly string[];
}

/** All filters must hold. */
export function compileFilters(
  filters: readonly Filter[],
  more: readonly Condition[],
  facets: () => FacetLists,
): CompiledFilters {
  const notices: string[] = [];
  const conditions = filters.map((filter): Condition => {
    const { sql, values } = compile(filter, facets, (notice) => notices.push(notice));
    // A photo without a camera is not one "of this camera": null counts as no.
    return { sql: filter.not ? `NOT coalesce((${sql}), 0)` : `(${sql})`, values };
  });
  const all = [...conditions, ...more];
  if (all.length === 0) return { condition: null, notices };
  return { condition: { sql: all.map((c) => c.sql).join(' AND '), values: all.flatMap((c) => c.values) }, notices };
}

export interface FilteredPhotos {
  readonly mask: IdMask;
  readonly count: number;
}

/**
 * The photos a condition lets through. Neither who is there nor any order is asked of SQLite: a range of dates is then
 * answered from its index alone, a year of a million photos in 5 ms instead of 300.
 */
export function photosThat(store: Store, { sql, values }: Condition): FilteredPhotos {
  // One row of text leaves less garbage than a list that grows row by row.
  const list = store.db
    .prepare<unknown[], string>(`SELECT json_group_array(p.id) FROM photos p WHERE ${sql}`)
    .pluck()
    .get(...values);
  const all = JSON.parse(list ?? '[]') as number[];
  const gone = store.codes.gone('photo');
  const ids = gone.size === 0 ? all : all.filter((id) => !gone.has(id));
  return { mask: IdMask.of(ids), count: ids.length };
}

/** When a photo was taken, as the library orders by it; without a capture date its file's. */
const taken = 'coalesce(p.captured_at, p.mtime_ms)';

function compile(filter: Filter, facets: () => FacetLists, say: (notice: string) => void): Condition {
  switch (filter.field) {
    case 'tag': {
      const tags = filter.values.flatMap((value) => {
        const found = facets().tags.filter((tag) => isTag(tag.name, value));
        if (found.length === 0) say(`No photo has the tag “${value}”.`);
        return found.map((tag) => tag.id);
      });
      return {
        sql: 'p.id IN (SELECT photo_id FROM photo_tags WHERE tag_id IN (SELECT value FROM json_each(?)))',
        values: [JSON.stringify(tags)],
      };
    }
    case 'camera': {
      const cameras = filter.values.flatMap((value) => {
        const found = facets().cameras.filter((camera) => namePart(camera.name, value));
        if (found.length === 0) say(`No photo was taken with a camera named “${value}”.`);
        return found.map((camera) => camera.name);
      });
      return { sql: 'p.camera IN (SELECT value FROM json_each(?))', values: [JSON.stringify(cameras)] };
    }
    case 'place': {
      const places = filter.values.flatMap((value) => {
        const found = facets().places.filter((place) => namePart(place.name, value));
        if (found.length === 0) say(`No photo was taken at a place named “${value}”.`);
        return found.map((place) => place.name);
      });
      return { sql: 'p.place IN (SELECT value FROM json_each(?))', values: [JSON.stringify(places)] };
    }
    case 'folder': {
      const ranges = filter.values.flatMap((value) => {
        const found = directoryRanges(facets(), value);
        if (found.length === 0) say(`No folder with photos is named “${value}”.`);
        return found;
      });
      return {
        // The unique index on (folder_id, path) answers each range.
        sql: `p.id IN (SELECT q.id FROM json_each(?) r JOIN photos q ON q.folder_id = r.value ->> 0
          AND q.path >= r.value ->> 1 AND q.path < r.value ->> 2)`,
        values: [JSON.stringify(ranges)],
      };
    }
    case 'type':
      return { sql: 'p.format IN (SELECT value FROM json_each(?))', values: [JSON.stringify(filter.values)] };
    case 'date': {
      const { from, to } = filter;
      const parts: string[] = [];
      const values: number[] = [];
      for (const [day, comparison] of [
        [from, '>='],
        [to, '<'],
      ] as const) {
        if (day === null) continue;
        parts.push(`${taken} ${comparison} ?`);
        // Capture times are the wall clock's, kept as if it were UTC.
        values.push(Date.parse(`${day}T00:00:00Z`));
      }
      return { sql: parts.join(' AND '), values };
    }
    case 'day': {
      const two = (n: number) => String(n).padStart(2, '0');
      return {
        sql: `strftime('%m-%d', ${taken} / 1000, 'unixepoch') = ?`,
        values: [`${two(filter.month)}-${two(filter.day)}`],
      };
    }
    case 'orientation':
      return {
        sql: { portrait: 'p.height > p.width', landscape: 'p.width > p.height', square: 'p.width = p.height' }[
          filter.value
        ],
        values: [],
      };
    case 'size':
    case 'width':
    case 'height': {
      const { field, least, most } = filter;
      return {
        sql: `p.${field} BETWEEN ? AND ?`,
        values: [least ?? 0, most ?? Number.MAX_SAFE_INTEGER],
      };
    }
    case 'rating':
      return { sql: 'p.rating BETWEEN ? AND ?', values: [filter.least ?? 1, filter.most ?? 5] };
    case 'has':
      return { sql: possession[filter.what], values: [] };
  }
}

const possession = {
  caption: `EXISTS (SELECT 1 FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags')`,
  tag: 'EXISTS (SELECT 1 FROM photo_tags pt WHERE pt.photo_id = p.id)',
  date: 'p.captured_at IS NOT NULL',
  camera: 'p.camera IS NOT NULL',
  rating: 'p.rating IS NOT NULL',
  place: 'p.place IS NOT NULL',
} as const;

/** Ranges of paths below directories whose name, or whose path, holds `value`. A library folder counts by its own name. */
function directoryRanges({ directories }: FacetLists, value: string): [folderId: number, from: string, to: string][] {
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
      // "0" is the character behind "/"; no path reaches U+10FFFF.
      const to = prefix === '' ? '\u{10FFFF}' : `${prefix.slice(0, -1)}0`;
      ranges.set(`${folderId} ${prefix}`, [folderId, prefix, to]);
      break;
    }
  }
  return [...ranges.values()];
}
