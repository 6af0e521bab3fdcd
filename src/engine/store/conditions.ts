// Conditions on photos, as SQL, for searches. Only the store reads their parts.
import { describing, phraseQuery, textExpression } from './fulltext.ts';

/** A condition on `photos p`, as SQL with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Paths of a library folder: from the first, up to but not including the second, in character order. */
export type PathRange = readonly [folderId: number, from: string, to: string];

/** Capture date of a photo for sorting; its file's time without one. */
const taken = 'coalesce(p.captured_at, p.mtime_ms)';

const among = 'IN (SELECT value FROM json_each(?))';
const listed = (column: 'camera' | 'format', values: readonly string[]): Condition => ({
  sql: `p.${column} ${among}`,
  values: [JSON.stringify(values)],
});

const possession = {
  caption: `EXISTS (SELECT 1 FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags')`,
  tag: 'EXISTS (SELECT 1 FROM photo_tags pt WHERE pt.photo_id = p.id)',
  date: 'p.captured_at IS NOT NULL',
  camera: 'p.camera IS NOT NULL',
  rating: 'p.rating IS NOT NULL',
  place: '(p.place IS NOT NULL OR p.position_place IS NOT NULL)',
  person: 'EXISTS (SELECT 1 FROM photo_people pp WHERE pp.photo_id = p.id)',
  text: `EXISTS (SELECT 1 FROM ocr_texts o WHERE o.photo_id = p.id AND o.text <> '')`,
} as const;

const shape = {
  portrait: 'p.height > p.width',
  landscape: 'p.width > p.height',
  square: 'p.width = p.height',
} as const;

export const withTags = (tagIds: readonly number[]): Condition => ({
  sql: `p.id IN (SELECT photo_id FROM photo_tags WHERE tag_id ${among})`,
  values: [JSON.stringify(tagIds)],
});

export const inAlbums = (albumIds: readonly number[]): Condition => ({
  sql: `p.id IN (SELECT photo_id FROM album_photos WHERE album_id ${among})`,
  values: [JSON.stringify(albumIds)],
});

/** A tag written in the application with these levels, or more below them. */
export const withTagPath = (path: string): Condition => ({
  sql: `p.id IN (SELECT photo_id FROM own_tags WHERE name = ? OR substr(name, 1, length(?) + 1) = (? || '/') COLLATE NOCASE)`,
  values: [path, path, path],
});

export const withCamera = (names: readonly string[]): Condition => listed('camera', names);

/** The place as written, or as derived from the position. */
export const withPlace = (names: readonly string[]): Condition => ({
  sql: `(p.place ${among} OR p.position_place ${among})`,
  values: [JSON.stringify(names), JSON.stringify(names)],
});

export const withPeople = (names: readonly string[]): Condition => ({
  sql: `p.id IN (SELECT photo_id FROM photo_people WHERE name ${among})`,
  values: [JSON.stringify(names)],
});

export const withFormat = (formats: readonly string[]): Condition => listed('format', formats);

/** The unique index on (folder_id, path) answers each range. */
export const inPaths = (ranges: readonly PathRange[]): Condition => ({
  sql: `p.id IN (SELECT q.id FROM json_each(?) r JOIN photos q ON q.folder_id = r.value ->> 0
    AND q.path >= r.value ->> 1 AND q.path < r.value ->> 2)`,
  values: [JSON.stringify(ranges)],
});

/**
 * @param from milliseconds, inclusive, @param to exclusive; at least one is given. Capture times are wall-clock time kept as UTC.
 * A photo of which only the year is known is in no month.
 */
export function takenBetween(from: number | null, to: number | null): Condition {
  const before = `${taken} < ? AND p.id NOT IN (SELECT id FROM photos WHERE captured_until IS NOT NULL AND captured_until > ?)`;
  const parts = [from === null ? [] : [`${taken} >= ?`], to === null ? [] : [before]].flat();
  return { sql: parts.join(' AND '), values: [from, to, to].filter((time) => time !== null) };
}

/** @param month 1 to 12 */
export function takenOnDay(month: number, day: number): Condition {
  const two = (n: number) => String(n).padStart(2, '0');
  return {
    sql: `strftime('%m-%d', ${taken} / 1000, 'unixepoch') = ? AND coalesce(p.captured_until - p.captured_at, 0) <= 86400000`,
    values: [`${two(month)}-${two(day)}`],
  };
}

export const withShape = (value: keyof typeof shape): Condition => ({ sql: shape[value], values: [] });

/** Both ends are inclusive. */
export const measuring = (column: 'size' | 'width' | 'height' | 'rating', least: number, most: number): Condition => ({
  sql: `p.${column} BETWEEN ? AND ?`,
  values: [least, most],
});

export const having = (what: keyof typeof possession): Condition => ({ sql: possession[what], values: [] });

/** The photo's texts, or the text it shows, contain the phrase. */
export const withPhrase = (phrase: string): Condition => ({
  sql: '(p.id IN (SELECT rowid FROM photo_text WHERE photo_text MATCH ?) OR p.id IN (SELECT rowid FROM ocr_words WHERE ocr_words MATCH ?))',
  values: [phraseQuery(phrase), phraseQuery(phrase)],
});

/** The text that the photo shows has one of these words or phrases; with a `*` at its end, a word that begins so. */
export const showingText = (values: readonly string[]): Condition => ({
  sql: 'p.id IN (SELECT rowid FROM ocr_words WHERE ocr_words MATCH ?)',
  values: [values.map(textExpression).join(' OR ')],
});

/** Captions or tags have one of these words or phrases; with a `*` at its end, a word that begins so. */
export const describedBy = (values: readonly string[]): Condition => ({
  sql: 'p.id IN (SELECT rowid FROM photo_text WHERE photo_text MATCH ?)',
  values: [describing(values.map(textExpression).join(' OR '))],
});

/** A missing value counts as no: a photo without a camera is not one "of this camera". */
export const not = ({ sql, values }: Condition): Condition => ({ sql: `NOT coalesce((${sql}), 0)`, values });

/** @param conditions at least one */
export const anyCondition = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => `(${sql})`).join(' OR '),
  values: conditions.flatMap(({ values }) => values),
});

/** @param conditions at least one */
export const allOf = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
});
