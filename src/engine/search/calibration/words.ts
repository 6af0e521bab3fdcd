// What a text is about: its content words, stemmed, so that "Two dogs running" and "a dog runs" meet.
import { eng } from 'stopword';
import { stemmer } from 'stemmer';

const empty = new Set(eng);

/**
 * Distinct stems in the order of the text. The lists are English; in other languages small words count as content, in
 * the calibration and in the query alike.
 */
export function contentWords(text: string): string[] {
  return [...new Set(rawContentWords(text).map(stemmer))];
}

/** The same words as they stand in the text, lower case. */
export function rawContentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length > 1 && !empty.has(word));
}
