// Words of a text for full-text search, the same for indexing and for queries.
import { fold, isAscii } from './fold.ts';
import { stem } from './inflections.ts';

/**
 * Scripts without spaces between words, or with attached particles. Each character is a term, so that a phrase of
 * characters finds any substring.
 */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u30FC\\u3005';
const unspacedCharacter = new RegExp(`[${unspaced}]`, 'u');
const unspacedOrRun = new RegExp(`[${unspaced}]|[^${unspaced}]+`, 'gu');

/** A pictograph with its modifiers, or a flag of two regional indicators. */
const emoji =
  /\p{Regional_Indicator}{2}|(?![\u00A9\u00AE\u2122])\p{Extended_Pictographic}[\uFE0E\uFE0F\p{Emoji_Modifier}]*(?:\u200D\p{Extended_Pictographic}[\uFE0E\uFE0F\p{Emoji_Modifier}]*)*/gu;
/** Skin tones and text or emoji style: the differences between spellings of one emoji. */
const emojiStyle = /[\uFE0E\uFE0F\p{Emoji_Modifier}]/gu;

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;
/** English endings after an apostrophe. */
const glued = /'(?:s|ll|re|ve|m|d)$/u;

const apostrophes = "'`\\u2018\\u2019\\u02BC\\u00B4";
const run = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*';
/** Separators of thousands: a point, a comma, an apostrophe, or a space of any width. */
const thousands = `.,${apostrophes} \\u00A0\\u2009\\u202F`;
/** `3.000`, `1 250 000`: one separator throughout. */
const separated = `\\d{1,3}([${thousands}])\\d{3}(?:\\1\\d{3})*`;
const separatedNumber = new RegExp(`^${separated}$`, 'u');
/**
 * Numbers with separated thousands, abbreviations of single letters with dots, and words joined by hyphens or apostrophes.
 * All are looked for at the beginnings of words alone: from each letter of a long word, the search would take the square of
 * its length.
 */
const compound = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{N}.,])${separated}(?![\\p{L}\\p{M}\\p{N}])|(?<![\\p{L}\\p{M}\\p{N}.])\\p{L}(?:\\.\\p{L})+(?!\\.?[\\p{L}\\p{M}\\p{N}])\\.?|(?<![\\p{L}\\p{M}\\p{N}])${run}(?:[${apostrophes}\\-\\u2010\\u2011]${run})+`,
  'gu',
);
/** A separator of compounds; most texts have none. */
const mayBeCompound = new RegExp(
  `[\\p{L}\\p{N}][${apostrophes}.\\-\\u2010\\u2011][\\p{L}\\p{N}]|\\d[${thousands}]\\d{3}`,
  'u',
);
const apostrophe = new RegExp(`[${apostrophes}]`, 'gu');
/** Longer compounds are machine-made names. */
const longestCompound = 40;

/** A compound in one word, without an English ending after an apostrophe; unchanged if it is not a compound. */
function inOneWord(found: string): string {
  if (separatedNumber.test(found)) return found.length <= longestCompound ? found.replace(/\D/g, '') : found;
  const parts =
    found
      .replace(apostrophe, "'")
      .replace(glued, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const word = parts.join('');
  const isCompound = parts.length > 1 && /\p{L}/u.test(word) && word.length <= longestCompound && !isUnspaced(word);
  return isCompound ? word : found;
}

/**
 * The text with each compound written in one word, as some people write it: `U.S.A.` as USA, `e-mail` as email,
 * `rock'n'roll` as rocknroll. The same text where it has none.
 */
export const compoundsJoined = (text: string): string =>
  mayBeCompound.test(text) ? text.replace(compound, inOneWord) : text;

/** The terms of a text's compounds, each in one word. */
export function compoundTerms(text: string): string[] {
  if (!mayBeCompound.test(text)) return [];
  const found = text.match(compound) ?? [];
  return found.flatMap((each) => (inOneWord(each) === each ? [] : indexTerms(inOneWord(each))));
}

/** Whether words of this text are looked up as substrings. */
export const isUnspaced = (text: string): boolean => unspacedCharacter.test(text);

/**
 * Words of a text in order, folded but not stemmed: `Łódź's red-hot 日落 🎂` -> lodz, red, hot, 日, 落, 🎂. Hyphens separate
 * words; apostrophes do, too, except before an English ending, which is removed.
 */
export function foldedWords(text: string): string[] {
  if (isAscii(text)) return asciiWords(text);
  const words: string[] = [];
  let at = 0;
  // Find emoji before folding, which changes some of them.
  for (const match of text.matchAll(emoji)) {
    words.push(...letterWords(text.slice(at, match.index)), match[0].replace(emojiStyle, ''));
    at = match.index + match[0].length;
  }
  words.push(...letterWords(text.slice(at)));
  return words;
}

/** A faster path for ASCII texts, which are the most common. */
const asciiWords = (text: string): string[] =>
  (text.toLowerCase().match(/[a-z0-9]+(?:['`][a-z0-9]+)*/g) ?? []).flatMap((run) =>
    /['`]/.test(run) ? run.replaceAll('`', "'").replace(glued, '').split("'") : run,
  );

function letterWords(text: string): string[] {
  const plain = fold(text.replace(/[\u2018\u2019\u02BC\u00B4`]/gu, "'"));
  return (plain.match(word) ?? []).flatMap((run) =>
    run
      .replace(glued, '')
      .split("'")
      .flatMap((part) => part.match(unspacedOrRun) ?? []),
  );
}

/** The terms of a text: its words, English ones stemmed. */
export const indexTerms = (text: string): string[] => foldedWords(text).map(stem);

/** Whether a text contains anything to look up. Punctuation alone does not count. */
export const hasWords = (text: string): boolean => foldedWords(text).length > 0;
