// Content words of a text: without stop words, stemmed, so that "Two dogs running" matches "a dog runs".
import { fold } from './fold.ts';
import { stem } from './inflections.ts';
import { isFunctionWord, isStopWord } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

/** Distinct stems in text order. Stems are English. */
export function contentWords(text: string): string[] {
  return [...new Set(rawContentWords(text).map((word) => stem(fold(word))))];
}

/**
 * The same words unstemmed, in lower case. Function words of other languages may be names ("Una", "Nur"): without other words,
 * they are content words.
 */
export function rawContentWords(text: string): string[] {
  const words = tokenize(text)
    .filter((word) => !isStopWord(word))
    .flatMap((word) => word.split(/['-]/))
    .filter((word) => word.length > 1 && !isStopWord(word));
  const content = words.filter((word) => !isFunctionWord(word));
  return content.length > 0 ? content : words;
}

/** Whether a text has words, and all of them are function words: "mit der", "in the". */
export function hasOnlyFunctionWords(text: string): boolean {
  const words = tokenize(text);
  return words.length > 0 && words.every(isFunctionWord);
}
