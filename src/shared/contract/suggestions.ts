// Words of the person's own that photos may be described by, and what was said of them.
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
   * Chance that the person would write it of the photos, measured on photos they have described; null where too few are
   * described to measure.
   */
  readonly chance: number | null;
  /** How many of the ten described photos that look most alike have it; of several photos, of those of the first. */
  readonly photos: number;
}

export interface SuggestedWords {
  /** The likeliest first; none that the photos have or that was rejected for one of them. */
  readonly suggestions: readonly SuggestedWord[];
  /** Photos nobody described that look like the photo; none where several were asked about. */
  readonly alike: readonly PhotoId[];
  /** Described photos that the suggestions are taken from. */
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
  /** Photos for which it is another now. */
  readonly photos: number;
  /** What `suggestions.reject` takes to have it as it was before. */
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
  /** Remembers that words do not fit photos, or forgets it: they are not suggested again, and less for photos alike. */
  'suggestions.reject': request<RejectionOutcome>()(z.object({ states: z.array(rejectionState).min(1).max(1000) })),
} as const;
