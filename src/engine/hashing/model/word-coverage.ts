// Measures how much of a text the captions of a training cover. Other words are left to the encoder.
import { stem } from '../../text/inflections.ts';
import { wordsAt, lowerCaseWords, type CaptionWords } from '../../text/caption-words.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';

/** In how many captions of the training each word occurs. */
export interface WordCoverage {
  /** Captions trained on. */
  readonly captions: number;
  /** Distinct stems. */
  readonly words: readonly string[];
  /** `[words]`: captions that have the word. */
  readonly counts: readonly number[];
}

/** Counts the stems of some captions. */
export function countWords(words: CaptionWords, captions: Int32Array): WordCoverage {
  const stems = words.vocabulary.map(stem);
  const counts = new Map<string, number>();
  for (const caption of captions) {
    const distinct = new Set(Array.from(wordsAt(words, caption), (id) => itemAt(stems, id)));
    for (const word of distinct) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return { captions: captions.length, words: [...counts.keys()], counts: [...counts.values()] };
}

export class Coverage {
  readonly #captions: number;
  readonly #counts: ReadonlyMap<string, number>;

  constructor({ captions, words, counts }: WordCoverage) {
    this.#captions = captions;
    this.#counts = new Map(words.map((word, i) => [word, numberAt(counts, i)]));
  }

  /**
   * Weight of what a model has learned beside the encoder, for a text: the square of its coverage. The
   * square is better than the plain share for captions with words that the training lacks.
   */
  weight(text: string): number {
    return this.weightOfWords(lowerCaseWords(text));
  }

  weightOfWords(words: readonly string[]): number {
    return this.ofWords(words) ** 2;
  }

  /**
   * Share of a text's information that the training covers, in [0, 1]: the mean over its distinct words of n / (n + 1),
   * where n captions have the word, weighted by the word's inverse document frequency log((N + 1) / (n + 1/2)). A text
   * whose distinctive word is new has little coverage, however many common words it has. 1 for a text without words.
   */
  of(text: string): number {
    return this.ofWords(lowerCaseWords(text));
  }

  ofWords(words: readonly string[]): number {
    let covered = 0;
    let all = 0;
    for (const word of new Set(words.map(stem))) {
      const n = this.#counts.get(word) ?? 0;
      const information = Math.log((this.#captions + 1) / (n + 0.5));
      all += information;
      covered += (information * n) / (n + 1);
    }
    return all <= 0 ? 1 : covered / all;
  }
}
