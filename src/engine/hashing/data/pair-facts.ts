// What a method may know of the training pairs before the first step: whose photo they are of, their words, and how their
// feature rows are spread.
import type { TrainingData } from './training-data.ts';
import { columnMoments } from '../../numerics/moments.ts';
import { vocabularyOf, wordsAt, wordsIn } from '../../text/caption-words.ts';
import { int32At } from '../../../shared/at.ts';

/** Mean and standard deviation of each column of feature rows. */
export interface Moments {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** What may be known of the training pairs before the first step. Nothing of held-out photos is in it. */
export interface PairFacts {
  /** `[N]`: the photo of each pair. Pairs of one photo are no negatives of each other. */
  readonly photos: Int32Array;
  /** Null where captions come without words. */
  readonly words: {
    /** V: ids run from 0 to V - 1. */
    readonly size: number;
    /** Word ids of a pair's caption. */
    of(pair: number): Int32Array;
  } | null;
  /** Of the photos, each once. */
  imageMoments(): Moments;
  /** Of the captions. */
  textMoments(): Moments;
}

/** Moments as networks take them. */
function momentsOf(rows: Float32Array, width: number, among: ArrayLike<number>): Moments {
  const { mean, deviation } = columnMoments(rows, width, among);
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** `make` the first time; what it gave, from then on: sizes are asked for before the learner itself is set up. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Facts as large as those of a training with so many words, to ask a method how large it would be; nothing in them is true. */
export function placeholderFacts(imageWidth: number, textWidth: number, words: number): PairFacts {
  const moments = (width: number) => () => ({ mean: new Float32Array(width), deviation: new Float32Array(width) });
  return {
    photos: new Int32Array(0),
    words: words === 0 ? null : { size: words, of: () => new Int32Array(0) },
    imageMoments: moments(imageWidth),
    textMoments: moments(textWidth),
  };
}

/** The data with words as far as the training pairs know them: nothing is learned of a word that is only held out. */
export function withTrainingWords(data: TrainingData, pairs: Int32Array): TrainingData {
  const { words } = data;
  return words === undefined ? data : { ...data, words: wordsIn(words, vocabularyOf(words, pairs)) };
}

/** @param data as `withTrainingWords` gives them */
export function pairFacts(data: TrainingData, pairs: Int32Array): PairFacts {
  const { imageRows, imageWidth, textRows, textWidth, captionPhoto, words } = data;
  const photos = pairs.map((caption) => int32At(captionPhoto, caption));
  return {
    photos,
    words:
      words === undefined || words.vocabulary.length === 0
        ? null
        : { size: words.vocabulary.length, of: (pair) => wordsAt(words, int32At(pairs, pair)) },
    imageMoments: once(() => momentsOf(imageRows, imageWidth, [...new Set(photos)])),
    textMoments: once(() => momentsOf(textRows, textWidth, pairs)),
  };
}
