// Search: queries, answers, completion, recent and saved searches.
import { z } from 'zod';
import { type ParsedQuery, filter, longestQuery, mostFilters, mostTerms, term } from '../query/query.ts';
import { type ModelId, type PhotoId, id, modelId } from './ids.ts';
import { photoOrder, type PhotoHit } from './photos.ts';
import { imageBytes, limit, noParams, photoLimit, request } from './request.ts';
import type { SearchNotice } from '../sentences.ts';

export interface TextHit {
  readonly rank: number;
  /** Text of the caption or tag. */
  readonly text: string;
  readonly score: number | null;
  readonly distance: number;
  /** Photo of a caption; null for tags. */
  readonly photoId: PhotoId | null;
  readonly path: string | null;
}

export interface SearchAnswer<Hit> {
  readonly hits: readonly Hit[];
  /** Number of ranked codes. */
  readonly searched: number;
  /** Time of the encoder. */
  readonly encodeMs: number;
  /** Time of everything else, including filters and full text. */
  readonly searchMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Messages about this answer, e.g. that no word of the query is known. */
  readonly notices: readonly SearchNotice[];
  /** The same in English, joined; null if there is none. */
  readonly notice: string | null;
  /** Index of the first weaker match. Weaker matches come last; null if this is unknown or no match is weak. */
  readonly weakFrom: number | null;
}

/** Contribution of one term of a query to a photo's score. */
export interface TermExplanation {
  /** Spelling in the search box: `beach`, `-people`, `photo:12`, `image`. */
  readonly term: string;
  readonly weight: number;
  /** Null if the encoder knows nothing of the term, or the photo has no features. */
  readonly cosine: number | null;
  /** The cosine in standard deviations above the library's mean. */
  readonly deviations: number | null;
  /** BM25 of the photo's captions, tags and names; null for images, and if no photo matches. */
  readonly textScore: number | null;
}

/** Places of a query's words: `place` includes year and date, `name` the names of file and folders. */
export const textPlaces = ['caption', 'tag', 'person', 'place', 'name', 'camera', 'text-in-photo'] as const;

export type TextPlace = (typeof textPlaces)[number];

/** A part of a photo's score that speaks for it. */
export type HitReason =
  /** The person judged it as right for this search. */
  | { readonly code: 'confirmed' }
  /** `words` of the query, as typed, are found there. */
  | { readonly code: TextPlace; readonly words: readonly string[] }
  /** The encoder finds the picture similar to the query. */
  | { readonly code: 'looks-like' }
  /** The model in use has learned it from captions; `photos` is the number of learned photos with all words of the query. */
  | { readonly code: 'learned'; readonly photos: number }
  /** Texts of similar photos match. */
  | { readonly code: 'described-alike' }
  /** It passes the filters of a query without terms. */
  | { readonly code: 'filter' };

/**
 * Least chance of a photo whose own texts have all words of a short query, whatever the encoder sees: set, not measured,
 * and not 1, because people err. It is also the greatest chance of all other photos, so that these photos come first.
 */
export const writtenChance = 0.95;

/**
 * A photo found by a query. With several terms, the cosine is the weighted mean and the distance is the first term's.
 */
export interface RankedPhoto extends PhotoHit {
  /** Chance that the photo is right; null while it cannot be estimated. */
  readonly probability: number | null;
  /** BM25 of all words together; null if the photo's texts contain none. */
  readonly textScore: number | null;
  /** Whether words of the query are found only as text in the photo. */
  readonly inPhotoText: boolean;
  /** Reasons for the hit: those of words come first, then those of the picture. */
  readonly reasons: readonly HitReason[];
  /** Origin of its rank, if requested by the query. */
  readonly explanation: { readonly total: number; readonly terms: readonly TermExplanation[] } | null;
}

/** An unknown word of the query, and the known word used instead. */
export interface Correction {
  readonly typed: string;
  readonly used: string;
}

export interface QueryAnswer extends SearchAnswer<RankedPhoto> {
  /** The query as interpreted. */
  readonly query: ParsedQuery;
  /** Misspelt words in the order of the text; `asTyped` searches for them as they are. */
  readonly corrections: readonly Correction[];
  /** Number of photos judged as wrong for this search; they are not among the hits. */
  readonly leftOut: number;
  /** Number of photos that pass the filters; null without filters. */
  readonly filtered: number | null;
  /**
   * The remedy for the notice: another encoder would know the query's language, or the chosen encoder or model
   * cannot be used.
   */
  readonly remedy: 'encoders' | 'models' | null;
  /**
   * Cursor of the photos that follow; null after the last ones. It holds until many other searches were made or the engine
   * ends.
   */
  readonly next: string | null;
  /** Number of photos in an order other than that of relevance, of which the hits are the first; null by relevance. */
  readonly sorted: number | null;
  /** Chance that divides the results: less likely ones come after the divider. */
  readonly precision: number;
}

/** Completions at the cursor: `text` replaces `[from, to)` of the search box. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly {
    readonly text: string;
    readonly kind: 'key' | 'value';
    /** Number of photos with it; null for keys and fixed values. */
    readonly photos: number | null;
  }[];
}

/** An earlier search. */
export interface RecentSearch {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hits: number;
}

/** Most searches that the log keeps; older ones are dropped. */
export const mostLogged = 1000;

/** An entry of the log of searches. */
const loggedSearch = z.object({
  id: z.int().positive(),
  text: z.string().min(1).max(longestQuery),
  at: z.int(),
  hits: z.int().min(0),
});
export type LoggedSearch = z.output<typeof loggedSearch>;

/** A search saved under a name. */
export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly createdAt: number;
}

/** One query, answered by each of the models, in their order. */
export interface ComparedQuery {
  readonly text: string;
  readonly answers: readonly QueryAnswer[];
}

/** A query that is the person's own: searched for before, or the words of a tag or caption. */
export interface ExampleQuery {
  readonly text: string;
  readonly source: 'search' | 'tag' | 'caption';
}

/** Largest number of queries in one comparison of models. */
export const mostCompared = 8;

/** No estimate exceeds 0.95. */
const precision = z.number().min(0.01).max(0.95);

/** Orders of the results of a search. */
export const resultOrder = z.enum(['relevance', ...photoOrder.options]);

export type ResultOrder = z.output<typeof resultOrder>;

/** A term of a search: text of the search box, or an image. */
const searchTerm = z.discriminatedUnion('kind', [
  ...term.options,
  z.object({
    kind: z.literal('image'),
    image: imageBytes,
    weight: z
      .number()
      .min(-10)
      .max(10)
      .refine((w) => w !== 0)
      .default(1),
  }),
]);

export type SearchTerm = z.output<typeof searchTerm>;

/** One search: the text of the search box, and parameters that the text cannot express. */
export const searchQuery = z.object({
  /** Text in the grammar of query/grammar.ts. */
  text: z.string().max(longestQuery).default(''),
  terms: z.array(searchTerm).max(mostTerms).default([]),
  filters: z.array(filter).max(mostFilters).default([]),
  limit: photoLimit,
  /** `next` of the answer before, to continue it with the same query; null for the first photos. */
  cursor: z.string().min(1).max(100).nullable().default(null),
  /** `hybrid`: by meaning and by text together. The others are for comparisons. */
  mode: z.enum(['hybrid', 'semantic', 'text']).default('hybrid'),
  /**
   * `relevance`: the likeliest first; without terms, the newest. Any other order is that of the likely matches, or of all that
   * pass the filters of a query without terms; where nothing is likely, of the closest `limit` photos.
   */
  order: resultOrder.default('relevance'),
  explain: z.boolean().default(false),
  /** Chance below which results are weaker matches. Default: the library's setting. */
  precision: precision.optional(),
  /** True searches for unknown words as they are spelled. */
  asTyped: z.boolean().default(false),
  /** False keeps the search out of the recent searches, regardless of the setting. */
  log: z.boolean().default(true),
});

export type SearchQuery = z.output<typeof searchQuery>;

export const searchRequests = {
  /**
   * The search for photos. The three requests below are shorthands of it. In answers continued by a cursor, no photo
   * occurs twice, ranks continue, chances never rise if relevance is the order, and `weakFrom` counts from the first hit
   * of the answer. Throws `not-found` for a cursor that is no longer known.
   */
  'search.query': request<QueryAnswer>()(searchQuery),
  /** Completions at the cursor: filters, and the library's own tags, folders, cameras, places and formats. */
  'search.complete': request<Completions>()(
    z.object({
      text: z.string().max(longestQuery),
      cursor: z.int().min(0).max(longestQuery),
      limit: z.int().min(1).max(50).default(10),
    }),
  ),
  'search.recent': request<readonly RecentSearch[]>()(z.object({ limit: z.int().min(1).max(100).default(20) })),
  /** Returns whether searches are remembered, after setting it if `enabled` is given. */
  'search.log': request<{ enabled: boolean }>()(z.object({ enabled: z.boolean().optional() })),
  /**
   * Returns the chance below which results are weaker matches, after setting it if `precision` is given. The
   * default is 0.5.
   */
  'search.precision': request<{ precision: number }>()(z.object({ precision: precision.optional() })),
  /** Adds a search whose results were looked at to the recent ones, if searches are remembered. */
  'search.remember': request<null>()(
    z.object({ text: z.string().trim().min(1).max(longestQuery), hits: z.int().min(0) }),
  ),
  /** Removes one of the recent searches. Returns what was removed, for `search.restoreRecent`. */
  'search.removeRecent': request<{ removed: readonly LoggedSearch[] }>()(
    z.object({ text: z.string().min(1).max(longestQuery) }),
  ),
  /** Removes all recent searches. Returns what was removed, for `search.restoreRecent`. */
  'search.clearLog': request<{ removed: readonly LoggedSearch[] }>()(noParams),
  /** Puts removed searches back in their places. One that was made again meanwhile stays as it is. */
  'search.restoreRecent': request<null>()(z.object({ entries: z.array(loggedSearch).max(mostLogged) })),
  'search.saved': request<readonly SavedSearch[]>()(noParams),
  'search.save': request<SavedSearch>()(
    z.object({ name: z.string().trim().min(1).max(100), text: z.string().trim().min(1).max(longestQuery) }),
  ),
  'search.removeSaved': request<null>()(z.object({ id: z.int().positive() })),
  /**
   * Answers queries by models of the encoder in use, whether search uses them or not. Photos that have no code of a model
   * are not found by it: `models.prepare` makes them. Throws `model-missing`, and `bad-argument` for a model that is not
   * ready or was made for another encoder.
   */
  'search.compare': request<readonly ComparedQuery[]>()(
    z.object({
      modelIds: z.array(modelId).min(1).max(2),
      queries: z.array(z.string().trim().min(1).max(longestQuery)).min(1).max(mostCompared),
      limit: z.int().min(1).max(200).default(60),
    }),
  ),
  /** Queries for trying a model: earlier searches in words, then words of tags and captions. */
  'search.examples': request<readonly ExampleQuery[]>()(z.object({ limit: z.int().min(1).max(20).default(5) })),
  'search.text': request<SearchAnswer<PhotoHit>>()(z.object({ query: z.string().min(1).max(2000), limit })),
  'search.image': request<SearchAnswer<PhotoHit>>()(z.object({ image: imageBytes, limit: photoLimit })),
  'search.similar': request<SearchAnswer<PhotoHit>>()(z.object({ photoId: id<PhotoId>(), limit: photoLimit })),
  /** Captions or tags that fit an image, the closest first. `searched` counts those that may be answers. */
  'search.describe': request<SearchAnswer<TextHit>>()(
    z.object({
      source: z.union([z.object({ image: imageBytes }), z.object({ photoId: id<PhotoId>() })]),
      target: z.enum(['captions', 'tags']),
      limit: photoLimit,
    }),
  ),
} as const;
