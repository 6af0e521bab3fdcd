// Words that texts write in one word and a query in two, or the other way round: AnnaMaria and Anna Maria, 3000 and 3 000.
import { anyOf, type FullTextStore } from '../../store/fulltext.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { fold } from '../../text/fold.ts';

type Texts = Pick<FullTextStore, 'exists'>;

/** Shorter parts, as of `not able`, are often words by chance. */
const shortestPart = 3;
/** Longer words are machine-made names. */
const longestWord = 30;

const part = new RegExp(`^\\p{L}{${shortestPart},${longestWord}}$`, 'u');
const isPart = (word: string): boolean => part.test(word) && !isStopWord(word);

const inTexts = (fullText: Texts, text: string): boolean => fullText.exists(anyOf([text], 'written'));

/** Two words of a query in one word, where a text has that; null otherwise. */
export function joined(fullText: Texts, first: string, second: string): string | null {
  const word = fold(first) + fold(second);
  return isPart(first) && isPart(second) && inTexts(fullText, word) ? word : null;
}

const isGroup = (word: string | undefined): boolean => word !== undefined && /^\d{3}$/.test(word);
const beginsNumber = (word: string | undefined): boolean => word !== undefined && /^[1-9]\d{0,2}$/.test(word);

/** The number of which a word of a query is a group of digits, as in `3 000`, without spaces; null where no text has it. */
export function joinedNumber(fullText: Texts, words: readonly string[], at: number): string | null {
  let start = at;
  while (isGroup(words[start]) && (isGroup(words[start - 1]) || beginsNumber(words[start - 1]))) start--;
  let end = start + 1;
  while (isGroup(words[end])) end++;
  const number = words.slice(start, end).join('');
  return end - start > 1 && beginsNumber(words[start]) && inTexts(fullText, number) ? number : null;
}

/**
 * A word of a query as two words, where a text has them one after the other; null otherwise. A word that texts write as one is
 * divided only where a capital letter shows its parts.
 */
export function apart(fullText: Texts, word: string): string | null {
  if (!/^\p{L}+$/u.test(word) || word.length > longestWord) return null;
  const capital = /^(\p{L}*\p{Ll})(\p{Lu}\p{L}*)$/u.exec(word);
  const folded = fold(word);
  const places =
    capital?.[1] !== undefined
      ? [fold(capital[1]).length]
      : inTexts(fullText, word)
        ? []
        : Array.from({ length: Math.max(0, folded.length - 2 * shortestPart + 1) }, (_, i) => i + shortestPart);
  for (const at of places) {
    const parts = [folded.slice(0, at), folded.slice(at)];
    if (parts.every(isPart) && inTexts(fullText, parts.join(' '))) return parts.join(' ');
  }
  return null;
}
