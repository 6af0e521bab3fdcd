// The words a library has been taught, and how well each is found.
import { z } from 'zod';
import { tagName } from './edits.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export interface TaughtWord {
  /** A tag, or a word of captions, as it was written. */
  readonly text: string;
  readonly isTag: boolean;
  /** Photos whose captions or tags have it. */
  readonly photos: number;
  /** Those that the model in use has learned from. */
  readonly learnedFrom: number;
  /** Those it was measured with: photos that the model has not learned from. */
  readonly measured: number;
  /**
   * How many of these a search for the word finds by their picture alone: few photos without the word come before them, half as
   * many as have it and ten at most. Null where too few could be measured.
   */
  readonly found: number | null;
}

export interface KnownWords {
  /** The most used first. */
  readonly words: readonly TaughtWord[];
  /** Photos of a word from which most of them are found in this library; null where that cannot be told. */
  readonly needs: number | null;
  /** Whether the model in use has learned from photos of this library. */
  readonly trained: boolean;
  readonly described: number;
}

/** A photo that looks like those of a word. */
export interface FoundOfWord {
  readonly photoId: PhotoId;
  readonly path: string;
  readonly caption: string | null;
  readonly rating: number | null;
  readonly isFavourite: boolean;
  readonly width: number;
  readonly height: number;
  /** How many of the examples are less sure to have the word, each judged without itself. */
  readonly surerThan: number;
  /** As sure as three quarters of the examples are, and hardly any photo without the word is. */
  readonly isLikely: boolean;
}

/** What was learned of a word, and what it finds. Nothing of it is stored. */
export interface WordFinding {
  /** Photos that have the word as a tag. */
  readonly tagged: readonly PhotoId[];
  /** Photos that were learned from. */
  readonly examples: number;
  /** Those of them that are found when each is left out of what is learned. */
  readonly found: number;
  readonly seconds: number;
  /** The surest first. */
  readonly photos: readonly FoundOfWord[];
}

export const wordsRequests = {
  /** Learns a word from these photos and those tagged with it, in seconds, and looks for more of them. */
  'words.teach': request<WordFinding>()(
    z.object({
      name: tagName,
      photoIds: z.array(id<PhotoId>()).max(10_000).default([]),
      limit: z.int().min(1).max(500).default(60),
    }),
  ),
  'words.list': request<KnownWords>()(z.object({ limit: z.int().min(1).max(500).default(150) })),
} as const;
