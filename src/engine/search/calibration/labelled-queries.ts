// Queries whose right answers the library itself knows: words out of its captions, captions, and tags.
import { Random } from '../../hashing/random.ts';
import { contentWords, rawContentWords } from './words.ts';

/** What is written about a photo. */
export interface PhotoTexts {
  /** As people wrote them. */
  readonly captions: readonly string[];
  readonly tags: readonly string[];
}

export interface LabelledQuery {
  readonly text: string;
  /** Content words. */
  readonly words: number;
  /** `[photos]`, 1 where the photo's texts say that it fits. */
  readonly relevant: Uint8Array;
}

/** Of a longer query's words, by weight, a photo must share this much to be relevant. */
const leastShare = 0.6;

/** Which photos are relevant to a text, judged by what is written about them. */
export class TextRelevance {
  readonly #words: readonly ReadonlySet<string>[];
  readonly #photosWith = new Map<string, number[]>();

  constructor(photos: readonly PhotoTexts[]) {
    this.#words = photos.map(({ captions, tags }) => new Set([...captions, ...tags].flatMap(contentWords)));
    this.#words.forEach((words, photo) => {
      for (const word of words) {
        const list = this.#photosWith.get(word);
        if (list) list.push(photo);
        else this.#photosWith.set(word, [photo]);
      }
    });
  }

  /**
   * A photo is relevant to one or two words when its texts have them all; to more, when it has most of them, rare words
   * counting more than common ones (inverse document frequency); and to its own caption always.
   * @param own the photo the text was written for, or -1
   */
  of(words: readonly string[], own = -1): Uint8Array {
    const relevant = new Uint8Array(this.#words.length);
    const weights = words.map((word) => Math.log(1 + this.#words.length / (this.#photosWith.get(word)?.length ?? 0.5)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const needed = words.length <= 2 ? total : leastShare * total;
    const shared = new Float64Array(this.#words.length);
    words.forEach((word, i) => {
      for (const photo of this.#photosWith.get(word) ?? []) {
        shared[photo] = (shared[photo] as number) + (weights[i] as number);
      }
    });
    shared.forEach((sum, photo) => {
      if (words.length > 0 && sum >= needed - 1e-9) relevant[photo] = 1;
    });
    if (own >= 0) relevant[own] = 1;
    return relevant;
  }

  /**
   * How much of what is relevant is labelled: of photos with several captions, how often a word of one is also in the
   * others, raised to the full number of captions. 1 when no photo has two captions, because then nothing is known.
   */
  static completeness(photos: readonly PhotoTexts[]): number {
    let asked = 0;
    let confirmed = 0;
    let others = 0;
    for (const { captions, tags } of photos) {
      if (captions.length < 2) continue;
      const sets = captions.map((caption) => new Set(contentWords(caption)));
      sets.forEach((words, i) => {
        const rest = [...sets.filter((_, j) => j !== i), new Set(tags.flatMap(contentWords))];
        for (const word of words) {
          asked++;
          if (rest.some((set) => set.has(word))) confirmed++;
        }
        others += words.size * (captions.length - 1);
      });
    }
    if (asked === 0 || confirmed === 0) return 1;
    const n = others / asked;
    // With n other captions a share c is confirmed; were captions independent, n + 1 would confirm this share.
    return 1 - (1 - confirmed / asked) ** ((n + 1) / n);
  }
}

/**
 * Queries as people might ask them: one, two or three words that stand beside each other in a caption; a whole caption;
 * a tag. Each kind as far as the library has them, drawn at random with the seed.
 * @param from the photos whose texts are asked, by place; all when left out
 */
export function labelledQueries(
  photos: readonly PhotoTexts[],
  count: number,
  seed: number,
  from: readonly number[] = photos.map((_, i) => i),
): LabelledQuery[] {
  const relevance = new TextRelevance(photos);
  const random = new Random(seed);
  const captioned = from.filter((i) => (photos[i]?.captions.length ?? 0) > 0);
  const tags = [...new Set(from.flatMap((i) => photos[i]?.tags ?? []))];
  const queries = new Map<string, LabelledQuery>();
  const add = (text: string, own: number): void => {
    const words = contentWords(text);
    if (words.length > 0) queries.set(text, { text, words: words.length, relevant: relevance.of(words, own) });
  };
  if (captioned.length === 0 && tags.length === 0) return [];
  const kinds = tags.length > 0 ? 5 : 4;
  // Small libraries repeat themselves: what is drawn twice counts once.
  for (let draw = 0; queries.size < count && draw < 2 * count; draw++) {
    const kind = captioned.length > 0 ? draw % kinds : 4;
    if (kind === 4) {
      add(tags[random.below(tags.length)] ?? '', -1);
      continue;
    }
    const photo = captioned[random.below(captioned.length)] ?? 0;
    const captions = photos[photo]?.captions ?? [];
    const caption = captions[random.below(captions.length)] ?? '';
    if (kind === 3) add(caption, photo);
    else {
      const words = rawContentWords(caption);
      const first = random.below(Math.max(1, words.length - kind));
      add(words.slice(first, first + kind + 1).join(' '), -1);
    }
  }
  return [...queries.values()];
}
