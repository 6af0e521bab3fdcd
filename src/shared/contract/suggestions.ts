// Suggestions of the person's own words for photos, and judgements of them.
import { z } from 'zod';
import { caption, tagName } from './edits.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export const suggestionKinds = ['tag', 'caption'] as const;

export type SuggestionKind = (typeof suggestionKinds)[number];

export interface SuggestedWord {
  readonly kind: SuggestionKind;
  readonly text: string;
  /**
   * Chance that the person would write it about the photos, measured on photos they have described; null if too
   * few are described.
   */
  readonly chance: number | null;
  /** Number of the ten most similar described photos that have it; for several photos, those of the first. */
  readonly photos: number;
}

export interface SuggestedWords {
  /** The likeliest first; without words that the photos have or that were rejected for one of them. */
  readonly suggestions: readonly SuggestedWord[];
  /** Similar undescribed photos; empty for several photos. */
  readonly alike: readonly PhotoId[];
  /** Number of described photos that the suggestions come from. */
  readonly described: number;
}

/** Whether words were rejected for photos. */
export const rejectionState = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tag'),
    text: tagName,
    photoIds: z.array(id<PhotoId>()).min(1).max(10_000),
    rejected: z.boolean(),
  }),
  z.object({
    kind: z.literal('caption'),
    text: caption,
    photoIds: z.array(id<PhotoId>()).min(1).max(10_000),
    rejected: z.boolean(),
  }),
]);

export interface RejectionOutcome {
  /** Photos whose state changed. */
  readonly photos: number;
  /** Parameters of `suggestions.reject` that undo the change. */
  readonly inverse: readonly z.input<typeof rejectionState>[];
}

export const suggestionsRequests = {
  /** Writes nothing: `edits.apply` accepts a suggestion. */
  'suggestions.words': request<SuggestedWords>()(
    z.object({
      photoIds: z.array(id<PhotoId>()).min(1).max(50),
      limit: z.int().min(1).max(50).default(5),
    }),
  ),
  /**
   * Stores that words do not fit photos, or removes that: they are not suggested again, and less often for similar
   * photos.
   */
  'suggestions.reject': request<RejectionOutcome>()(z.object({ states: z.array(rejectionState).min(1).max(1000) })),
} as const;
