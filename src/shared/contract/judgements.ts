// Judgements of results: whether a photo is right for a search. They are stored with the words of the search,
// without its filters.
import { z } from 'zod';
import { longestQuery } from '../query/query.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export const judgementValues = ['match', 'no-match'] as const;

export type Judgement = (typeof judgementValues)[number];

/** Judgement of photos as answers to a search, given as text of the search box; null for none. */
export const judgementState = z.object({
  query: z.string().trim().min(1).max(longestQuery),
  photoIds: z.array(id<PhotoId>()).min(1).max(10_000),
  judgement: z.enum(judgementValues).nullable(),
});

export type JudgementState = z.output<typeof judgementState>;

export interface JudgementOutcome {
  /** Photos whose judgement changed. */
  readonly photos: number;
  /** Parameters of `judgements.give` that undo the change. */
  readonly inverse: readonly z.input<typeof judgementState>[];
}

export interface JudgementEntry {
  /** Words of the search. */
  readonly query: string;
  readonly photoId: PhotoId;
  readonly path: string;
  readonly caption: string | null;
  readonly judgement: Judgement;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface JudgementList {
  /** Number of judgements of present photos, listed or not. */
  readonly total: number;
  /** The newest first. */
  readonly entries: readonly JudgementEntry[];
}

export const judgementRequests = {
  /**
   * Adds or removes judgements; all of them are stored before the answer, or none. A photo judged as wrong leaves
   * the results of its search; one judged as right comes first. Throws `bad-argument` for a search without words.
   */
  'judgements.give': request<JudgementOutcome>()(z.object({ states: z.array(judgementState).min(1).max(1000) })),
  /** Judgements of present photos, all or those for one search. */
  'judgements.list': request<JudgementList>()(
    z.object({
      query: z.string().max(longestQuery).optional(),
      limit: z.int().min(1).max(1000).default(200),
      offset: z.int().min(0).default(0),
    }),
  ),
} as const;
