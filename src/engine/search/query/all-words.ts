// Photos whose texts and names have all words of a short query; they come before the encoder's matches.
import type { ReadyTerm } from './terms.ts';

/**
 * Longer queries describe a picture: few captions have all of such words, and one that has them by chance ("a man in a
 * shirt on a street") is no better than a picture of it.
 */
const mostWords = 3;

/** Whether a photo's captions, tags, place, or names of file and folders have all added words and no subtracted one. */
export function hasAllWords(terms: readonly ReadyTerm[]): (id: number) => boolean {
  const added = terms.filter(({ term }) => term.weight > 0);
  const subtracted = terms.flatMap(({ term, text }) => (term.weight < 0 && text?.scores ? [text.scores] : []));
  const wanted = added.flatMap(({ text }) => text?.scores ?? []);
  const words = wanted.reduce((sum, scores) => sum + scores.wordCount, 0);
  if (words === 0 || words > mostWords || wanted.length < added.length) return () => false;
  return (id) => wanted.every((scores) => scores.hasAll(id)) && !subtracted.some((scores) => scores.hasAll(id));
}
