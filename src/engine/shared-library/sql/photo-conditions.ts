// Filters and words as conditions on `photos p` of a shared library, with the same meaning as in a local library.
import type { Filter } from '../../../shared/query/query.ts';

/** Values of a statement, by position. */
export class Values {
  readonly list: unknown[] = [];

  /** @returns the value's placeholder in the statement */
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/** SQL of a condition; its values are added on use. */
export type PhotoCondition = (values: Values) => string;

const not =
  (condition: PhotoCondition): PhotoCondition =>
  (values) =>
    `NOT coalesce((${condition(values)}), false)`;

const allOf =
  (conditions: readonly PhotoCondition[]): PhotoCondition =>
  (values) =>
    conditions.map((condition) => `(${condition(values)})`).join(' AND ');

const anyOf =
  (conditions: readonly PhotoCondition[]): PhotoCondition =>
  (values) =>
    conditions.length === 0 ? 'false' : conditions.map((condition) => `(${condition(values)})`).join(' OR ');

const overlaps =
  (column: 'tags' | 'tag_paths' | 'people') =>
  (names: readonly string[]): PhotoCondition =>
  (values) =>
    `p.${column} && ${values.add(names)}::text[]`;

const withTags = overlaps('tags');
const withTagPaths = overlaps('tag_paths');
const withPeople = overlaps('people');

const withCamera =
  (names: readonly string[]): PhotoCondition =>
  (values) =>
    `p.camera = ANY (${values.add(names)}::text[])`;

const withPlace =
  (names: readonly string[]): PhotoCondition =>
  (values) => {
    const list = values.add(names);
    return `p.place = ANY (${list}::text[]) OR p.position_place = ANY (${list}::text[])`;
  };

const withFormat =
  (formats: readonly string[]): PhotoCondition =>
  (values) =>
    `p.format = ANY (${values.add(formats)}::text[])`;

/** Paths of a folder from the first up to but not including the second, in character order. */
const inPaths = (ranges: readonly (readonly [folderId: number, from: string, to: string])[]): PhotoCondition =>
  anyOf(
    ranges.map(
      ([folderId, from, to]): PhotoCondition =>
        (values) =>
          `p.folder_id = ${values.add(folderId)} AND p.path >= ${values.add(from)} AND p.path < ${values.add(to)}`,
    ),
  );

/** @param from milliseconds, inclusive, @param to exclusive */
const takenBetween =
  (from: number | null, to: number | null): PhotoCondition =>
  (values) =>
    [
      ...(from === null ? [] : [`p.taken >= ${values.add(from)}`]),
      ...(to === null
        ? []
        : [`p.taken < ${values.add(to)} AND (p.captured_until IS NULL OR p.captured_until <= ${values.add(to)})`]),
    ].join(' AND ');

/** @param month 1 to 12 */
const takenOnDay =
  (month: number, day: number): PhotoCondition =>
  (values) => {
    const wanted = values.add([month, day].map((n) => String(n).padStart(2, '0')).join('-'));
    return `to_char(to_timestamp(p.taken / 1000) AT TIME ZONE 'UTC', 'MM-DD') = ${wanted}
      AND coalesce(p.captured_until - p.captured_at, 0) <= 86400000`;
  };

const shapes = {
  portrait: 'p.height > p.width',
  landscape: 'p.width > p.height',
  square: 'p.width = p.height',
} as const;
const withShape =
  (shape: keyof typeof shapes): PhotoCondition =>
  () =>
    shapes[shape];

const measuring =
  (column: 'size' | 'width' | 'height' | 'rating', least: number, most: number): PhotoCondition =>
  (values) =>
    `p.${column} BETWEEN ${values.add(least)}::bigint AND ${values.add(most)}::bigint`;

const possessions = {
  caption: 'cardinality(p.captions) > 0',
  tag: 'cardinality(p.tags) > 0',
  date: 'p.captured_at IS NOT NULL',
  camera: 'p.camera IS NOT NULL',
  rating: 'p.rating IS NOT NULL',
  place: '(p.place IS NOT NULL OR p.position_place IS NOT NULL)',
  person: 'cardinality(p.people) > 0',
  text: 'length(p.shown) > 0',
} as const satisfies Record<Extract<Filter, { field: 'has' }>['what'], string>;
const having =
  (what: keyof typeof possessions): PhotoCondition =>
  () =>
    possessions[what];

/** @param query written as PostgreSQL's tsquery */
const withWords =
  (query: string): PhotoCondition =>
  (values) => {
    const words = `${values.add(query)}::tsquery`;
    return `p.words @@ ${words} OR p.shown @@ ${words}`;
  };

const showing =
  (query: string): PhotoCondition =>
  (values) =>
    `p.shown @@ ${values.add(query)}::tsquery`;

/** @param query written as PostgreSQL's tsquery, of the words of captions and tags */
const describedBy =
  (query: string): PhotoCondition =>
  (values) =>
    `p.words @@ ${values.add(query)}::tsquery`;

/** Conditions on photos of a server. */
export const sharedPhotos = {
  not,
  allOf,
  anyOf,
  withTags,
  withTagPaths,
  withPeople,
  withCamera,
  withPlace,
  withFormat,
  inPaths,
  takenBetween,
  takenOnDay,
  withShape,
  measuring,
  having,
  withWords,
  showing,
  describedBy,
} as const;
