// Queries with answers known from the library itself: words from its captions, captions, and tags.
import { Random } from '../../numerics/random.ts';
import { contentWords, rawContentWords } from '../../text/content-words.ts';
import { frequencyOf } from './word-evidence.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';

/** Texts of a photo. */
export interface PhotoTexts {
  /** Captions as people wrote them. */
  readonly captions: readonly string[];
  readonly tags: readonly string[];
}

export interface LabelledQuery {
  readonly text: string;
  /** Content words. */
  readonly words: number;
  /** `[photos]`, 1 where the photo's texts match the query. */
  readonly relevant: Uint8Array;
  /** The photo whose caption the words come from; -1 for a tag. */
  readonly own: number;
  /** Its caption, which is not evidence for the photo during this query; -1 for a tag. */
  readonly caption: number;
  /** Whether it is a whole caption, long enough for a sentence: then its own photo is the answer. */
  readonly isWhole: boolean;
}

/**
 * A query of this many content words is a sentence, which describes one photo; fewer words mean all photos that show
 * something.
 */
export const sentenceFrom = 4;

/** Share of a sentence's words, by weight, that a relevant photo must have. */
const leastShare = 0.6;
/** Share of a sentence's words, by number, that the texts of another photo must have to fit the sentence, too. */
const fittingShare = 0.8;

/**
 * Share of a photo's words, by weight, that another photo's text must have to count as described alike. Of pairs of
 * people who describe one picture .76 reach it, of pairs of random pictures .05 (Flickr8k).
 */
const alikeShare = 0.2;

const noWords: ReadonlySet<string> = new Set();

/** Photos relevant to a text, judged by their texts. */
export class TextRelevance {
  readonly #words: readonly ReadonlySet<string>[];
  readonly #photosWith = new Map<string, number[]>();
  /** Photos with any words. */
  readonly #described: number;

  constructor(photos: readonly PhotoTexts[]) {
    this.#words = photos.map(({ captions, tags }) => new Set([...captions, ...tags].flatMap(contentWords)));
    this.#words.forEach((words, photo) => {
      for (const word of words) {
        const list = this.#photosWith.get(word);
        if (list) list.push(photo);
        else this.#photosWith.set(word, [photo]);
      }
    });
    this.#described = this.#words.filter((words) => words.size > 0).length;
  }

  /**
   * A photo is relevant to up to three words when its texts have them all; to a sentence, when it has most of
   * them, weighted by inverse document frequency; and to its own caption always.
   * @param own the photo the text was written for, or -1
   */
  of(words: readonly string[], own = -1): Uint8Array {
    const relevant = new Uint8Array(this.#words.length);
    const weights = this.#weights(words);
    const shared = new Float64Array(this.#words.length);
    words.forEach((word, i) => {
      for (const photo of this.#photosWith.get(word) ?? []) {
        shared[photo] = numberAt(shared, photo) + numberAt(weights, i);
      }
    });
    const needed = leastOf(words) * sum(weights);
    shared.forEach((weight, photo) => {
      if (words.length > 0 && weight >= needed - 1e-9) relevant[photo] = 1;
    });
    if (own >= 0) relevant[own] = 1;
    return relevant;
  }

  /** Content words of a photo, by place. */
  wordsOf(photo: number): ReadonlySet<string> {
    return this.#words[photo] ?? noWords;
  }

  /** Share of the photos with words that have this one, never 0 or 1. */
  frequency(word: string): number {
    return frequencyOf(this.#photosWith.get(word)?.length ?? 0, this.#described);
  }

  /** Share of a query, by weight, that texts have and need: `of` calls a photo relevant where `has >= needed`. */
  share(words: readonly string[], present: ReadonlySet<string>): { readonly has: number; readonly needed: number } {
    const weights = this.#weights(words);
    const has = sum(weights.filter((_, i) => present.has(itemAt(words, i)))) / Math.max(1e-9, sum(weights));
    return { has: has + 1e-9, needed: leastOf(words) };
  }

  /** Share of some words, by weight, that are among others: from 0 to 1. */
  covered(words: readonly string[], present: ReadonlySet<string>): number {
    const weights = this.#weights(words);
    return sum(weights.filter((_, i) => present.has(itemAt(words, i)))) / Math.max(1e-9, sum(weights));
  }

  #weights(words: readonly string[]): number[] {
    return words.map((word) => Math.log(1 + this.#described / (this.#photosWith.get(word)?.length ?? 0.5)));
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Share of a query's words, by weight, that a photo's texts must have. */
const leastOf = (words: readonly string[]): number => (words.length < sentenceFrom ? 1 : leastShare);

/** Whether a photo with these words in its texts fits a sentence. */
export function sentenceFits(words: readonly string[], present: ReadonlySet<string>): boolean {
  return words.filter((word) => present.has(word)).length >= fittingShare * words.length;
}

/** Whether two photos with these words are described alike. */
export const alike = (relevance: TextRelevance, words: readonly string[], present: ReadonlySet<string>): boolean =>
  relevance.covered(words, present) >= alikeShare;

/** Part of a caption used as a query: one, two or three adjacent words, or (3) all of it. */
function wordsOf(caption: string, kind: number, random: Random): string {
  if (kind === 3) return caption;
  const words = rawContentWords(caption);
  const first = random.below(Math.max(1, words.length - kind));
  return words.slice(first, first + kind + 1).join(' ');
}

/**
 * Typical queries: one, two or three adjacent words of a caption; a whole caption; a tag. Each kind as far as the
 * library has them, drawn at random with the seed.
 * @param from the photos whose texts are used, by index; all when left out
 * @param wholeFrom those whose captions are used whole
 * @param mostlyWhole whether two of three queries are whole captions; otherwise each kind is as frequent
 */
export function labelledQueries(
  photos: readonly PhotoTexts[],
  count: number,
  seed: number,
  from: readonly number[] = photos.map((_, i) => i),
  wholeFrom: readonly number[] = from,
  mostlyWhole = false,
): LabelledQuery[] {
  const relevance = new TextRelevance(photos);
  const random = new Random(seed);
  const isCaptioned = (i: number) => itemAt(photos, i).captions.length > 0;
  const captioned = from.filter(isCaptioned);
  const captionedWhole = wholeFrom.filter(isCaptioned);
  const tags = [...new Set(from.flatMap((i) => itemAt(photos, i).tags))];
  const queries = new Map<string, LabelledQuery>();
  const add = (text: string, own: number, at: number, isCaption: boolean): void => {
    const words = contentWords(text);
    if (words.length === 0) return;
    const isWhole = isCaption && words.length >= sentenceFrom;
    const relevant = relevance.of(words, isWhole ? own : -1);
    queries.set(text, { text, words: words.length, relevant, own, caption: at, isWhole });
  };
  if (captioned.length === 0 && tags.length === 0) return [];
  const kinds = mostlyWhole ? [3, 3, 0, 3, 3, 1, 3, 3, 2] : tags.length > 0 ? [0, 1, 2, 3, 4] : [0, 1, 2, 3];
  // Small libraries repeat themselves: duplicates count once.
  for (let draw = 0; queries.size < count && draw < 2 * count; draw++) {
    const kind = captioned.length > 0 ? itemAt(kinds, draw % kinds.length) : 4;
    if (kind === 4) {
      add(itemAt(tags, random.below(tags.length)), -1, -1, false);
      continue;
    }
    const sources = kind === 3 && captionedWhole.length > 0 ? captionedWhole : captioned;
    const photo = itemAt(sources, random.below(sources.length));
    const { captions } = itemAt(photos, photo);
    const at = random.below(captions.length);
    add(wordsOf(itemAt(captions, at), kind, random), photo, at, kind === 3);
  }
  return [...queries.values()];
}
