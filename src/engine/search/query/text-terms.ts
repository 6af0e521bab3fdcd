// A term's words as full text takes them: which count, and what stands in for those that match nothing as they are.
import { isStopWord, tokenize } from '../../encoder/starter/tokenize.ts';
import { beginning, hasWords, quoted, type FullTextStore } from '../../store/fulltext.ts';
import type { TextScores } from '../../store/text-scores.ts';

export interface TextMatch {
  /** Null where no word matches: such a query is left to the encoder alone. */
  readonly scores: TextScores | null;
  /** Words that no photo's text has. */
  readonly unmatched: readonly string[];
}

/** Shorter beginnings would match almost anything. */
const shortestBeginning = 3;

/** Words in a query beyond this are left to the encoder. */
const mostWords = 32;

/**
 * Each piece between spaces is one expression, so that `IMG_4120` and `t-shirt` are found as a whole. Words without
 * meaning of their own (`the`, `photo`) count only where there are no others. A word nobody wrote as it is stands for
 * every word that begins so, and one with a `*` does from the start.
 */
export function matchWords(fullText: FullTextStore, text: string): TextMatch {
  const pieces = [...new Set(text.toLowerCase().split(/\s+/))].filter(hasWords);
  const telling = pieces.filter((piece) => !tokenize(piece).every(isStopWord));
  const expressions: string[] = [];
  const unmatched: string[] = [];
  for (const piece of (telling.length > 0 ? telling : pieces).slice(0, mostWords)) {
    const expression = expressionOf(fullText, piece);
    if (expression === null) unmatched.push(piece);
    else expressions.push(expression);
  }
  return { scores: expressions.length > 0 ? fullText.scores(expressions) : null, unmatched };
}

/** A phrase as it stands. */
export function matchPhrase(fullText: FullTextStore, phrase: string): TextMatch {
  const found = hasWords(phrase) && fullText.exists(quoted(phrase));
  return { scores: found ? fullText.scores([quoted(phrase)]) : null, unmatched: found ? [] : [phrase] };
}

function expressionOf(fullText: FullTextStore, piece: string): string | null {
  const open = /^(.+)\*$/.exec(piece)?.[1];
  if (open !== undefined && hasWords(open)) return fullText.exists(beginning(open)) ? beginning(open) : null;
  if (fullText.exists(quoted(piece))) return quoted(piece);
  if ([...piece].length < shortestBeginning) return null;
  return fullText.exists(beginning(piece)) ? beginning(piece) : null;
}
