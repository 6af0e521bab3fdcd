// A search as data: what to look for and what to exclude. The search box, the API and saved searches share this
// form.
import { z } from 'zod';
import type { PhotoId } from '../contract/ids.ts';
import type { Sentence } from '../sentences.ts';

/** Weight of a term. A negative weight subtracts it. */
const weight = z
  .number()
  .min(-10)
  .max(10)
  .refine((w) => w !== 0, { message: 'a weight other than 0' })
  .default(1);
const words = z.string().trim().min(1).max(2000);

/** Words with one meaning together: `a dog on the beach`. They are compared with captions, tags and names, too. */
const textTerm = z.object({ kind: z.literal('text'), text: words, weight });
/** Words that a photo's own texts must contain in this order or, with a negative weight, must not contain. */
const phraseTerm = z.object({ kind: z.literal('phrase'), text: words, weight });
/** A photo of the library to which results must be similar. */
const photoTerm = z.object({
  kind: z.literal('photo'),
  photoId: z
    .int()
    .positive()
    .transform((n) => n as PhotoId),
  weight,
});
export const term = z.discriminatedUnion('kind', [textTerm, phraseTerm, photoTerm]);
export type Term = z.output<typeof term>;

const not = z.boolean().default(false);
/** Any one of them is enough. A `*` at the end of a tag matches any ending. */
const values = z.array(z.string().trim().min(1).max(200)).min(1).max(20);
const day = z
  .string()
  .regex(/^[12]\d{3}-\d{2}-\d{2}$/)
  // 31 June does not exist.
  .refine((text) => new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) === true, {
    message: 'a day of the calendar',
  });
const bound = z.int().min(0).nullable().default(null);
const stars = z.int().min(1).max(5).nullable().default(null);
const bounded = { message: 'at least one bound' };

export const filter = z.discriminatedUnion('field', [
  z.object({ field: z.literal('tag'), values, not }),
  /** The name of an album; a `*` at its end matches any ending. */
  z.object({ field: z.literal('album'), values, not }),
  /** Part of the name of a person on the photo. */
  z.object({ field: z.literal('person'), values, not }),
  /** Part of the name of a folder of the photo, or of several (`Italy/Rome`). */
  z.object({ field: z.literal('folder'), values, not }),
  /** Part of the camera's name. */
  z.object({ field: z.literal('camera'), values, not }),
  /** Part of the place's name: `Rome`, `Rome, Italy`. */
  z.object({ field: z.literal('place'), values, not }),
  /** A word or phrase in the text that the photo shows. A `*` at the end matches any ending. */
  z.object({ field: z.literal('text'), values, not }),
  /** A word or phrase of captions or tags. A `*` at the end matches any ending. */
  z.object({ field: z.literal('word'), values, not }),
  /** The file's format: `jpeg`, `png`, `webp`, `gif`, `avif`, `tiff`. */
  z.object({ field: z.literal('type'), values, not }),
  /** Period from the start of one day to before the start of another. Null leaves a side open. */
  z
    .object({ field: z.literal('date'), from: day.nullable().default(null), to: day.nullable().default(null), not })
    .refine(({ from, to }) => from !== null || to !== null, bounded),
  /** The same day in any year. */
  z.object({ field: z.literal('day'), month: z.int().min(1).max(12), day: z.int().min(1).max(31), not }),
  z.object({ field: z.literal('orientation'), value: z.enum(['portrait', 'landscape', 'square']), not }),
  /** Bytes of the file, pixels of the upright photo. Both bounds are inclusive. */
  z
    .object({ field: z.enum(['size', 'width', 'height']), least: bound, most: bound, not })
    .refine(({ least, most }) => least !== null || most !== null, bounded),
  /** Stars. Both bounds are inclusive. Unrated photos have no stars, not 0. */
  z
    .object({ field: z.literal('rating'), least: stars, most: stars, not })
    .refine(({ least, most }) => least !== null || most !== null, bounded)
    .refine(({ least, most }) => (least ?? 1) <= (most ?? 5), { message: 'bounds in their order' }),
  z.object({
    field: z.literal('has'),
    what: z.enum(['caption', 'tag', 'date', 'camera', 'rating', 'place', 'person', 'text']),
    not,
  }),
]);
export type Filter = z.output<typeof filter>;

/** Limits: nobody types more, and every term costs a search. */
export const mostTerms = 20;
export const mostFilters = 50;
export const longestQuery = 2000;

export const query = z.object({
  terms: z.array(term).max(mostTerms).default([]),
  filters: z.array(filter).max(mostFilters).default([]),
});
export type Query = z.output<typeof query>;

/** A piece of the search box's text, for colouring and completion. `[start, end)` in UTF-16 units. */
export interface QueryToken {
  readonly kind: 'word' | 'phrase' | 'photo' | 'filter' | 'unfinished' | 'wrong';
  readonly start: number;
  readonly end: number;
  /** The filter's key if it is known, otherwise null: `tag` of `-tag:beach`. */
  readonly key: string | null;
  readonly negative: boolean;
}

/** A message about the interpretation of a piece of the query. */
export interface QueryNotice {
  /** In English. */
  readonly message: string;
  readonly sentence: Sentence;
  readonly start: number;
  readonly end: number;
}

export interface ParsedQuery extends Query {
  readonly tokens: readonly QueryToken[];
  readonly notices: readonly QueryNotice[];
}
