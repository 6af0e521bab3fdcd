// Search: queries, answers, completion, recent and saved searches.
import { z } from 'zod';
import { type ParsedQuery, filter, longestQuery, mostFilters, mostTerms, term } from '../query/query.ts';
import { type ModelId, type PhotoId, id } from './ids.ts';
import type { PhotoHit } from './photos.ts';
import { imageBytes, limit, nothing, request } from './request.ts';

export interface TextHit {
  readonly rank: number;
  /** The caption or the tag. */
  readonly text: string;
  readonly score: number | null;
  readonly distance: number;
  /** The photo a caption belongs to; null for tags. */
  readonly photoId: PhotoId | null;
  readonly path: string | null;
}

export interface SearchAnswer<Hit> {
  readonly hits: readonly Hit[];
  /** How many codes were ranked. */
  readonly searched: number;
  /** The encoder's own time. */
  readonly encodeMs: number;
  /** All the rest, filters and full text included. */
  readonly searchMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Something a person should know of this answer, e.g. that no word of the query is known; null if nothing. */
  readonly notice: string | null;
  /** Index of the first of the weaker matches, which go to the end; null where nobody can tell, or none is weak. */
  readonly weakFrom: number | null;
}

/** What one term of a query says of a photo. */
export interface TermExplanation {
  /** As it stands in the search box: `beach`, `-people`, `photo:12`, `image`. */
  readonly term: string;
  readonly weight: number;
  /** Null where the encoder knows nothing of the term, or the photo's features are gone. */
  readonly cosine: number | null;
  /** The cosine in standard deviations above the library's mean. */
  readonly deviations: number | null;
  /** BM25 of the photo's captions, tags and names; null for images, and where no photo matches. */
  readonly textScore: number | null;
}

/** A photo found by a query: of several terms the cosine is the weighted mean, the distance the first term's. */
export interface RankedPhoto extends PhotoHit {
  /** Chance that it is what was asked for; null until it can be said. */
  readonly probability: number | null;
  /** BM25 of all words together; null where none is in the photo's texts. */
  readonly textScore: number | null;
  /** How its place came about, where that was asked for. */
  readonly explanation: { readonly total: number; readonly terms: readonly TermExplanation[] } | null;
}

/** A word of the query that nothing and nobody knows, and the one that was searched for in its place. */
export interface Correction {
  readonly typed: string;
  readonly used: string;
}

export interface QueryAnswer extends SearchAnswer<RankedPhoto> {
  /** How the text was read. */
  readonly query: ParsedQuery;
  /** Misspelt words in the order of the text; `asTyped` searches for them as they are. */
  readonly corrections: readonly Correction[];
  /** Photos that the filters let through; null without filters. */
  readonly filtered: number | null;
  /**
   * Where the cause of the notice can be helped: another encoder would know the query's language, or the chosen encoder or
   * model cannot be used.
   */
  readonly remedy: 'encoders' | 'models' | null;
  /** Results less likely than this to be what was asked for come after the divider. */
  readonly precision: number;
}

/** What may stand at the cursor: `text` replaces `[from, to)` of the search box. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly {
    readonly text: string;
    readonly kind: 'key' | 'value';
    /** How many photos have it; null for keys and fixed values. */
    readonly photos: number | null;
  }[];
}

/** A search made before. */
export interface RecentSearch {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hits: number;
}

/** A search kept under a name. */
export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly createdAt: number;
}

/** Nothing is said to be likelier than 0.95. */
const precision = z.number().min(0.01).max(0.95);

/** A term of a search: one the search box can hold, or an image. */
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

/** One search: what stands in the box, and what cannot stand there or comes from elsewhere than a keyboard. */
export const searchQuery = z.object({
  /** In the grammar of query/grammar.ts. */
  text: z.string().max(longestQuery).default(''),
  terms: z.array(searchTerm).max(mostTerms).default([]),
  filters: z.array(filter).max(mostFilters).default([]),
  limit,
  /** `hybrid`: by meaning and by text together; the others for comparison. */
  mode: z.enum(['hybrid', 'semantic', 'text']).default('hybrid'),
  explain: z.boolean().default(false),
  /** Results less likely than this to be what was asked for are weaker matches; left out, it is the library's setting. */
  precision: precision.optional(),
  /** True searches for words as they are spelled, however unknown. */
  asTyped: z.boolean().default(false),
  /** False keeps it out of the recent searches, whatever the setting. */
  log: z.boolean().default(true),
});

export type SearchQuery = z.output<typeof searchQuery>;

export const searchRequests = {
  /** The search for photos; the three below are shorthands of it. */
  'search.query': request<QueryAnswer>()(searchQuery),
  /** What may come at the cursor: filters, and the library's own tags, folders, cameras, places and formats. */
  'search.complete': request<Completions>()(
    z.object({
      text: z.string().max(longestQuery),
      cursor: z.int().min(0).max(longestQuery),
      limit: z.int().min(1).max(50).default(10),
    }),
  ),
  'search.recent': request<readonly RecentSearch[]>()(z.object({ limit: z.int().min(1).max(100).default(20) })),
  /** Says whether searches are remembered, after setting it when `enabled` is given. */
  'search.log': request<{ enabled: boolean }>()(z.object({ enabled: z.boolean().optional() })),
  /** The chance below which results are weaker matches, after setting it when `precision` is given; 0.5 at first. */
  'search.precision': request<{ precision: number }>()(z.object({ precision: precision.optional() })),
  'search.clearLog': request<null>()(nothing),
  'search.saved': request<readonly SavedSearch[]>()(nothing),
  'search.save': request<SavedSearch>()(
    z.object({ name: z.string().trim().min(1).max(100), text: z.string().trim().min(1).max(longestQuery) }),
  ),
  'search.removeSaved': request<null>()(z.object({ id: z.int().positive() })),
  'search.text': request<SearchAnswer<PhotoHit>>()(z.object({ query: z.string().min(1).max(2000), limit })),
  'search.image': request<SearchAnswer<PhotoHit>>()(z.object({ image: imageBytes, limit })),
  'search.similar': request<SearchAnswer<PhotoHit>>()(z.object({ photoId: id<PhotoId>(), limit })),
  'search.describe': request<SearchAnswer<TextHit>>()(
    z.object({
      source: z.union([z.object({ image: imageBytes }), z.object({ photoId: id<PhotoId>() })]),
      target: z.enum(['captions', 'tags']),
      limit,
    }),
  ),
} as const;
