// Words of a query of which one is enough: "Anna or Tom", "black or white dog".
import { phraseQuery, type FullTextStore } from '../../store/fulltext.ts';
import { isFunctionWord } from '../../text/stop-words.ts';
import { fold } from '../../text/fold.ts';

/** A word of a query, and its place among all of them. */
export interface TypedWord {
  readonly piece: string;
  readonly place: number;
}

const conjunctions = new Set('or oder ou o'.split(' '));
/** Sayings with "or", both of whose words belong to them. */
const sayings = new Set(
  'trick or treat, dead or alive, more or less, sink or swim, ready or not, rain or shine, now or never'.split(', '),
);

/** A word in lower case, without the punctuation around it. */
const plain = (word: string): string => fold(word).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

/**
 * Looked-up words, grouped: a photo needs one of each group. Words of a name stay together where tags, places or people have it:
 * "Uncle Tom or Anna Maria".
 * @param typed the whole query
 */
export function groupedByAlternatives(
  fullText: Pick<FullTextStore, 'exists'>,
  typed: readonly string[],
  words: readonly TypedWord[],
): TypedWord[][] {
  if (!typed.some((word) => conjunctions.has(plain(word)))) return words.map((word) => [word]);
  const groups: TypedWord[][] = [];
  /** Whether words before this one were joined with it to a name. */
  const taken = new Set<TypedWord>();
  for (const [i, word] of words.entries()) {
    if (taken.has(word)) continue;
    const before = words[i - 1];
    const group = groups.at(-1);
    if (before === undefined || group === undefined || !areAlternatives(typed, before.place, word.place)) {
      groups.push([word]);
      continue;
    }
    const named = nameBehind(fullText, words.slice(i));
    for (const part of words.slice(i, i + named)) taken.add(part);
    const behind = { piece: pieceOf(words.slice(i, i + named)), place: word.place };
    const last = itsName(fullText, groups);
    groups.splice(groups.length - last.words, last.words, [...last.name, behind]);
  }
  return groups;
}

/** The group in front of a conjunction, with the words before it where together they are a name; and how many groups it takes. */
function itsName(
  fullText: Pick<FullTextStore, 'exists'>,
  groups: readonly (readonly TypedWord[])[],
): { readonly name: readonly TypedWord[]; readonly words: number } {
  const own = groups.at(-1) ?? [];
  for (const length of own.length === 1 ? [3, 2] : []) {
    const parts = groups.slice(-length);
    const words = parts.flatMap((part) => (part.length === 1 ? part : []));
    const [first] = words;
    if (first !== undefined && words.length === length && isNamed(fullText, words))
      return { name: [{ piece: pieceOf(words), place: first.place }], words: length };
  }
  return { name: own, words: 1 };
}

/** Number of words from the first on that together are a name; 1 if they are none. */
const nameBehind = (fullText: Pick<FullTextStore, 'exists'>, words: readonly TypedWord[]): number =>
  [3, 2].find((length) => words.length >= length && isNamed(fullText, words.slice(0, length))) ?? 1;

/** Whether words follow each other and a tag, place or person has them so. */
const isNamed = (fullText: Pick<FullTextStore, 'exists'>, words: readonly TypedWord[]): boolean =>
  words.every(({ place }, i) => i === 0 || place === (words[i - 1]?.place ?? -1) + 1) &&
  fullText.exists(phraseQuery(pieceOf(words), 'named'));

const pieceOf = (words: readonly TypedWord[]): string => words.map(({ piece }) => piece).join(' ');

/** Whether a word has a comma behind it, in a list that ends in a conjunction: "Anna, Tom or Oma". */
function isListed(typed: readonly string[], place: number): boolean {
  let at = place;
  while (typed[at]?.endsWith(',') === true) at++;
  return at > place && [typed[at], typed[at + 1]].some((word) => word !== undefined && conjunctions.has(plain(word)));
}

/** Whether between two words of the query there are a conjunction and function words alone: "a dog or a cat". */
function areAlternatives(typed: readonly string[], first: number, second: number): boolean {
  const between = typed.slice(first + 1, second).map(plain);
  if (isListed(typed, first) && between.every(isFunctionWord)) return true;
  return (
    between.some((word) => conjunctions.has(word)) &&
    between.every((word) => conjunctions.has(word) || isFunctionWord(word)) &&
    !sayings.has(
      typed
        .slice(first, second + 1)
        .map(plain)
        .join(' '),
    )
  );
}
