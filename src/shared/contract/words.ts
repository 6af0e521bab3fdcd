// The words a library has been taught, and how well each is found.
import { z } from 'zod';
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

export const wordsRequests = {
  'words.list': request<KnownWords>()(z.object({ limit: z.int().min(1).max(500).default(150) })),
} as const;
