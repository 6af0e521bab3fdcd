// Corrects misspelt words of a query to the nearest word of the library or of the table, with a notice in the
// answer.
import type { Correction, SearchTerm } from '../../../shared/contract/search.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import type { Store } from '../../store/database.ts';
import { phraseQuery } from '../../store/fulltext.ts';
import { withoutAcronyms } from '../../text/acronyms.ts';
import { fold } from '../../text/fold.ts';
import { foldedWords } from '../../text/index-terms.ts';
import { wordsOfPath } from '../../text/name-words.ts';
import { isEverydayForeign } from '../../text/everyday-words.ts';
import { doubledCost, editCost, Spelling, type NearWord } from '../../text/spelling.ts';
import { isForeignFunctionWord, isFunctionWord, isStopWord } from '../../text/stop-words.ts';
import { tokenize } from '../../text/tokenize.ts';
import { otherUmlauts } from '../../text/umlauts.ts';
import { datesIn, namesBeforeYear } from '../../text/written-dates.ts';
import { apart, joined } from './joined-words.ts';
import type { EnglishWords } from './english-words.ts';

/** Edits by which a word of this library is preferred to one of the dictionary. */
const ownPrior = 0.4;
/** Number of texts of the library, the newest, whose words count. */
const mostTexts = 50_000;

/** A shorter word may be the beginning of many. */
const shortestWithoutLast = 6;
/** A compound is corrected only if a single letter is missing or too many: `granmother` has "gran" and "mother". */
const certainEdits = 0.8;
const shortestPart = 3;
/** A word that could be continued is corrected only to one this much commoner than the words that begin so. */
const clearlyCommoner = 3;

export interface Corrected {
  readonly terms: readonly SearchTerm[];
  readonly corrections: readonly Correction[];
}

export class Corrections {
  readonly #store: Store;
  readonly #english: () => Promise<EnglishWords>;
  #table: Spelling | null = null;
  #library: { readonly state: string; readonly spelling: Spelling } | null = null;

  constructor(store: Store, english: () => Promise<EnglishWords>) {
    this.#store = store;
    this.#english = english;
  }

  /**
   * The terms with every unknown word replaced by the nearest known one.
   * @param model knows the words of its captions
   * @param state changes whenever the library's texts may have changed
   * @param typed the whole query, of which the terms may leave out words: the negation of "Hund ohne Leine" tells its language
   */
  async correct(
    model: Pick<HashModel, 'wordsKnown'>,
    state: string,
    terms: readonly SearchTerm[],
    typed = '',
  ): Promise<Corrected> {
    const isForeign =
      tokenize(withoutAcronyms(typed)).some(isForeignFunctionWord) || (await this.#hasForeignWord(terms));
    const corrections: Correction[] = [];
    const corrected: SearchTerm[] = [];
    for (const term of terms) {
      if (term.kind !== 'text') {
        corrected.push(term);
        continue;
      }
      const words: string[] = [];
      const pieces = term.text.split(' ');
      const dates = datesIn(pieces);
      const isDated = (i: number) =>
        dates.some(({ from, to }) => i >= from && i < to) || namesBeforeYear(pieces, i).length > 0;
      for (const [i, piece] of pieces.entries()) {
        const isKnown = model.wordsKnown(piece.toLowerCase()) > 0 || isDated(i);
        const used = isKnown ? null : await this.#nearest(pieces, i, state, isForeign);
        words.push(used ?? piece);
        if (used !== null) corrections.push({ typed: piece, used });
      }
      corrected.push(corrections.length > 0 ? { ...term, text: words.join(' ') } : term);
    }
    return { terms: corrected, corrections };
  }

  /** Whether a text joins the word with the one before or after it, or divides it into two words. */
  #isJoined(pieces: readonly string[], i: number): boolean {
    const { fullText } = this.#store;
    const [before = '', own = '', behind = ''] = [pieces[i - 1], pieces[i], pieces[i + 1]];
    return (
      joined(fullText, before, own) !== null || joined(fullText, own, behind) !== null || apart(fullText, own) !== null
    );
  }

  async #hasForeignWord(terms: readonly SearchTerm[]): Promise<boolean> {
    const words = terms.flatMap((term) => (term.kind === 'text' ? tokenize(withoutAcronyms(term.text)) : []));
    if (words.some(isForeignFunctionWord)) return true;
    const everyday = words.filter((word) => isEverydayForeign(fold(word)));
    if (everyday.length === 0) return false;
    const english = await this.#english();
    return everyday.some((word) => !english.has(fold(word)));
  }

  #tableOf({ offered }: EnglishWords): Spelling {
    this.#table ??= new Spelling(offered);
    return this.#table;
  }

  /** The table's word that has one more letter than a word; null if another one is nearer. */
  #offered(english: EnglishWords, word: string): string | null {
    const near = this.#tableOf(english).nearest(word)?.word ?? '';
    return near.length === word.length + 1 && near.startsWith(word) ? near : null;
  }

  /** @param isForeign whether another word shows that the query is in another language, whose words are no misspelt English */
  async #nearest(pieces: readonly string[], i: number, state: string, isForeign: boolean): Promise<string | null> {
    const piece = pieces[i] ?? '';
    const word = fold(piece);
    if (!/^[a-z]{3,30}$/.test(word) || isFunctionWord(piece.toLowerCase()) || isFunctionWord(word)) return null;
    const { fullText } = this.#store;
    if (fullText.exists(phraseQuery(word)) || fullText.hasPhotoText(phraseQuery(word))) return null;
    const umlauts = otherUmlauts(piece);
    if (umlauts !== null && fullText.exists(phraseQuery(umlauts, 'written'))) return null;
    if (this.#isJoined(pieces, i)) return null;
    const english = await this.#english();
    if (english.ranks.has(word)) return null;
    // More letters of the last word may follow.
    const isLast = i === pieces.length - 1;
    if (isLast && fullText.hasBeginning(word))
      return lacksLastLetter(word, english) ? this.#offered(english, word) : null;
    if (this.#library?.state !== state) this.#library = { state, spelling: new Spelling(ownWords(this.#store)) };
    const own = this.#library.spelling.nearest(word);
    // A form of a known word ("runing" of "rune") is a misspelling only if it lacks one of two equal letters.
    if (english.has(word)) {
      const doubled = [own?.word, this.#tableOf(english).nearest(word)?.word].find(
        (near) => near !== undefined && near.length > word.length && editCost(word, near, doubledCost) <= doubledCost,
      );
      return doubled ?? null;
    }
    // A word with letters of another language, or among its words, is no misspelt English one.
    const mayBeEnglish = !isForeign && !isEverydayForeign(word) && /^[a-z'-]+$/i.test(piece);
    if (!mayBeEnglish) return own?.word ?? null;
    const parts = twoWords(word, english);
    if (parts !== null) return parts;
    const other = this.#tableOf(english).nearest(word);
    if (own && (!other || own.cost <= other.cost)) return own.word;
    return other && isCertain(word, other, isLast, english) ? other.word : null;
  }
}

/** Whether a long word is in the table with one more letter: `waterfal`. */
const lacksLastLetter = (word: string, { ranks }: EnglishWords): boolean =>
  word.length >= shortestWithoutLast &&
  Array.from('abcdefghijklmnopqrstuvwxyz').some((letter) => ranks.has(word + letter));

/** Whether a word is rather a misspelling of one of the table than the beginning of one, or a compound that the table lacks. */
function isCertain(word: string, near: NearWord, isLast: boolean, english: EnglishWords): boolean {
  if (near.edits > certainEdits && isWellFormed(word, english)) return false;
  if (!isLast || (near.word.length === word.length + 1 && near.word.startsWith(word))) return true;
  const continued = bestRankOfBeginning(word, english);
  return (
    continued === Infinity || (!word.startsWith(near.word) && english.rankOf(near.word) * clearlyCommoner < continued)
  );
}

/** The rank of the commonest word that begins with these letters and has more than one further. */
function bestRankOfBeginning(word: string, { offered, ranks }: EnglishWords): number {
  let best = Infinity;
  for (const known of offered) {
    if (known.word.length > word.length + 1 && known.word.startsWith(word))
      best = Math.min(best, ranks.get(known.word) ?? Infinity);
  }
  return best;
}

/** Endings that make English words of others: `lioness`, `wheelie`. */
const endings = ['ess', 'ie', 'ies', 'let', 'lets', 'ette', 'ish', 'less', 'ful', 'like'];

/** Whether a word has two common words as its parts (`bathrobe`, `waterside`), or one and an ending. */
function isWellFormed(word: string, { ranks }: EnglishWords): boolean {
  const isCommon = (part: string) =>
    part.length >= shortestPart && (ranks.get(part) ?? Infinity) <= (part.length === shortestPart ? 5000 : 10_000);
  return Array.from({ length: word.length }, (_, at) => at).some((at) => {
    const rest = word.slice(at);
    return isCommon(word.slice(0, at)) && (isCommon(rest) || (at > shortestPart && endings.includes(rest)));
  });
}

/** `schoolbus` -> `school bus`, where the table has both words as one phrase. */
function twoWords(word: string, { ranks }: EnglishWords): string | null {
  for (let at = 2; at <= word.length - 2; at++) {
    if (ranks.has(`${word.slice(0, at)}_${word.slice(at)}`)) return `${word.slice(0, at)} ${word.slice(at)}`;
  }
  return null;
}

function* ownWords(store: Store): Generator<{ word: string; prior: number }> {
  const seen = new Set<string>();
  const names = store.photos.newestPaths(mostTexts).map((path) => wordsOfPath(path).join(' '));
  for (const text of [...store.texts.written(mostTexts), ...names]) {
    for (const word of foldedWords(text)) {
      if (seen.has(word) || isStopWord(word)) continue;
      seen.add(word);
      yield { word, prior: ownPrior };
    }
  }
}
