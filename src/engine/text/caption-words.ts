// Words of captions, for methods that learn their meaning from the person's own captions.
import { entryOf, float32At, int32At, itemAt, numberAt } from '../../shared/at.ts';

/** Words of texts as ids. Text i has `ids[offsets[i] .. offsets[i + 1]]`, in order. */
export interface WordLists {
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
}

/** Word lists, with the word of each id. */
export interface CaptionWords extends WordLists {
  readonly vocabulary: readonly string[];
}

/** Largest vocabulary. Rarer words are not learned and cost memory. */
const mostWords = 30_000;

/** Mean letters of a word with its separator; less than in most languages. */
const lettersAWord = 5;

/**
 * Upper estimate of the distinct words in captions with this number of letters. Vocabularies grow with the square root of a
 * text (Heaps 1978).
 */
export function estimatedVocabulary(letters: number): number {
  const words = letters / lettersAWord;
  return Math.ceil(Math.min(words, 20 * Math.sqrt(words), mostWords));
}

/** Lower-case words of any script, including stop words: "in", "on" and "two" distinguish photos, too. */
export function lowerCaseWords(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('\u2019', "'");
  return plain.match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*/gu) ?? [];
}

function lists(texts: readonly string[], idOf: (word: string) => number | undefined): WordLists {
  const offsets = new Int32Array(texts.length + 1);
  const ids: number[] = [];
  texts.forEach((text, i) => {
    for (const word of lowerCaseWords(text)) {
      const id = idOf(word);
      if (id !== undefined) ids.push(id);
    }
    offsets[i + 1] = ids.length;
  });
  return { offsets, ids: Int32Array.from(ids) };
}

/** All words of captions. */
export function captionWords(texts: readonly string[]): CaptionWords {
  const known = new Map<string, number>();
  const found = lists(texts, (word) => {
    const id = known.get(word) ?? known.size;
    known.set(word, id);
    return id;
  });
  return { ...found, vocabulary: [...known.keys()] };
}

/** Maps words to ids of a known vocabulary. */
export class Vocabulary {
  readonly #ids: ReadonlyMap<string, number>;

  constructor(words: readonly string[]) {
    this.#ids = new Map(words.map((word, id) => [word, id]));
  }

  lists(texts: readonly string[]): WordLists {
    return lists(texts, (word) => this.#ids.get(word));
  }
}

export const wordsAt = ({ offsets, ids }: WordLists, text: number): Int32Array =>
  ids.subarray(int32At(offsets, text), int32At(offsets, text + 1));

/** Words of the given texts, most frequent first: the vocabulary that a training on them may learn. */
export function vocabularyOf(words: CaptionWords, texts: Int32Array): string[] {
  const counts = new Int32Array(words.vocabulary.length);
  for (const text of texts) for (const id of wordsAt(words, text)) counts[id] = int32At(counts, id) + 1;
  return Array.from(counts.keys())
    .filter((id) => counts[id])
    .sort((a, b) => int32At(counts, b) - int32At(counts, a) || a - b)
    .slice(0, mostWords)
    .map((id) => itemAt(words.vocabulary, id));
}

/** The same texts with ids of another vocabulary. Unknown words are left out. */
export function wordsIn(words: CaptionWords, vocabulary: readonly string[]): CaptionWords {
  const known = new Map(vocabulary.map((word, id) => [word, id]));
  const renamed = Int32Array.from(words.vocabulary, (word) => known.get(word) ?? -1);
  const offsets = new Int32Array(words.offsets.length);
  const ids: number[] = [];
  for (let text = 0; text + 1 < offsets.length; text++) {
    for (const id of wordsAt(words, text)) {
      const own = int32At(renamed, id);
      if (own >= 0) ids.push(own);
    }
    offsets[text + 1] = ids.length;
  }
  return { vocabulary, offsets, ids: Int32Array.from(ids) };
}

/** Words of the texts at `indices` only. */
export function selectWords(words: CaptionWords, indices: ArrayLike<number>): CaptionWords {
  const offsets = new Int32Array(indices.length + 1);
  const parts = Array.from({ length: indices.length }, (_, i) => wordsAt(words, numberAt(indices, i)));
  parts.forEach((part, i) => (offsets[i + 1] = int32At(offsets, i) + part.length));
  const ids = new Int32Array(int32At(offsets, indices.length));
  parts.forEach((part, i) => ids.set(part, offsets[i]));
  return { vocabulary: words.vocabulary, offsets, ids };
}

/** Counts of words in a batch of texts: a network that learns words takes them besides feature rows. */
export interface WordBag {
  /** `[u]`: each occurring word once; never empty. */
  readonly ids: Int32Array;
  /** `[n, u]`: occurrences of word `ids[j]` in text i. */
  readonly counts: Float32Array;
}

/** The bag of `count` texts. `textAt` gives the index of each in `words`. */
export function bagOf(words: WordLists, count: number, textAt: (i: number) => number): WordBag {
  const place = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    for (const id of wordsAt(words, textAt(i))) if (!place.has(id)) place.set(id, place.size);
  }
  if (place.size === 0) place.set(0, 0);
  const counts = new Float32Array(count * place.size);
  for (let i = 0; i < count; i++) {
    for (const id of wordsAt(words, textAt(i))) {
      const at = i * place.size + entryOf(place, id);
      counts[at] = float32At(counts, at) + 1;
    }
  }
  return { ids: Int32Array.from(place.keys()), counts };
}
