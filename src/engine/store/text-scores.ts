// Full-text scores of photos: BM25 per photo for rare words, bitmaps for words of many photos.
import { IdMask } from './id-mask.ts';
import { float64At, int32At } from '../../shared/at.ts';

/** A word of many photos; each gets the same score for it. */
export interface CommonWord {
  readonly ids: IdMask;
  readonly score: number;
}

/** A word of the query and the photos that have it. */
export interface QueryWord {
  /** Photos whose texts or names have it. */
  readonly ids: IdMask;
  /** Their number, missing photos included. */
  readonly photos: number;
  /** False if they have only a broader term: "dog" where "puppy" is searched for. */
  readonly isWhole: boolean;
  /** Photos that show the word in the picture only. */
  readonly inPhotoText: IdMask;
}

export const noIds = IdMask.of([]);

/** Number of common words used to find photos, the highest scores first; one number holds the words that a photo has. */
const mostCombined = 8;

/** Greater is better. Missing photos may be included. */
export class TextScores {
  readonly #ranked: ReadonlyMap<number, number>;
  readonly #common: readonly CommonWord[];
  readonly #words: readonly QueryWord[];

  /**
   * @param ranked BM25 of the photos that have rare words
   * @param words each word of the query, including those that no photo has
   */
  constructor(ranked: ReadonlyMap<number, number>, common: readonly CommonWord[], words: readonly QueryWord[]) {
    this.#ranked = ranked;
    this.#common = common;
    this.#words = words;
  }

  /** The score of any photo, 0 without a match. */
  of(id: number): number {
    let score = this.#ranked.get(id) ?? 0;
    for (const word of this.#common) if (word.ids.has(id)) score += word.score;
    return score;
  }

  /** Each word of the query, including those that no photo has. */
  get words(): readonly QueryWord[] {
    return this.#words;
  }

  /** The scores as if these photos had no words of any kind. */
  without(hidden: ReadonlySet<number>): TextScores {
    const rest = (ids: IdMask) => ids.without(hidden);
    return new TextScores(
      new Map([...this.#ranked].filter(([id]) => !hidden.has(id))),
      this.#common.map(({ ids, score }) => ({ ids: rest(ids), score })),
      this.#words.map((word) => ({
        ...word,
        ids: rest(word.ids),
        photos: word.photos - [...hidden].filter((id) => word.ids.has(id)).length,
        inPhotoText: rest(word.inPhotoText),
      })),
    );
  }

  /** Whether a word of the query is found only in the photo's picture. */
  isInPhotoText(id: number): boolean {
    return this.#words.some(({ inPhotoText }) => inPhotoText.has(id));
  }

  /** Number of words in the query. */
  get wordCount(): number {
    return this.#words.length;
  }

  /** Whether the words about a photo include every word of the query. */
  hasAll(id: number): boolean {
    return this.#words.every(({ ids, isWhole }) => isWhole && ids.has(id));
  }

  /**
   * The `n` photos that match best, equal ones by id.
   * @param mask photos to choose among; null for all
   * @param hidden photos that are excluded
   */
  best(n: number, mask: IdMask | null, hidden: IdMask = noIds): number[] {
    const candidates = new Set<number>();
    for (const id of this.#ranked.keys()) if (mask?.has(id) !== false && !hidden.has(id)) candidates.add(id);
    for (const id of this.#bestCommon(n, mask, hidden)) candidates.add(id);
    const ids = Int32Array.from(candidates).sort();
    const scores = Float64Array.from(ids, (id) => this.of(id));
    // Sorting numbers alone is ten times as fast as sorting pairs, and few of many are needed.
    const sorted = scores.toSorted();
    const least = n < 1 || sorted.length < n ? -Infinity : float64At(sorted, sorted.length - n);
    const better = Array.from(ids.keys()).filter((i) => float64At(scores, i) > least);
    better.sort((i, j) => float64At(scores, j) - float64At(scores, i) || i - j);
    const equal = Array.from(ids.keys()).filter((i) => scores[i] === least);
    return [...better, ...equal].slice(0, n).map((i) => int32At(ids, i));
  }

  /** The `n` photos with the best scores from common words, equal ones by id, and some more, in no order. */
  #bestCommon(n: number, mask: IdMask | null, hidden: IdMask): number[] {
    const words = this.#common.toSorted((a, b) => b.score - a.score).slice(0, mostCombined);
    const combinations = Array.from({ length: 2 ** words.length }, (_, combination) => ({
      combination,
      score: words.reduce((sum, word, i) => sum + ((combination >> i) & 1) * word.score, 0),
    }));
    const counts = new Int32Array(combinations.length);
    eachPhoto(words, mask, hidden, (_, combination) => (counts[combination] = int32At(counts, combination) + 1));
    const wanted = new Uint8Array(combinations.length);
    let found = 0;
    let last = Infinity;
    for (const { combination, score } of combinations.sort((a, b) => b.score - a.score)) {
      if (score === 0 || (found >= n && score < last)) break;
      last = score;
      wanted[combination] = 1;
      found += int32At(counts, combination);
    }
    // All photos of a combination have one score, so the first ones are enough.
    const ids: number[][] = combinations.map(() => []);
    eachPhoto(words, mask, hidden, (id, combination) => {
      const list = ids[combination];
      if (wanted[combination] === 1 && list && list.length < n) list.push(id);
    });
    return ids.flat();
  }
}

/** Every photo with one of the words, by ascending id; bit i of `combination` is set if it has word i. */
function eachPhoto(
  words: readonly CommonWord[],
  mask: IdMask | null,
  hidden: IdMask,
  visit: (id: number, combination: number) => void,
): void {
  const masks = words.map(({ ids }) => ids);
  const length = Math.max(0, ...masks.map((ids) => ids.words.length));
  for (let at = 0; at < length; at++) {
    let any = 0;
    for (const ids of masks) any |= ids.wordAt(at);
    if (mask) any &= mask.wordAt(at);
    any &= ~hidden.wordAt(at);
    for (; any !== 0; any &= any - 1) {
      const bit = 31 - Math.clz32(any & -any);
      let combination = 0;
      let i = 0;
      for (const ids of masks) combination |= ((ids.wordAt(at) >>> bit) & 1) << i++;
      visit(at * 32 + bit, combination);
    }
  }
}
