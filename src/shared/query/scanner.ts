// Splits the text of the search box into pieces: words, quoted phrases, groups, `key:value`, each with sign and weight.

export interface Piece {
  readonly kind: 'word' | 'phrase' | 'group';
  readonly start: number;
  readonly end: number;
  readonly signed: boolean;
  readonly negative: boolean;
  /** Content without sign, weight, quotation marks and escapes. */
  readonly text: string;
  /** Text before the first colon of a word, otherwise null. */
  readonly key: string | null;
  /** Text after the colon, split at commas. */
  readonly values: readonly string[];
  /** Weight from `^2`; null without one. */
  readonly weight: number | null;
}

const space = /\s/;

/** Closing quotation marks by opening one, for keyboards, word processors and languages. */
const closers: Readonly<Record<string, string>> = {
  '"': '"',
  '\u201C': '\u201D\u201C"',
  '\u201D': '\u201D\u201C"',
  '\u201E': '\u201C\u201D\u201E"',
  '\u201F': '\u201D\u201C"',
  '\u00AB': '\u00BB',
  '\u00BB': '\u00AB\u00BB',
  '\u2039': '\u203A',
  '\u203A': '\u2039\u203A',
  '\u300C': '\u300D',
  '\u300E': '\u300F',
  '\uFF02': '\uFF02"',
  '\u300A': '\u300B',
  '\u3008': '\u3009',
  '\u301D': '\u301E\u301F',
  '\u2033': '\u2033\u2036"',
  '\u275D': '\u275E',
  // Opening single marks of German and English, in positions where no apostrophe occurs.
  '\u201A': '\u2018\u2019',
};
/** Whether a character is any quotation mark. Single ones are apostrophes. */
export const isQuotationMark = (char: string): boolean => Object.hasOwn(closers, char);
const weightAtEnd = /^\^(\d{1,6}(?:\.\d{1,20})?)(?=\s|$)/;

export function scan(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    if (space.test(text.charAt(at))) {
      at++;
      continue;
    }
    const piece = pieceAt(text, at);
    at = piece.end;
    // A sign alone is not a word.
    if (piece.text !== '' || piece.key !== null || piece.kind !== 'word') pieces.push(piece);
  }
  return pieces;
}

function pieceAt(text: string, start: number): Piece {
  const sign = text.charAt(start);
  const next = text.charAt(start + 1);
  const signed = (sign === '+' || sign === '-') && next !== '' && !space.test(next);
  const from = signed ? start + 1 : start;
  const base = { start, signed, negative: signed && sign === '-' };
  const mark = text.charAt(from);
  const single = singleQuoted(text, from);
  if (isQuotationMark(mark) || mark === '(' || single !== null) {
    const close = single ?? closing(text, from, closers[mark] ?? ')');
    // An open quotation mark takes the rest, because the person may still be typing. An open bracket is an ordinary
    // character.
    if (close !== -1 || mark !== '(') {
      const inner = text.slice(from + 1, close === -1 ? text.length : close);
      const after = close === -1 ? text.length : close + 1;
      const { weight, end } = weightAt(text, after);
      const kind = mark === '(' ? 'group' : 'phrase';
      return { ...base, kind, end, text: unescape(inner), key: null, values: [], weight };
    }
  }
  return { ...base, kind: 'word', ...wordAt(text, from) };
}

/** Several words in single marks. Between letters, a straight mark is an apostrophe. */
const singleMarked = [
  /^\u2018(\S[^\u2018]*\s[^\u2018]*?)[\u2019\u2018](?=\s|\^\d|$)/u,
  /^'([^\s'](?:[^']|(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}])|(?<=\s)'(?=\d\d(?![\p{L}\p{N}])))*)'(?=\s|\^\d|$)/u,
];
/** A year of two digits, then a plural that owns something: '19 at my parents' house. */
const yearThenOwner = /^\d\d(?![\p{L}\p{N}]).*\p{L}s$/su;

/** Words that begin with an apostrophe, as in the '90s. */
const shortForm = /^.(?:\d0(?:s|er)|n|tis|til|twas|cause|em|ne|nen|nem|ner)(?![\p{L}\p{N}])/iu;

/** End of ‘several words’ or 'several words'; null for ‘n’ or 'n', which is short for a word. */
export function singleQuoted(text: string, from: number): number | null {
  if (!/^['\u2018]/u.test(text.charAt(from))) return null;
  const rest = text.slice(from);
  if (shortForm.test(rest)) return null;
  const inner = singleMarked.map((form) => form.exec(rest)?.[1]).find((found) => found !== undefined);
  return inner === undefined || !/\s/.test(inner) || yearThenOwner.test(inner) ? null : from + 1 + inner.length;
}

/** A value in single marks, as in tag:'New York'. */
const singleMarkedValue = [
  /^\u2018[^\u2018]+?[\u2019\u2018](?=[\s,^]|$)/u,
  /^'(?:[^']|(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}]))+'(?=[\s,^]|$)/u,
];

/** Index of the mark that ends a filter's value in single marks; -1 where it is in none. */
function valueEnd(text: string, from: number): number {
  const rest = text.slice(from);
  const [found] = singleMarkedValue.flatMap((form) => form.exec(rest)?.[0] ?? []);
  return found === undefined ? -1 : from + found.length - 1;
}

/** Index of the first unescaped one of `marks` after `from`, or -1. */
function closing(text: string, from: number, marks: string): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++;
    else if (marks.includes(text.charAt(i))) return i;
  }
  return -1;
}

function weightAt(text: string, at: number): { weight: number | null; end: number } {
  const match = weightAtEnd.exec(text.slice(at, at + 30));
  return match ? { weight: Number(match[1]), end: at + match[0].length } : { weight: null, end: at };
}

/** A run without spaces. After a colon, quotation marks may contain spaces and commas. */
function wordAt(text: string, from: number): Pick<Piece, 'end' | 'text' | 'key' | 'values' | 'weight'> {
  let key: string | null = null;
  const values: string[] = [];
  let whole = '';
  let value = '';
  let at = from;
  let weight: number | null = null;
  for (; at < text.length && !space.test(text.charAt(at)); at++) {
    const char = text.charAt(at);
    let plain = char;
    if (char === '^') {
      const found = weightAt(text, at);
      if (found.weight !== null && at > from) {
        weight = found.weight;
        at = found.end;
        break;
      }
    } else if (char === '\\' && at + 1 < text.length && !space.test(text.charAt(at + 1))) {
      at++;
      plain = text.charAt(at);
    } else if (char === ':' && key === null && whole !== '') {
      key = whole;
      whole += char;
      continue;
    } else if (key !== null && char === ',') {
      values.push(value.trim());
      value = '';
      whole += char;
      continue;
    } else if (key !== null && value === '' && (isQuotationMark(char) || valueEnd(text, at) !== -1)) {
      const close = isQuotationMark(char) ? closing(text, at, closers[char] ?? '"') : valueEnd(text, at);
      const inner = unescape(text.slice(at + 1, close === -1 ? text.length : close));
      value += inner;
      whole += inner;
      at = close === -1 ? text.length - 1 : close;
      continue;
    }
    value += key === null ? '' : plain;
    whole += plain;
  }
  if (key !== null) values.push(value.trim());
  return { end: at, text: whole, key, values: values.filter((v) => v !== ''), weight };
}

const unescape = (text: string): string => text.replace(/\\([\s\S])/g, '$1');
