// Negation in plain words: "beach without people" means beach -people.

export interface NegatableWord {
  readonly text: string;
  /** Whether a backslash makes the word literal. */
  readonly literal: boolean;
  /** Whether only white space separates it from the preceding word. */
  readonly follows: boolean;
}

/** A negation as indices in the list of words. */
export interface Negation {
  /** The negating word. */
  readonly from: number;
  /** Index after the last negated word. */
  readonly to: number;
  /** The negated text without its article. */
  readonly text: string;
}

/** Words that negate what follows, in the languages of the window's users. */
const negators = new Set(
  (
    'without no not w/o except excluding ohne kein keine keinen keiner keinem keines nicht sans aucun aucune ningún ninguna ' +
    'senza nessun nessuna zonder geen inte uden uten'
  ).split(' '),
);
/** Words that are also names or English words. They negate only after a positive term. */
const negatorsInside = new Set(['sin', 'sem', 'bez', 'ilman', 'utan']);
/** Articles between the negator and the negated words. */
const articles = new Set(
  (
    'a an the any some my our de d’ der die das den dem ein eine einen einem einer du des le la les un une el los las una unos unas ' +
    'il lo gli i o os as um uma het een et en'
  ).split(' '),
);
/** Words that end a negation: the rest of the query describes the picture again. */
const ends = new Set(
  (
    'on in at by with near under over behind above below beside from during for but while is are ' +
    'auf im am an bei mit unter über hinter neben vor aber sur dans avec sous près mais en con bajo sobre pero su nel nella sotto ma op bij met maar'
  ).split(' '),
);
/** Of these, words about a place or time: behind "not", they and what follows are negated ("not in the snow"). */
const prepositions = new Set(
  (
    'on in at by with near under over behind above below beside from during ' +
    'auf im am an bei mit unter über hinter neben vor sur dans avec sous près en con bajo sobre nel nella sotto op bij met'
  ).split(' '),
);
/** Negators that may precede a preposition. */
const adverbs = new Set(['not', 'nicht']);
/** After these words the negation of an adverb continues: "not in the snow or on the ice". */
const alternatives = new Set(['or', 'nor', 'oder', 'noch']);
const joins = new Set(['and', 'or', 'nor', 'und', 'oder', 'noch', 'et', 'ou', 'ni', 'y', 'o', 'e', 'en', '&']);
/** Whether the negated text ends, and another one follows. "of" is Dutch for "or"; "without a cup of tea" goes on. */
const joinsTexts = (word: string, negator: string): boolean =>
  joins.has(word) || (word === 'of' && ['zonder', 'geen'].includes(negator));
/** Phrases on signs and in sayings, which pictures may show literally. */
const sayings = new Set(
  (
    'no entry, no smoking, no parking, no trespassing, no swimming, no problem, no name, no idea, no limit, no limits, ' +
    'not found, not enter, not disturb, not only, not just, nicht nur'
  ).split(', '),
);
const someone: ReadonlyMap<string, string> = new Map(
  ['nobody', 'no one', 'noone', 'niemand'].map((word) => [word, 'people']),
);
const anyone = new Set(['anyone', 'anybody', 'someone', 'humans', 'jemand', 'personne', 'nadie']);

const plain = (word: string): string => word.toLowerCase().replace(/[,.;!?]+$/u, '');
const endsClause = (word: string): boolean => /[,.;!?]$/u.test(word);

/** Negations in a list of words, in order. A negator without a following word is an ordinary word. */
export function negationsOf(words: readonly NegatableWord[]): Negation[] {
  const found: Negation[] = [];
  for (let at = 0; at < words.length; at++) {
    const negation = negationAt(words, at, found.at(-1)?.to ?? 0);
    if (!negation) continue;
    found.push(...negation);
    at = (negation.at(-1)?.to ?? at + 1) - 1;
  }
  return found;
}

function negationAt(words: readonly NegatableWord[], at: number, after: number): Negation[] | null {
  const word = words[at];
  if (!word || word.literal) return null;
  const own = plain(word.text);
  const following = words[at + 1];
  const next = following?.follows && !following.literal ? plain(following.text) : '';
  const alone = someone.get(own);
  const person = alone ?? someone.get(`${own} ${next}`);
  if (person !== undefined) return [{ from: at, to: alone === undefined ? at + 2 : at + 1, text: person }];
  const negates = negators.has(own) || (negatorsInside.has(own) && at > after);
  if (!negates || endsClause(word.text) || sayings.has(`${own} ${next}`)) return null;
  // "pas de": the "de" after it must be skipped.
  const negations: Negation[] = [];
  let from = at;
  let text: string[] = [];
  let end = at + 1;
  const close = (to: number) => {
    if (text.length > 0) negations.push({ from, to, text: text.join(' ') });
    from = to;
    text = [];
  };
  for (; end < words.length; end++) {
    const piece = words[end];
    if (!piece?.follows || piece.literal) break;
    const word = plain(piece.text);
    if (text.length > 0 && joinsTexts(word, own)) {
      close(end);
      continue;
    }
    if (text.length > 0 && (ends.has(word) || negators.has(word))) break;
    // "without people and without dogs"
    if (text.length === 0 && negations.length > 0 && negators.has(word)) continue;
    if (word === '' || (text.length === 0 && articles.has(word))) continue;
    const previous = plain(words[end - 1]?.text ?? '');
    const maySkip = adverbs.has(previous) || (adverbs.has(own) && alternatives.has(previous));
    if (text.length === 0 && maySkip && prepositions.has(word)) continue;
    if (text.length === 0 && ends.has(word)) break;
    text.push(anyone.has(word) ? 'people' : word);
    if (endsClause(piece.text)) {
      end++;
      break;
    }
  }
  close(end);
  return negations.length > 0 ? negations : null;
}
