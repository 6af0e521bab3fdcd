// Evidence of a photo's own words for a query, as a log likelihood ratio. It is 0 for a photo without words: missing words do
// not count against it.
import { numberAt } from '../../../shared/at.ts';

/** A word of the query. */
export interface AskedWord {
  /** Share of described photos whose words have it, above 0 and below 1. */
  readonly frequency: number;
  /** Whether the words of the photo have it. */
  readonly isPresent: boolean;
}

/**
 * Common words are repeated more often. The curve is fitted to captions of Flickr8k (docs/measurements.md, repeated-words).
 */
const commonness = 0.2;
const usualFrequency = 0.05;
const mostRepeated = 0.95;

/** Chance that a second writer repeats this word, given the rate for words of the usual frequency. */
export const repeatChance = (frequency: number, repeated: number): number =>
  Math.min(mostRepeated, repeated * (frequency / usualFrequency) ** commonness);

/**
 * Log of the ratio of two chances: that these words describe the photo that is asked for, and that they describe any photo. A
 * language model of what is written about a photo, smoothed with that of the library (Jelinek and Mercer 1980; Ponte and Croft,
 * SIGIR 1998). The right photo has a word of the query because a writer repeats it, or else as often as any photo.
 * @param texts number of writers: captions, and all tags together as one
 * @param repeated chance that a second writer uses a word of the first, of the usual frequency
 */
export const wordEvidence = (words: readonly AskedWord[], texts: number, repeated: number): number =>
  wordsEvidence(
    words.map(({ frequency }) => frequency),
    repeated,
  )(texts, (i) => words[i]?.isPresent === true);

/**
 * The same for many photos: logarithms are computed once for each word and number of texts.
 * @param frequencies see `AskedWord`
 * @returns the evidence of a photo that has this number of texts and the words, by index, for which `isPresent` is true
 */
export function wordsEvidence(
  frequencies: readonly number[],
  repeated: number,
): (texts: number, isPresent: (word: number) => boolean) => number {
  const chances = frequencies.map((frequency) => repeatChance(frequency, repeated));
  const tables: (readonly { readonly present: number; readonly absent: number }[])[] = [];
  const tableOf = (texts: number) =>
    frequencies.map((frequency, i) => {
      const repeats = 1 - (1 - numberAt(chances, i)) ** texts;
      return {
        present: Math.log((repeats + (1 - repeats) * frequency) / frequency),
        absent: Math.log(1 - repeats),
      };
    });
  return (texts, isPresent) => {
    const table = (tables[texts] ??= tableOf(texts));
    let sum = 0;
    for (const [i, { present, absent }] of table.entries()) sum += isPresent(i) ? present : absent;
    return sum;
  };
}

/** Frequency of photos with one of the query's words among `described`; never 0 or 1. */
export const frequencyOf = (photos: number, described: number): number =>
  (photos + 0.5) / (Math.max(photos, described) + 1);

/**
 * Chance that a second writer uses a content word of the first, before the writers of this library are known (Flickr8k, as
 * above). The prior counts as much as `usualWords` words.
 */
export const usuallyRepeated = 0.4;
const usualWords = 50;

/**
 * The same, measured on photos with several captions, each given as sets of content words.
 * @param frequency share of described photos whose words have this one
 */
export function repeatRate(
  photos: readonly (readonly ReadonlySet<string>[])[],
  frequency: (word: string) => number,
): number {
  let expected = usualWords;
  let repeated = usuallyRepeated * usualWords;
  for (const captions of photos) {
    for (const [i, caption] of captions.entries()) {
      const other = captions[(i + 1) % captions.length];
      if (!other || other === caption) continue;
      for (const word of caption) {
        expected += (frequency(word) / usualFrequency) ** commonness;
        if (other.has(word)) repeated++;
      }
    }
  }
  return Math.min(mostRepeated, repeated / expected);
}
