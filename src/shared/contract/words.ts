// The words that a library has learned, and how well each is found.
import { z } from 'zod';
import { tagName } from './edits.ts';
import { type PhotoId, id } from './ids.ts';
import { request } from './request.ts';

export interface TaughtWord {
  /** A tag, or a word of captions, as written. */
  readonly text: string;
  readonly isTag: boolean;
  /** Number of photos with it in captions or tags. */
  readonly photos: number;
  /** Number of those that the model in use has learned from. */
  readonly learnedFrom: number;
  /** Number of those in the measurement: photos that the model has not learned from. */
  readonly measured: number;
  /**
   * Number of these that a search for the word finds by their picture alone: few photos without the word come
   * before them, half as many as have it and ten at most. Null with too few to measure.
   */
  readonly found: number | null;
}

export interface KnownWords {
  /** The most used first. */
  readonly words: readonly TaughtWord[];
  /** Number of all words, listed or not. */
  readonly total: number;
  /**
   * Number of photos of a word from which most of them are found in this library, by the words listed; null if unknown.
   */
  readonly needs: number | null;
  /** Whether the model in use has learned from photos of this library. */
  readonly trained: boolean;
  /** Number of described photos. */
  readonly described: number;
  /** Number of those that the words are measured on. */
  readonly compared: number;
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
  /** Number of examples with a lower score, each scored without itself. */
  readonly surerThan: number;
  /** A score like three quarters of the examples have, and hardly any photo without the word. */
  readonly isLikely: boolean;
}

/** Result of learning a word, and its matches. Nothing of it is stored. */
export interface WordFinding {
  /** Number of photos with the word as a tag. */
  readonly tagged: readonly PhotoId[];
  /** Number of photos learned from. */
  readonly examples: number;
  /** Number of those found when each is left out of the learning. */
  readonly found: number;
  readonly seconds: number;
  /** The highest scores first. */
  readonly photos: readonly FoundOfWord[];
}

/** Most words in one answer: each takes the encoder milliseconds. */
export const mostListedWords = 10_000;

export const wordsRequests = {
  /** Learns a word from these photos and those tagged with it, in seconds, and looks for more of them. */
  'words.teach': request<WordFinding>()(
    z.object({
      name: tagName,
      photoIds: z.array(id<PhotoId>()).max(10_000).default([]),
      limit: z.int().min(1).max(500).default(60),
    }),
  ),
  /** Tags, and words of captions, from the most used on. */
  'words.list': request<KnownWords>()(
    z.object({ limit: z.int().min(1).max(mostListedWords).default(150), offset: z.int().min(0).default(0) }),
  ),
} as const;
