// Judgements of results: whether a photo is right for a search. They are stored with the words of the search,
// without its filters.
import { z } from 'zod';
import { longestQuery } from '../query/query.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export const verdicts = ['match', 'no-match'] as const;

export type Verdict = (typeof verdicts)[number];

/** Judgement of photos as answers to a search, given as text of the search box; null for none. */
export const feedbackState = z.object({
  query: z.string().trim().min(1).max(longestQuery),
  photoIds: z.array(id<PhotoId>()).min(1).max(10_000),
  verdict: z.enum(verdicts).nullable(),
});

export type FeedbackState = z.output<typeof feedbackState>;

export interface FeedbackOutcome {
  /** Photos whose judgement changed. */
  readonly photos: number;
  /** Parameters of `feedback.give` that undo the change. */
  readonly inverse: readonly z.input<typeof feedbackState>[];
}

export interface FeedbackEntry {
  /** Words of the search. */
  readonly query: string;
  readonly photoId: PhotoId;
  readonly path: string;
  readonly caption: string | null;
  readonly verdict: Verdict;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface FeedbackList {
  /** Number of judgements, listed or not. */
  readonly total: number;
  /** The newest first. */
  readonly entries: readonly FeedbackEntry[];
}

export const feedbackRequests = {
  /**
   * Adds or removes judgements; all of them are stored before the answer, or none. A photo judged as wrong leaves
   * the results of its search; one judged as right comes first. Throws `bad-argument` for a search without words.
   */
  'feedback.give': request<FeedbackOutcome>()(z.object({ states: z.array(feedbackState).min(1).max(1000) })),
  /** All judgements, or those for one search. */
  'feedback.list': request<FeedbackList>()(
    z.object({
      query: z.string().max(longestQuery).optional(),
      limit: z.int().min(1).max(1000).default(200),
    }),
  ),
} as const;
