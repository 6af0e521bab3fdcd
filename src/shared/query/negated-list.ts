// Lists behind a negation: "no dogs, cats or horses" negates all three, "no dogs, a red door" only the first.

/** A word of a list, in lower case. */
export interface WordInList {
  readonly word: string;
  /** The punctuation behind it; empty where there is none. */
  readonly mark: string;
}

/** Words after which the list ends. */
const alternatives = new Set('or nor oder noch ou ni o eller'.split(' '));
const conjunctions = new Set('and und et y e en och og &'.split(' '));
/** Longer lists are not looked through. */
const mostWords = 40;

/**
 * Whether the words behind a comma continue a list of nouns without articles, whose last two have a conjunction between them. Before
 * "and", which may also join what is added ("no people, sunset and palm trees"), each is a single word.
 * @param words behind the comma
 * @param inList whether a comma before this one continued it
 * @param ends whether a word cannot be in a list, or ends it
 */
export function continuesList(words: Iterable<WordInList>, inList: boolean, ends: (word: string) => boolean): boolean {
  let [length, longest, items, seen] = [0, 0, inList ? 1 : 0, 0];
  let conjunction: 'none' | 'and' | 'or' = 'none';
  for (const { word, mark } of words) {
    if (++seen > mostWords) return false;
    const joins = alternatives.has(word) ? 'or' : conjunctions.has(word) ? 'and' : null;
    if (joins !== null && conjunction === 'none' && mark === '') {
      // "no dogs, or cats"; "no dogs, and cats" is no list yet.
      if (items + length === 0 && joins === 'and') return false;
      [conjunction, length] = [joins, 0];
      continue;
    }
    if (joins !== null || ends(word)) break;
    length++;
    longest = Math.max(longest, length);
    if (mark === '') continue;
    if (conjunction !== 'none' || mark !== ',') break;
    items++;
    length = 0;
  }
  const most = conjunction === 'or' ? 3 : 1;
  return conjunction !== 'none' && length > 0 && longest <= most;
}
