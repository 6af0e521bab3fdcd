// What a photo's own words say of a query, as a log likelihood ratio: 0 where it has none, because missing words are
// missing and not negative.

/** A word of the query. */
export interface AskedWord {
  /** Share of described photos whose words have it, above 0 and below 1. */
  readonly frequency: number;
  readonly isSaid: boolean;
}

/**
 * Common words are repeated more often: of 118,266 content words of Flickr8k's captions, the next caption of the photo has .18
 * of those that at most one photo in a thousand is described by, .25 of those below 3 in a thousand, .29 below 1 in a hundred,
 * .35 below 3, .38 below 10, .53 below 30 and .69 of the commonest. This curve is within .07 of each.
 */
const commonness = 0.2;
const usualFrequency = 0.05;
const mostRepeated = 0.95;

/** Chance that a second writer uses this word of the first, where words of the usual frequency are repeated so often. */
export const repeatChance = (frequency: number, repeated: number): number =>
  Math.min(mostRepeated, repeated * (frequency / usualFrequency) ** commonness);

/**
 * Log of how much likelier these words are said of the photo that is asked for than of any described photo: a language
 * model of what is written about a photo, smoothed with that of the library (Jelinek and Mercer 1980; Ponte and Croft,
 * SIGIR 1998). A word of the query is said of the right photo because a writer repeats it, or else as often as of any.
 * @param texts how many writers had their say: captions, and all tags together as one
 * @param repeated chance that a second writer uses a word of the first, of the usual frequency
 */
export function wordEvidence(words: Iterable<AskedWord>, texts: number, repeated: number): number {
  let sum = 0;
  for (const { frequency, isSaid } of words) {
    const said = 1 - (1 - repeatChance(frequency, repeated)) ** texts;
    sum += isSaid ? Math.log((said + (1 - said) * frequency) / frequency) : Math.log(1 - said);
  }
  return sum;
}

/** Photos whose words have one of the query's, of `described`, as a frequency that is never 0 or 1. */
export const frequencyOf = (photos: number, described: number): number =>
  (photos + 0.5) / (Math.max(photos, described) + 1);

/**
 * Chance that a second writer uses a content word of the first, before anything is known of this library's writers: two
 * people who describe one picture share .41 of their words (Flickr8k, as above). It counts as much as this many words.
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
