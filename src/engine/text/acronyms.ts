// Words in capital letters among others: "MIT campus" is no German.

/** Written in capitals for emphasis. */
const emphasized = new Set(['AND', 'OR', 'NOT', 'UND', 'ODER', 'NICHT', 'THE']);

/** Whether a word is an acronym, written in capital letters beside words that are not. @param others all words of the text */
export const isAcronym = (word: string, others: readonly string[]): boolean =>
  /^\p{Lu}{2,5}$/u.test(word) && !emphasized.has(word) && others.some((other) => /\p{Ll}/u.test(other));

/** A text without its acronyms. */
export const withoutAcronyms = (text: string): string => {
  const words = text.split(/\s+/);
  return words.filter((word) => !isAcronym(word, words)).join(' ');
};
