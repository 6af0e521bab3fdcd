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

/** Spellings of one Arabic letter, as in light stemming (Larkey 2002); Persian has its own ye and kaf. */
const arabicLetters: Readonly<Record<string, string>> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ة: 'ه',
  ک: 'ك',
};
const arabicForms = new RegExp(`[${Object.keys(arabicLetters).join('')}]`, 'gu');

/**
 * Accents; points of Hebrew, vowel signs and stretching of Arabic, which few people type; soft hyphens and joiners,
 * which are invisible.
 */
const marks =
  /[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8\u06EA-\u06ED\u00AD\u200D\u2060\uFEFF]+/gu;

/** Digits of other scripts: `٣` and `३` are 3. Lists zeros; nine digits follow each in Unicode. */
const zeros = [
  ...[0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0],
  ...[0x0f20, 0x1040, 0x17e0, 0x1810],
];
const otherDigits = /(?![0-9])\p{Nd}/gu;

function plainDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = zeros.find((start) => code >= start && code < start + 10);
  return zero === undefined ? digit : String(code - zero);
}

/**
 * Removes case, accents and ligatures: `Ägypten` and `agypten` become equal, as do `Łódź` and `lodz`, `Straße` and
 * `strasse`, `مُحَمَّد` and `محمد`. Keeps marks that are letters of their own script (Thai vowels, Japanese voicing, Hangul).
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(arabicForms, (letter) => arabicLetters[letter] ?? letter)
    .normalize('NFD')
    .replace(marks, '')
    .normalize('NFC')
    .replace(undecomposed, (letter) => plainLetters[letter] ?? letter)
    .replace(otherDigits, plainDigit);
}

const notAscii = /[^\0-\u007F]/u;
export const isAscii = (text: string): boolean => !notAscii.test(text);
