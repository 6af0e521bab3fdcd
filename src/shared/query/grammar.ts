// The grammar of the search box: parses text into a query with positions and notices, and formats it back. Never
// throws.
import { longestQuery, mostFilters, mostTerms } from './query.ts';
import type { Filter, ParsedQuery, Query, QueryNotice, QueryToken, Term } from './query.ts';
import type { PhotoId } from '../contract/ids.ts';
import { filterKey, readFilter, writeFilter } from './filters.ts';
import { isFrame } from './frames.ts';
import { negationsOf, type NegatableWord } from './negation.ts';
import { isQuotationMark, scan, singleQuoted, type Piece } from './scanner.ts';
import { englishOf, sentence, type Sentence } from '../sentences.ts';

export interface ParseOptions {
  /** The day that `today` means. */
  readonly today?: Date;
}

/**
 * Reads a query:
 *
 *     dog on the beach          words, taken as one meaning
 *     beach without people      is beach -people; also no, not, and their like in other languages
 *     not without Anna          is +Anna
 *     +beach -people            several meanings, added and subtracted; `(red car)` groups words, `^2` weighs them
 *     "grand canyon"            must be in a caption, tag or name word for word; `-"..."` must not; 'grand canyon' is the same
 *     photo:123  -photo:7       like, unlike a photo of the library
 *     tag:beach -tag:"New York" filters; `tag:sea,lake` is either; filterKeys names them all
 *
 * A backslash takes the meaning out of the next sign: `\-`, `\"`, `a\:b`.
 */
export function parseQuery(text: string, { today = new Date() }: ParseOptions = {}): ParsedQuery {
  const terms: Term[] = [];
  const filters: Filter[] = [];
  const tokens: QueryToken[] = [];
  const notices: QueryNotice[] = [];
  const bare: BareWord[] = [];
  /** Place of the unsigned words among the terms. */
  let bareAt = -1;
  const notice = (message: Sentence, start: number, end: number) =>
    notices.push({ message: englishOf(message), sentence: message, start, end });
  if (text.length > longestQuery) {
    notice(sentence('first-characters', { most: longestQuery }), longestQuery, text.length);
  }
  /** The terms of words without signs: those that are added, and the negated ones. @param others number of other terms */
  const termsOf = (words: readonly BareWord[], others: number): Term[] => {
    const added = new Set(words);
    const negated: Term[] = [];
    for (const { from, to, left, text: found, isDouble } of negationsOf(words)) {
      const own = words.slice(from, to);
      const [first, last] = [own[0], own.at(-1)];
      if (!first || !last || others + negated.length >= mostTerms - 1) break;
      for (const word of words.slice(from, left)) added.delete(word);
      for (const word of own) {
        const token = tokens[word.token];
        if (token && !isDouble) tokens[word.token] = { ...token, negative: true };
      }
      const written = own.map((word) => word.text).join(' ');
      if (found === '') {
        notice(sentence('subtracts-nothing', { words: written }), first.start, last.end);
        continue;
      }
      const term: Term = { kind: 'text', text: found, weight: isDouble ? 1 : -1 };
      negated.push(term);
      notice(sentence('taken-as', { words: written, term: writeTerm(term, false) }), first.start, last.end);
    }
    const rest = Array.from(added, (word) => word.text);
    // "there are no people in it"
    const saysNothing = rest.length === 0 || (negated.some(({ weight }) => weight < 0) && isFrame(rest));
    return saysNothing ? negated : [{ kind: 'text', text: rest.join(' '), weight: 1 }, ...negated];
  };
  for (const [place, piece] of scan(text.slice(0, longestQuery)).entries()) {
    const { start, end, negative } = piece;
    const report = (message: Sentence) => notice(message, start, end);
    const token = (kind: QueryToken['kind'], key: string | null = null) =>
      tokens.push({ kind, start, end, key, negative });
    const read = readPiece(piece, today, report);
    token(read.kind, read.key);
    if (read.bare !== undefined) {
      if (bareAt === -1) bareAt = terms.length;
      const literal = text.slice(start, end).includes('\\');
      const follows = bare.at(-1)?.place === place - 1;
      bare.push({ text: read.bare, literal, follows, place, start, end, token: tokens.length - 1 });
    }
    if (read.term) {
      const group = groupWithNegation(piece, text.slice(start, end), place, tokens.length - 1);
      if (terms.length < mostTerms - 1) terms.push(...(group ? termsOf(group, terms.length) : [read.term]));
      else report(sentence('at-most-terms', { most: mostTerms }));
    }
    if (read.filter) {
      if (filters.length < mostFilters) filters.push(read.filter);
      else report(sentence('at-most-filters', { most: mostFilters }));
    }
  }
  if (bareAt !== -1) {
    const own = termsOf(bare, terms.length);
    // "photos -people"
    const isFrameOfOthers = terms.some(({ weight }) => weight < 0) && own.length === 1 && isFrameTerm(own[0]);
    if (!isFrameOfOthers) terms.splice(bareAt, 0, ...own);
  }
  return { terms, filters, tokens, notices };
}

/** Whether a term says nothing beside what is subtracted. */
const isFrameTerm = (term: Term | undefined): boolean => term?.kind === 'text' && isFrame(term.text.split(' '));

interface BareWord extends NegatableWord {
  /** Among the pieces. */
  readonly place: number;
  readonly start: number;
  readonly end: number;
  /** Its place among the tokens. */
  readonly token: number;
}

/** The words of a group without a sign, of which some are negated: "beach (no people)"; null for any other piece. */
function groupWithNegation(piece: Piece, written: string, place: number, token: number): BareWord[] | null {
  if (piece.kind !== 'group' || piece.signed || piece.weight !== null || written.includes('\\')) return null;
  const { start, end } = piece;
  const words = piece.text
    .trim()
    .split(/\s+/)
    .map((text, i) => ({ text, literal: false, follows: i > 0, place, start, end, token }));
  return negationsOf(words).length > 0 ? words : null;
}

interface Read {
  readonly kind: QueryToken['kind'];
  readonly key: string | null;
  readonly term?: Term;
  readonly filter?: Filter;
  /** Joins the other words without signs. */
  readonly bare?: string;
}

function readPiece(piece: Piece, today: Date, report: (message: Sentence) => void): Read {
  const { negative } = piece;
  const weight = (negative ? -1 : 1) * Math.min(10, piece.weight ?? 1);
  if (weight === 0) {
    report(sentence('weight-zero', {}));
    return { kind: 'wrong', key: null };
  }
  if (piece.key !== null) {
    if (piece.key.toLowerCase() === 'photo') return readPhoto(piece, weight, report);
    const key = filterKey(piece.key);
    if (key !== null) {
      if (piece.values.length === 0) return { kind: 'unfinished', key };
      const filter = readFilter(key, piece.values, negative, today);
      if (!('sentence' in filter)) return { kind: 'filter', key, filter };
      report(filter);
      return { kind: 'wrong', key };
    }
    // A time or an address is not a filter with an error.
    if (/^\p{L}+$/u.test(piece.key) && !piece.text.slice(piece.key.length + 1).startsWith('/')) {
      report(sentence('no-filter', { key: piece.key }));
    }
  }
  const text = piece.text.replace(/\s+/g, ' ').trim();
  if (text === '') return { kind: 'unfinished', key: null };
  if (piece.kind === 'phrase') return { kind: 'phrase', key: null, term: { kind: 'phrase', text, weight } };
  const own = piece.signed || piece.weight !== null || piece.kind === 'group';
  return own
    ? { kind: 'word', key: null, term: { kind: 'text', text, weight } }
    : { kind: 'word', key: null, bare: text };
}

function readPhoto(piece: Piece, weight: number, report: (message: Sentence) => void): Read {
  const value = piece.values.join(',');
  if (value === '') return { kind: 'unfinished', key: 'photo' };
  const photoId = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (photoId > 0) return { kind: 'photo', key: 'photo', term: { kind: 'photo', photoId: photoId as PhotoId, weight } };
  report(sentence('needs-photo', {}));
  return { kind: 'wrong', key: 'photo' };
}

/** Formats the query as text. `parseQuery` reads it back as the same query. */
export function formatQuery({ terms, filters }: Query): string {
  // The first plain text has no sign. A second one would merge with it, and words such as "photos" would be left out.
  const subtracts = terms.some(({ weight }) => weight < 0);
  const bare = terms.findIndex((t) => t.kind === 'text' && t.weight === 1 && !(subtracts && isFrameTerm(t)));
  return withoutQuotes([...terms.map((t, i) => writeTerm(t, i === bare)), ...filters.map(writeFilter)].join(' '));
}

/** Escapes single marks that would begin a phrase; phrases themselves are written with double marks. */
function withoutQuotes(text: string): string {
  let written = text;
  for (let at = 0; at < written.length; at++) {
    const isStart = at === 0 || /\s/.test(written.charAt(at - 1));
    if (isStart && singleQuoted(written, at) !== null) written = `${written.slice(0, at)}\\${written.slice(at)}`;
  }
  return written;
}

function writeTerm(term: Term, bare: boolean): string {
  if (bare && term.kind === 'text') return escapeNegations(term.text.split(' ')).join(' ');
  const sign = term.weight < 0 ? '-' : '+';
  const size = Math.abs(term.weight);
  // The grammar has no exponents: 1e-7 is written in full.
  const weight = size === 1 ? '' : `^${size.toFixed(20).replace(/\.?0+$/, '')}`;
  switch (term.kind) {
    case 'photo':
      return `${sign}photo:${term.photoId}${weight}`;
    case 'phrase':
      return `${sign}"${term.text.replace(/["\\]/g, '\\$&')}"${weight}`;
    case 'text':
      if (/^[\p{L}\p{N}]+$/u.test(term.text)) return `${sign}${term.text}${weight}`;
      return `${sign}(${term.text.replace(/[()"\\]/g, '\\$&')})${weight}`;
  }
}

/** Escapes negating words of a text, so that they remain its words. */
function escapeNegations(words: readonly string[]): string[] {
  const escaped = words.map(escapeWord);
  const negating = new Set<number>();
  // Escaping one word may let another one negate.
  for (;;) {
    const pieces = words.map((text, i) => ({
      text,
      literal: negating.has(i) || escaped[i]?.includes('\\') === true,
      follows: i > 0,
    }));
    const found = negationsOf(pieces).filter(({ at }) => !negating.has(at));
    if (found.length === 0) break;
    for (const { at } of found) negating.add(at);
  }
  return escaped.map((word, i) => (negating.has(i) ? `\\${word}` : word));
}

const escapeWord = (word: string): string =>
  (isQuotationMark(word.charAt(0)) ? '\\' : '') + word.replace(/[\\:^]|^[-+(]|(?!^)"/g, '\\$&');
