// Prepares the words of a term for full text: chooses those that count, and replacements for those without an exact
// match.
import { itemAt } from '../../../shared/at.ts';
import { isAcronym } from '../../text/acronyms.ts';
import {
  anyOf,
  beginning,
  either,
  phraseQuery,
  textExpression,
  type FullTextStore,
  type Scope,
} from '../../store/fulltext.ts';
import type { TextScores } from '../../store/text-scores.ts';
import { hasWords, isUnspaced, foldedWords } from '../../text/index-terms.ts';
import { hasOnlyFunctionWords } from '../../text/content-words.ts';
import { stem } from '../../text/inflections.ts';
import { otherSpellings } from '../../text/spelling-variants.ts';
import { isStopWord, wrapsSearch } from '../../text/stop-words.ts';
import { otherUmlauts } from '../../text/umlauts.ts';
import { groupedByAlternatives, type TypedWord } from './alternatives.ts';
import { apart, joined, joinedNumber } from './joined-words.ts';
import {
  datesIn,
  namesBeforeYear,
  periodNamed,
  writingsOf,
  type WrittenDay,
  type WrittenPeriod,
} from '../../text/written-dates.ts';
import { broaderTerms, synonymsAndNarrowerTerms } from '../../text/word-kinds.ts';

/** A word of the query, and the expressions to look it up by; null where it is not looked up. */
export interface LookedUpWord {
  /** The word as typed. */
  readonly word: string;
  /** Expression for texts about photos. */
  readonly written: string | null;
  /** Expression for text in photos. */
  readonly photoText: string | null;
  /** Photos taken on the day that it names; left out for a word that names none. */
  readonly taken?: readonly number[];
  /** Of words with one number, a photo needs one: "Anna or Tom". */
  readonly group: number;
}

export interface TextMatch {
  /** Null without a matching word: such a query is left to the encoder alone. */
  readonly scores: TextScores | null;
  /** Words that some photo has. */
  readonly words: readonly LookedUpWord[];
  /** Words that no photo's text has. */
  readonly unmatched: readonly string[];
  /** Words, folded, that only the beginnings of longer words match. */
  readonly begun: readonly string[];
  /** Dates that do not name a year in full, and how they were read. */
  readonly readAs: readonly ReadDate[];
}

interface ReadDate {
  readonly words: string;
  /** As in a query: `on:12-24`, `2019-12-24`, `2019`. */
  readonly term: string;
}

/** Full-text indexes in which words are looked up. */
export interface LibraryText {
  readonly fullText: FullTextStore;
  readonly texts: { readonly isName: (word: string) => boolean };
  /** Photos taken on a day, or in a month or year. */
  readonly takenOn?: (period: WrittenPeriod) => readonly number[];
  /** Words, folded, that begin no longer ones. */
  readonly complete?: ReadonlySet<string>;
}

/** Words of a query are separated by spaces, and parts of a tag's path by slashes; dates have slashes between numbers. */
const wordBoundary = /\s+|(?<=\p{L})\/(?=\p{L})/u;

/** Shorter prefixes would match almost anything. */
const shortestBeginning = 3;

/** Further words of a query are left to the encoder. */
const mostWords = 32;

/**
 * Each piece between spaces is one expression, so that `IMG_4120` and `t-shirt` are found as a whole. Stop words
 * (`the`, `photo`, `mit`) count only without other words, where tags and people come first, or where they are a name (`Will`,
 * `May`). A word that no text has matches every word with this beginning, like a word with a `*`. A date is one word, in any writing, and photos taken on that
 * day have it; photos taken in a year have the year, and those of a month the month before it.
 */
export function matchWords(library: LibraryText, text: string): TextMatch {
  const { fullText, complete } = library;
  const typed = text.split(wordBoundary);
  const dates = datesIn(typed);
  const isDated = (i: number) => dates.some(({ from, to }) => i >= from && i < to);
  const pieces = placesOfWords(typed, isDated);
  // "May" is a month here.
  const isMonth = (place: number) => namesBeforeYear(typed, place).length > 0;
  const informative = pieces.filter(
    ({ piece, place }) =>
      isInformative(library, typed, piece, place) || isMonth(place) || isPartOfName(library, typed, place),
  );
  const written: string[] = [];
  const cameras: string[] = [];
  const kinds: string[] = [];
  const photoText: string[] = [];
  const writtenInPhotos: (string | null)[] = [];
  const kindsInPhotos: (string | null)[] = [];
  const unmatched: string[] = [];
  const words: LookedUpWord[] = [];
  const readAs: ReadDate[] = [];
  let absent = 0;
  const named = informative.length > 0 ? [] : namedWords(library, pieces);
  const counted = informative.length > 0 ? informative : dates.length > 0 ? [] : named.length > 0 ? named : pieces;
  // Most captions have "in"; a tag that is such a word is meant where nothing else is asked for.
  const scope = named.length > 0 ? 'named' : 'written';
  const parts = counted.slice(0, mostWords - dates.length).flatMap(partsOf(fullText));
  // A single word names a thing, which may have other names. Each of several words describes the picture, and
  // expanding all of them finds less (docs/measurements.md, Other words for the same thing).
  const widens = parts.length === 1 && dates.length === 0;
  const taken = new Map<number, readonly number[]>();
  for (const { from, to, days } of dates) {
    const word = typed.slice(from, to).join(' ');
    if (!/\d{4}/.test(word)) readAs.push({ words: word, term: days.map(shortOf).join(' / ') });
    const expression = anyOf([word, ...days.flatMap(writingsOf)], 'written');
    const onDay = [...new Set(days.flatMap((day) => library.takenOn?.(day) ?? []))];
    if (onDay.length === 0 && !fullText.exists(expression)) {
      unmatched.push(word);
      absent++;
      continue;
    }
    if (onDay.length > 0) taken.set(written.length, onDay);
    written.push(expression);
    writtenInPhotos.push(null);
    words.push({ word, written: expression, photoText: null, taken: onDay, group: words.length });
  }
  const find = ({ piece, place }: TypedWord): FoundWord => {
    const i = parts.findIndex((part) => part.place === place && part.piece === piece);
    // A name of several words has no neighbours.
    const [previous, following] = i === -1 ? [] : [parts[i - 1]?.piece, parts[i + 1]?.piece];
    const neighbours = [joinedWith(fullText, previous, piece), joinedWith(fullText, piece, following)];
    const period = periodNamed(typed, place);
    const year = period?.month === null ? String(period.year) : piece;
    if (year !== piece && !piece.includes(year)) readAs.push({ words: piece, term: year });
    const number = joinedNumber(
      fullText,
      parts.map((part) => part.piece),
      i,
    );
    const other = [
      ...neighbours.flatMap((word) => word ?? []),
      ...(number === null ? [] : [number]),
      ...sameAsPhrase(previous, piece),
      ...sameAsPhrase(piece, following),
      ...namesBeforeYear(typed, place),
    ];
    const found = expressionOf(fullText, piece, scope, { widens, complete });
    const onDays = period === undefined ? [] : (library.takenOn?.(period) ?? []);
    const others = year === piece ? other : [...other, year];
    const inTexts = withOthers(fullText, found, others) ?? (onDays.length > 0 ? phraseQuery(piece, 'written') : null);
    // "apple" means the fruit rather than the maker of the camera.
    const kind = inTexts === null ? kindOf(fullText, piece) : null;
    const inPhotos = photoTextExpression(fullText, piece);
    const isElsewhere = inTexts !== null || kind !== null || inPhotos !== null;
    const camera = isElsewhere ? null : expressionOf(fullText, piece, 'anywhere', { complete });
    return { piece, inTexts, kind, inPhotos, camera, onDays };
  };
  for (const group of groupedByAlternatives(fullText, typed, parts)) {
    const found = group.map(find);
    const inTexts = eitherKnown(found.map((one) => one.inTexts));
    const kind = eitherKnown(found.map((one) => one.kind));
    const inPhotos = eitherKnown(found.map((one) => one.inPhotos));
    const camera = eitherKnown(found.map((one) => one.camera));
    const onDays = found.flatMap((one) => one.onDays);
    if (onDays.length > 0) taken.set(written.length, onDays);
    if (inTexts !== null) {
      written.push(inTexts);
      writtenInPhotos.push(inPhotos);
    } else if (kind !== null) {
      kinds.push(kind);
      kindsInPhotos.push(inPhotos);
    } else if (inPhotos !== null) photoText.push(inPhotos);
    else if (camera !== null) cameras.push(camera);
    else absent++;
    const number = words.length;
    for (const one of found) {
      const lookedUp = one.inTexts ?? one.kind ?? one.camera;
      const dated = one.onDays.length > 0 ? { taken: one.onDays } : {};
      if (lookedUp === null && one.inPhotos === null) unmatched.push(one.piece);
      else words.push({ word: one.piece, written: lookedUp, photoText: one.inPhotos, ...dated, group: number });
    }
  }
  const begun = words.flatMap(({ word, written: expression }) =>
    expression !== null && expression === beginning(word, 'written') ? [wordOf(word)] : [],
  );
  const found = written.length + kinds.length + cameras.length + photoText.length > 0;
  const others = {
    kinds,
    cameras,
    photoText,
    alsoInPhotos: [...writtenInPhotos, ...kindsInPhotos],
    absent,
    taken,
  };
  return { scores: found ? fullText.scores(written, others) : null, words, unmatched, begun, readAs };
}

/** Expressions that a word is found by; null where no photo has it so. */
interface FoundWord {
  readonly piece: string;
  readonly inTexts: string | null;
  /** By its broader term. */
  readonly kind: string | null;
  readonly inPhotos: string | null;
  readonly camera: string | null;
  readonly onDays: readonly number[];
}

/** Of expressions for alternatives, those that are known; null where none is. */
function eitherKnown(expressions: readonly (string | null)[]): string | null {
  const known = expressions.filter((expression) => expression !== null);
  return known.length === 0 ? null : either(known);
}

/**
 * The words outside of dates, each once: the first of equal ones, or the first that names a year or month, as the second number in
 * "98 people, summer 98".
 */
function placesOfWords(typed: readonly string[], isDated: (place: number) => boolean): TypedWord[] {
  const words = new Map<string, TypedWord>();
  for (const [place, piece] of typed.entries()) {
    if (isDated(place) || !hasWords(piece)) continue;
    const known = words.get(piece);
    if (known === undefined) words.set(piece, { piece, place });
    else if (periodNamed(typed, known.place) === undefined && periodNamed(typed, place) !== undefined)
      words.set(piece, { piece, place });
  }
  return [...words.values()];
}

/** A day as a query has it: `on:12-24`, `2019-12-24`. */
function shortOf({ year, month, day }: WrittenDay): string {
  const rest = [month, day].map((part) => String(part).padStart(2, '0')).join('-');
  return year === null ? `on:${rest}` : `${year}-${rest}`;
}

const joinedWith = (fullText: FullTextStore, first: string | undefined, second: string | undefined): string | null =>
  first === undefined || second === undefined ? null : joined(fullText, first, second);

/** Other words for a thing that has a name of two words: "policeman" for "police officer". */
const sameAsPhrase = (first: string | undefined, second: string | undefined): string[] =>
  first === undefined || second === undefined ? [] : synonymsAndNarrowerTerms(`${wordOf(first)} ${wordOf(second)}`);

/** An expression for a word, or for one of others. */
function withOthers(fullText: FullTextStore, expression: string | null, others: readonly string[]): string | null {
  if (others.length === 0) return expression;
  const other = anyOf(others, 'written');
  if (expression === null) return fullText.exists(other) ? other : null;
  return either([expression, other]);
}

/** A phrase, word for word. */
export function matchPhrase({ fullText }: LibraryText, phrase: string): TextMatch {
  const expression = phraseQuery(phrase);
  const isWritten = hasWords(phrase) && fullText.exists(expression);
  const isInPhotos = hasWords(phrase) && fullText.hasPhotoText(expression);
  if (!isWritten && !isInPhotos) return { scores: null, words: [], unmatched: [phrase], begun: [], readAs: [] };
  const scores = isWritten
    ? fullText.scores([expression], { alsoInPhotos: [isInPhotos ? expression : null] })
    : fullText.scores([], { photoText: [expression] });
  const word = {
    word: phrase,
    written: isWritten ? expression : null,
    photoText: isInPhotos ? expression : null,
    group: 0,
  };
  return { scores, words: [word], unmatched: [], begun: [], readAs: [] };
}

function isInformative({ texts }: LibraryText, typed: readonly string[], piece: string, place: number): boolean {
  if (!hasOnlyFunctionWords(piece) || isAcronym(piece, typed)) return true;
  // "Us" is a name in "Tom and Us"; a capital letter at the beginning says nothing.
  const isLong = (word: string) => word.length > 2 || (place > 0 && /^\p{Lu}/u.test(piece));
  return foldedWords(piece).some((word) => isLong(word) && !wrapsSearch(word) && texts.isName(word));
}

/** Of words without a meaning, those that tags, places and people have: in "photos of It" the name "It". */
function namedWords({ fullText, texts }: LibraryText, pieces: readonly TypedWord[]): readonly TypedWord[] {
  const found = pieces.filter(({ piece }) => fullText.exists(phraseQuery(piece, 'named')));
  const whole = found.filter(({ piece }) =>
    foldedWords(piece).some((word) => !wrapsSearch(word) && texts.isName(word)),
  );
  return whole.length > 0 ? whole : found;
}

/** Whether a function word of another language makes a name with the word before or behind it: "Big Sur", "Nur Aydın". */
function isPartOfName({ fullText }: LibraryText, typed: readonly string[], place: number): boolean {
  const word = itemAt(typed, place);
  if (foldedWords(word).every(isStopWord)) return false;
  return [typed.slice(Math.max(0, place - 1), place + 1), typed.slice(place, place + 2)].some(
    (pair) => pair.length === 2 && fullText.exists(phraseQuery(pair.join(' '), 'named')),
  );
}

let segmenter: Intl.Segmenter | null = null;

/** Made when it is needed: the first one of a process takes longer than most modules. */
const wordSegmenter = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' }));

/** A particle at the end of a Korean word: of the subject, the topic, the object, "of", "and", "with", "at". */
const koreanParticle = /(?<=\p{Script=Hangul})(?:이랑|에서|하고|[이가은는을를의와과랑도에])$/u;

/**
 * A run of a script without spaces is looked up whole; where no text has it whole, without a Korean particle, and otherwise word by
 * word.
 */
function partsOf(fullText: FullTextStore): (whole: TypedWord) => TypedWord[] {
  const isWritten = (piece: string) => fullText.exists(phraseQuery(piece)) || fullText.hasPhotoText(phraseQuery(piece));
  return ({ piece, place }) => {
    if (!isUnspaced(piece) || isWritten(piece)) return [{ piece, place }];
    const bare = koreanParticle.test(piece) ? piece.replace(koreanParticle, '') : piece;
    if (bare !== piece && isWritten(bare)) return [{ piece: bare, place }];
    const words = Array.from(wordSegmenter().segment(piece)).filter(
      ({ isWordLike, segment }) => isWordLike && hasWords(segment),
    );
    const informative = words.filter(({ segment }) => !hasOnlyFunctionWords(segment));
    const counted = informative.length > 0 ? informative : words;
    return words.length > 1 ? counted.map(({ segment }) => ({ piece: segment, place })) : [{ piece, place }];
  };
}

/**
 * @param widens whether synonyms and narrower terms match too
 * @param complete words that begin no longer ones
 */
function expressionOf(
  fullText: FullTextStore,
  piece: string,
  scope: Scope,
  { widens = false, complete }: { readonly widens?: boolean; readonly complete: ReadonlySet<string> | undefined },
): string | null {
  const tried = (expression: string) => (fullText.exists(expression) ? expression : null);
  const open = /^(.+)\*$/u.exec(piece)?.[1];
  if (open !== undefined && hasWords(open)) return tried(beginning(open, scope));
  const spellings = otherSpellings(wordOf(piece)).filter((word) => fullText.exists(anyOf([word], scope)));
  const asTyped = tried(phraseQuery(piece, scope));
  const own = spellings.length === 0 ? asTyped : anyOf(asTyped === null ? spellings : [piece, ...spellings], scope);
  if (scope === 'written' && (widens || own === null)) {
    // A photo of a puppy matches "dog".
    const kinds = synonymsAndNarrowerTerms(wordOf(piece)).filter((word) => fullText.exists(anyOf([word], scope)));
    if (kinds.length > 0) return anyOf([piece, ...spellings, ...kinds], scope);
  }
  const divided = scope === 'written' ? apart(fullText, piece) : null;
  if (divided !== null) return anyOf(own === null ? [divided] : [piece, divided], scope);
  const mayGoOn = isBeginning(piece) && complete?.has(wordOf(piece)) !== true;
  const begun = own ?? (mayGoOn ? tried(beginning(piece, scope)) : null);
  const other = begun === null ? otherUmlauts(piece) : null;
  return other === null ? begun : tried(phraseQuery(other, scope));
}

/** A word in the text of photos; null where no photo shows it. */
function photoTextExpression(fullText: FullTextStore, piece: string): string | null {
  const expression = textExpression(piece);
  return fullText.hasPhotoText(expression) ? expression : null;
}

/** Broader term of a word that no text has: "dog" for "puppy". */
function kindOf(fullText: FullTextStore, piece: string): string | null {
  const above = broaderTerms(wordOf(piece));
  if (above.length === 0) return null;
  const expression = anyOf(above, 'written');
  return fullText.exists(expression) ? expression : null;
}

/** A piece as one word, without surrounding punctuation. */
const wordOf = (piece: string): string => foldedWords(piece).join(' ');

/**
 * Whether more letters may follow. An inflected word is complete ("being" does not begin "beach"); a word in -us is not inflected
 * ("Haus").
 */
function isBeginning(piece: string): boolean {
  const words = foldedWords(piece);
  const last = words.at(-1) ?? '';
  return [...words.join('')].length >= shortestBeginning && (stem(last) === last || /us$/.test(last));
}
