// Corrects misspelt words of a query to the nearest word of the library or of the table, with a notice in the
// answer.
import type { Correction, SearchTerm } from '../../../shared/contract/search.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import type { Store } from '../../store/database.ts';
import { phraseQuery } from '../../store/fulltext.ts';
import { fold } from '../../text/fold.ts';
import { foldedWords } from '../../text/index-terms.ts';
import { wordsOfPath } from '../../text/name-words.ts';
import { Spelling } from '../../text/spelling.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { otherUmlauts } from '../../text/umlauts.ts';
import { datesIn, namesBeforeYear } from '../../text/written-dates.ts';
import { apart, joined } from './joined-words.ts';
import type { EnglishWords } from './english-words.ts';

/** Edits by which a word of this library is preferred to one of the dictionary. */
const ownPrior = 0.4;
/** Number of texts of the library, the newest, whose words count. */
const mostTexts = 50_000;

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
   */
  async correct(model: Pick<HashModel, 'wordsKnown'>, state: string, terms: readonly SearchTerm[]): Promise<Corrected> {
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
        const used = isKnown ? null : await this.#nearest(pieces, i, state);
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

  async #nearest(pieces: readonly string[], i: number, state: string): Promise<string | null> {
    const piece = pieces[i] ?? '';
    const word = fold(piece);
    if (!/^[a-z]{3,30}$/.test(word) || isStopWord(word)) return null;
    const { fullText } = this.#store;
    if (fullText.exists(phraseQuery(word)) || fullText.hasPhotoText(phraseQuery(word))) return null;
    const umlauts = otherUmlauts(piece);
    if (umlauts !== null && fullText.exists(phraseQuery(umlauts, 'written'))) return null;
    if (this.#isJoined(pieces, i)) return null;
    const english = await this.#english();
    if (english.has(word)) return null;
    // More letters of the last word may follow.
    if (i === pieces.length - 1 && (fullText.hasBeginning(word) || isBeginning(word, english))) return null;
    const apart = twoWords(word, english);
    if (apart !== null) return apart;
    this.#table ??= new Spelling(english.offered);
    if (this.#library?.state !== state) this.#library = { state, spelling: new Spelling(ownWords(this.#store)) };
    const [own, other] = [this.#library.spelling.nearest(word), this.#table.nearest(word)];
    if (own && other) return own.cost <= other.cost ? own.word : other.word;
    return (own ?? other)?.word ?? null;
  }
}

function isBeginning(word: string, { offered }: EnglishWords): boolean {
  return offered.some((known) => known.word.length > word.length + 1 && known.word.startsWith(word));
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
