// Folds different spellings into one: case, accents, ligatures, quotation marks.

/** Letters that Unicode does not decompose, with their spelling on keyboards that lack them. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ĸ: 'k',
  ı: 'i',
  ƶ: 'z',
  ɓ: 'b',
  ɗ: 'd',
  ƙ: 'k',
};
const undecomposed = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu');

/**
 * Removes case, accents and ligatures: `Ägypten` and `agypten` become equal, as do `Łódź` and `lodz`, `Straße` and
 * `strasse`. Keeps marks that are letters of their own script (Thai vowels, Japanese voicing, Hangul).
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]+/gu, '')
    .normalize('NFC')
    .replace(undecomposed, (letter) => plainLetters[letter] ?? letter);
}

const notAscii = /[^\0-\u007F]/u;
export const isAscii = (text: string): boolean => !notAscii.test(text);
