// One spelling for what people write differently: case, accents, ligatures, quotation marks.

/** Letters that Unicode does not decompose, as people without them on their keyboards type them. */
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
 * Without case, accents and ligatures: `Ägypten` and `agypten` are one, so are `Łódź` and `lodz`, `Straße` and `strasse`.
 * Marks that are letters of their own script (Thai vowels, Japanese voicing, Hangul) stay.
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
