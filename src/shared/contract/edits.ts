// Words written in the application: captions, tags, title, rating, favourite, date. They are stored apart from the
// files' words, and override them.
import { z } from 'zod';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

/** The tag of favourite photos, as in Google Takeout, Picasa and Apple's export. */
export const favouriteTag = 'Favorite';

/** Largest number of photos in one change. */
export const mostEdited = 100_000;
const mostTexts = 200;

const photoIds = z.array(id<PhotoId>()).min(1).max(mostEdited);
export const caption = z
  .string()
  .max(2000)
  .transform((text) => text.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .refine((text) => text !== '', { message: 'a caption with a word in it' });
/** `Rex`, or with its parent levels `Family/Rex`. */
export const tagName = z
  .string()
  .max(300)
  .transform((text) =>
    text
      .normalize('NFC')
      .split('/')
      .map((step) => step.replace(/\s+/gu, ' ').trim())
      .filter((step) => step !== '')
      .join('/'),
  )
  .refine((text) => text !== '', { message: 'a tag with a letter in it' });
const title = z
  .string()
  .max(300)
  .transform((text) => text.normalize('NFC').replace(/\s+/gu, ' ').trim());
const rating = z.int().min(0).max(5);
/** `1968`, `1968-06`, `1968-06-15`, `1968-06-15T10:00`. */
const date = z
  .string()
  .regex(/^[12]\d{3}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)?)?$/)
  .transform((text) => text.replace(' ', 'T'));

/**
 * The same change to one or many photos. Absent values stay; null removes a written value, so that the file's
 * applies.
 */
export const photoEdit = z.object({
  photoIds,
  addCaptions: z.array(caption).max(mostTexts).default([]),
  removeCaptions: z.array(caption).max(mostTexts).default([]),
  addTags: z.array(tagName).max(mostTexts).default([]),
  /** Tags the photo is shown with, from its files and from the application. */
  removeTags: z.array(tagName).max(mostTexts).default([]),
  title: title.nullable().optional(),
  rating: rating.nullable().optional(),
  isFavourite: z.boolean().optional(),
  date: date.nullable().optional(),
});

export type PhotoEdit = z.output<typeof photoEdit>;

/** `added`: written in the application. `removed`: a file has it, and the person removed it. Null: neither. */
const wordState = z.enum(['added', 'removed']).nullable();

/** The earlier state of words changed by an edit. */
export const writtenState = z.object({
  photoIds,
  captions: z.array(z.object({ text: z.string().max(2000), state: wordState })).default([]),
  tags: z.array(z.object({ name: z.string().max(300), state: wordState })).default([]),
  title: z.string().max(300).nullable().optional(),
  rating: rating.nullable().optional(),
  date: date.nullable().optional(),
});

export type WrittenState = z.output<typeof writtenState>;

export interface EditOutcome {
  /** Photos that changed. */
  readonly photos: number;
  /** Parameters of `edits.restore` that undo the change. */
  readonly inverse: readonly z.input<typeof writtenState>[];
}

/** Words that some photos have in common, and words of some of them. */
export interface WordsOfPhotos {
  readonly photos: number;
  /** Names with the number of photos that have each, the most frequent first. */
  readonly tags: readonly { readonly name: string; readonly photos: number }[];
  readonly captions: readonly { readonly text: string; readonly photos: number }[];
  /** Number of photos with each number of stars, none to five. */
  readonly ratings: readonly number[];
  readonly favourites: number;
  /** Photos with a caption or a tag that is not the name of their folder. */
  readonly described: number;
}

export const editsRequests = {
  /** All of it is stored before the answer, or nothing. */
  'edits.apply': request<EditOutcome>()(photoEdit),
  /** Takes an inverse; the inverse of that redoes the change. */
  'edits.restore': request<EditOutcome>()(z.object({ states: z.array(writtenState).max(mostEdited) })),
  'edits.words': request<WordsOfPhotos>()(z.object({ photoIds })),
  /** Tags of the library that begin with the text or have a level or word that does, the most used first. */
  'edits.completeTag': request<readonly { readonly name: string; readonly photos: number }[]>()(
    z.object({ text: z.string().max(300), limit: z.int().min(1).max(50).default(8) }),
  ),
} as const;
