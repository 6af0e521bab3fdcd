// What a method may know of the training pairs before the first step: whose photo they are of, their words, and how their
// feature rows are spread.
import type { TrainingData } from './data.ts';
import type { Moments, PairFacts } from './methods/method.ts';
import { vocabularyOf, wordsAt, wordsIn } from './words.ts';

/** Mean and standard deviation of each column, of the rows at `indices` of `[n, width]`. */
export function momentsOf(rows: Float32Array, width: number, indices: ArrayLike<number>): Moments {
  const sum = new Float64Array(width);
  const squares = new Float64Array(width);
  const count = Math.max(1, indices.length);
  for (let i = 0; i < indices.length; i++) {
    const at = (indices[i] as number) * width;
    for (let j = 0; j < width; j++) {
      const x = rows[at + j] as number;
      sum[j] = (sum[j] as number) + x;
      squares[j] = (squares[j] as number) + x * x;
    }
  }
  const mean = Float32Array.from(sum, (s) => s / count);
  const deviation = Float32Array.from(squares, (s, j) => {
    return Math.sqrt(Math.max(0, s / count - ((sum[j] as number) / count) ** 2));
  });
  return { mean, deviation };
}

/** The data with words as far as the training pairs know them: nothing is learned of a word that is only held out. */
export function withTrainingWords(data: TrainingData, pairs: Int32Array): TrainingData {
  const { words } = data;
  return words === undefined ? data : { ...data, words: wordsIn(words, vocabularyOf(words, pairs)) };
}

/** @param data as `withTrainingWords` gives them */
export function pairFacts(data: TrainingData, pairs: Int32Array): PairFacts {
  const { imageRows, imageWidth, textRows, textWidth, captionPhoto, words } = data;
  const photos = pairs.map((caption) => captionPhoto[caption] ?? 0);
  return {
    photos,
    words:
      words === undefined || words.vocabulary.length === 0
        ? null
        : { size: words.vocabulary.length, of: (pair) => wordsAt(words, pairs[pair] ?? 0) },
    imageMoments: () => momentsOf(imageRows, imageWidth, [...new Set(photos)]),
    textMoments: () => momentsOf(textRows, textWidth, pairs),
  };
}
