// What a person says of results: whether a photo is what a search asked for. Kept with the words of the search, whatever its
// filters were.
import { z } from 'zod';
import { longestQuery } from '../query/query.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export const verdicts = ['match', 'no-match'] as const;

export type Verdict = (typeof verdicts)[number];

/** Verdict on photos as answers to a search, as the search box has it; null for none. */
export const feedbackState = z.object({
  query: z.string().trim().min(1).max(longestQuery),
  photoIds: z.array(id<PhotoId>()).min(1).max(10_000),
  verdict: z.enum(verdicts).nullable(),
});

export type FeedbackState = z.output<typeof feedbackState>;

export interface FeedbackOutcome {
  /** Photos whose verdict is another now. */
  readonly photos: number;
  /** What `feedback.give` takes to have it as it was before. */
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
  /** How many there are, listed or not. */
  readonly total: number;
  /** The newest first. */
  readonly entries: readonly FeedbackEntry[];
}

export const feedbackRequests = {
  /**
   * Gives or takes back verdicts; all of them are kept when the answer comes, or none. A photo that is no match leaves the
   * results of its search, one that is comes first. Throws `bad-argument` for a search without words.
   */
  'feedback.give': request<FeedbackOutcome>()(z.object({ states: z.array(feedbackState).min(1).max(1000) })),
  /** All verdicts, or those on answers to one search. */
  'feedback.list': request<FeedbackList>()(
    z.object({
      query: z.string().max(longestQuery).optional(),
      limit: z.int().min(1).max(1000).default(200),
    }),
  ),
} as const;
