// Facts about the training pairs that a method may use before its first step: the photo and the words of each pair, and how
// the feature rows are spread.
import type { TrainingData } from './training-data.ts';
import { columnMoments } from '../../numerics/moments.ts';
import { stem } from '../../text/inflections.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { vocabularyOf, wordsAt, wordsIn } from '../../text/caption-words.ts';
import { int32At, itemAt } from '../../../shared/at.ts';

/** Mean and standard deviation of each column of feature rows. */
export interface Moments {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Facts about the training pairs, without held-out photos. */
export interface PairFacts {
  /** `[N]`: the photo of each pair. Pairs of one photo are not negatives of each other. */
  readonly photos: Int32Array;
  /** Null where captions come without words. */
  readonly words: {
    /** V: ids run from 0 to V - 1. */
    readonly size: number;
    /** Word ids of a pair's caption. */
    of(pair: number): Int32Array;
  } | null;
  /** Moments of the photos, each counted once. */
  imageMoments(): Moments;
  /** Moments of the captions. */
  textMoments(): Moments;
  /** The pairs themselves, for closed-form parts; absent in estimates of memory. */
  readonly rows?: PairRows;
  /** `[N]`: labels of the photo of each pair; absent in estimates of memory. */
  readonly labels?: readonly (readonly number[])[];
}

/** Training pairs, row by row. */
export interface PairRows {
  /** N. */
  readonly count: number;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** Leading numbers of a text row that photo rows have as well. */
  readonly sharedWidth: number;
  /** `[imageWidth]`: the photo of a pair. */
  image(pair: number): Float32Array;
  /** `[textWidth]`: its caption. */
  text(pair: number): Float32Array;
  /** V; 0 where captions come without words. */
  readonly vocabulary: number;
  /** Words of its caption, each below V. */
  words(pair: number): Int32Array;
  /** `[V]`: a representative of each word, below V, the same for all forms of a word; -1 for stop words. */
  readonly lemmas: Int32Array;
}

const noRow = new Float32Array(0);
const noWords = new Int32Array(0);

/** Moments as networks take them. */
function momentsOf(rows: Float32Array, width: number, among: ArrayLike<number>): Moments {
  const { mean, deviation } = columnMoments(rows, width, among);
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** Calls `make` once, when its value is first needed. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Facts with the sizes of a training with `words` words and meaningless content, for estimates of memory. */
export function placeholderFacts(imageWidth: number, textWidth: number, words: number): PairFacts {
  const moments = (width: number) => () => ({ mean: new Float32Array(width), deviation: new Float32Array(width) });
  return {
    photos: new Int32Array(0),
    words: words === 0 ? null : { size: words, of: () => new Int32Array(0) },
    imageMoments: moments(imageWidth),
    textMoments: moments(textWidth),
    rows: {
      ...{ count: 0, imageWidth, textWidth, sharedWidth: 0, vocabulary: words, lemmas: new Int32Array(words).fill(-1) },
      image: () => noRow,
      text: () => noRow,
      words: () => noWords,
    },
  };
}

/** The data with the vocabulary of the training pairs: words that only held-out captions have are left out. */
export function withTrainingWords(data: TrainingData, pairs: Int32Array): TrainingData {
  const { words } = data;
  return words === undefined ? data : { ...data, words: wordsIn(words, vocabularyOf(words, pairs)) };
}

/** `[V]`: the first word with the same stem; -1 for a stop word. */
function lemmasOf(vocabulary: readonly string[]): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from(vocabulary, (word, i) => {
    if (isStopWord(word)) return -1;
    const found = first.get(stem(word)) ?? i;
    first.set(stem(word), found);
    return found;
  });
}

/** @param data as `withTrainingWords` gives them */
export function pairFacts(data: TrainingData, pairs: Int32Array): PairFacts {
  const { imageRows, imageWidth, textRows, textWidth, sharedWidth, captionPhoto, photoTags, words } = data;
  const photos = pairs.map((caption) => int32At(captionPhoto, caption));
  const row = (rows: Float32Array, width: number, at: number) => rows.subarray(at * width, (at + 1) * width);
  return {
    photos,
    words:
      words === undefined || words.vocabulary.length === 0
        ? null
        : { size: words.vocabulary.length, of: (pair) => wordsAt(words, int32At(pairs, pair)) },
    imageMoments: once(() => momentsOf(imageRows, imageWidth, [...new Set(photos)])),
    textMoments: once(() => momentsOf(textRows, textWidth, pairs)),
    labels: Array.from(photos, (photo) => itemAt(photoTags, photo)),
    rows: {
      ...{ count: pairs.length, imageWidth, textWidth, sharedWidth },
      image: (pair) => row(imageRows, imageWidth, int32At(photos, pair)),
      text: (pair) => row(textRows, textWidth, int32At(pairs, pair)),
      vocabulary: words?.vocabulary.length ?? 0,
      words: (pair) => (words === undefined ? noWords : wordsAt(words, int32At(pairs, pair))),
      lemmas: lemmasOf(words?.vocabulary ?? []),
    },
  };
}
