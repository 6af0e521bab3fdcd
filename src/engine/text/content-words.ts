// Content words of a text: without stop words, stemmed, so that "Two dogs running" matches "a dog runs".
import { fold } from './fold.ts';
import { stem } from './inflections.ts';
import { isStopWord } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

/** Distinct stems in text order. Stop words and stems are English; texts in other languages keep all their words. */
export function contentWords(text: string): string[] {
  return [...new Set(rawContentWords(text).map((word) => stem(fold(word))))];
}

/** The same words unstemmed, in lower case. */
export function rawContentWords(text: string): string[] {
  return tokenize(text)
    .filter((word) => !isStopWord(word))
    .flatMap((word) => word.split(/['-]/))
    .filter((word) => word.length > 1 && !isStopWord(word));
}
