// What a text is about: its words without stop words, stemmed, so that "Two dogs running" and "a dog runs" meet.
import { fold } from './fold.ts';
import { stem } from './inflections.ts';
import { isStopWord } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

/** Distinct stems in the order of the text. Stop words and stems are English; other languages keep all their words. */
export function contentWords(text: string): string[] {
  return [...new Set(rawContentWords(text).map((word) => stem(fold(word))))];
}

/** The same words as they are in the text, lower case. */
export function rawContentWords(text: string): string[] {
  return tokenize(text)
    .filter((word) => !isStopWord(word))
    .flatMap((word) => word.split(/['-]/))
    .filter((word) => word.length > 1 && !isStopWord(word));
}
