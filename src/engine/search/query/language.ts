// Detects a query in a language that the encoder does not know. Short queries are hard, so two methods must agree.
import { aboutEncoder } from '../../encoder/clip/known-encoders.ts';
import { withoutAcronyms } from '../../text/acronyms.ts';
import { isEverydayForeign } from '../../text/everyday-words.ts';
import { fold } from '../../text/fold.ts';
import { isForeignFunctionWord, isStopWord } from '../../text/stop-words.ts';
import { tokenize } from '../../text/tokenize.ts';
import { commonest, type EnglishWords } from './english-words.ts';
import { sentence, type Sentence } from '../../../shared/sentences.ts';

export interface ForeignText {
  /** Its BCP 47 tag; null where it is not certain enough. */
  readonly language: string | null;
}

/**
 * A word counts as English when it is among the commonest of the starter's table, or names a visible thing there (`retriever`,
 * `tarp`). Other rare entries of the table are often foreign words (`strand`, `berg`, `playa`), so each counts half. A query is suspected below this share.
 */
const enoughEnglish = 0.75;
/** English must be this much less likely than the best guess. */
const clearlyLess = 0.95;
/** The second guess must be this much less likely for the first to be named. */
const clearlyFirst = 0.85;

export class LanguageCheck {
  readonly #english: () => Promise<EnglishWords>;

  constructor(english: () => Promise<EnglishWords>) {
    this.#english = english;
  }

  /**
   * Null for English and for undecidable texts, such as one word of English letters. The detector (eld with its smallest set of
   * n-grams) takes many single English words for foreign and the word table some pairs of words, so both must agree
   * (docs/measurements.md, languages).
   * @param unmatched words of the text that the library does not have, where it has others: "garden" of "Oma garden"
   */
  async foreign(text: string, unmatched: readonly string[] = []): Promise<ForeignText | null> {
    const words = tokenize(withoutAcronyms(text)).filter((word) => /\p{L}/u.test(word));
    if (words.length === 0) return null;
    const english = await this.#english();
    // The person's own words, such as names, tell no language.
    const others = unmatched.flatMap(tokenize);
    if (others.length > 0 && others.every((word) => isEnglish(word, english))) return null;
    // One word alone is too little for a detector: it takes "toothbrush" for Estonian and "handbag" for Basque. Letters that
    // English does not have are enough.
    if (words.length === 1 && words.every((word) => isEnglishLetters(word) || english.has(word))) return null;
    const share = words.reduce((sum, word) => sum + englishness(word, english), 0) / words.length;
    if (share >= enoughEnglish) return null;
    // Loaded when it is needed: most people never need it.
    const { eld } = await import('eld/extrasmall');
    // An English word beside another script makes the detector name a language of Latin letters.
    const otherScript = words.filter((word) => !/\p{Script=Latin}/u.test(word));
    const judged = otherScript.length > 0 ? otherScript : words;
    const guesses = Object.entries(eld.detect(judged.map(withoutPoints).join(' ')).getScores());
    const [first, second] = guesses.sort((a, b) => b[1] - a[1]);
    if (!first) return otherScript.length > 0 ? { language: null } : null;
    const scoreOf = (code: string) => guesses.find(([guess]) => guess === code)?.[1] ?? 0;
    if (first[0] === 'en' || scoreOf('en') >= clearlyLess * first[1]) return null;
    const sure = (second?.[1] ?? 0) < clearlyFirst * first[1];
    // "quinoa salad": a word that the table lacks beside an English one is in no certain language.
    const isBesideEnglish = words.length === 2 && words.some((word) => isEnglishThing(word, english));
    if (!sure && otherScript.length === 0 && isBesideEnglish) return null;
    return { language: sure ? first[0] : null };
  }
}

/** The detector takes vowel points of Hebrew and Arabic for ends of words. */
const withoutPoints = (word: string): string => word.replace(/[\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]/gu, '');

const isEnglishLetters = (word: string): boolean => /^[a-z'-]+$/iu.test(word);

/** Whether a word is a common one of English and none of another language. */
const isEnglish = (word: string, english: EnglishWords): boolean =>
  englishness(word, english) === 1 && english.rankOf(word) <= commonest;

/** Whether a word names a visible thing in English and is none of another language. */
const isEnglishThing = (word: string, english: EnglishWords): boolean =>
  english.isThing(word) &&
  english.rankOf(word) <= commonest &&
  !isForeignFunctionWord(word) &&
  !isEverydayForeign(fold(word));

/** 1 for a common English word or the name of a visible thing, 0.5 for a rare or borrowed one, 0 for any other and for those of other languages. */
function englishness(word: string, english: EnglishWords): number {
  if (isStopWord(word)) return 1;
  if (isForeignFunctionWord(word)) return 0;
  if (english.isThing(word)) return 1;
  if (isEverydayForeign(fold(word))) return 0;
  const rank = english.rankOf(word);
  return rank <= commonest ? 1 : rank < Infinity ? 0.5 : 0;
}

/** Encoders that know other languages than English, by their listed languages, or by their names. */
export const isMultilingual = (encoder: { readonly id: string; readonly name: string }): boolean =>
  aboutEncoder(encoder.id).languages !== 'English' ||
  /multiling|xlm|m-?clip\b|siglip-?2/i.test(`${encoder.id} ${encoder.name}`);

export function foreignNotice({ language }: ForeignText, encoderName: string): Sentence {
  return language === null
    ? sentence('looks-foreign', { encoder: encoderName })
    : sentence('looks-like-language', { language, encoder: encoderName });
}
