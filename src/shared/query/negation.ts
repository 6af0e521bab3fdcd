// Negation in plain words: "beach without people" means beach -people, "beach, not without Anna" means beach +Anna.

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
  /** Whether two negations cancel each other: "not without Anna". */
  readonly isDouble: boolean;
}

/** Prepositions that exclude what follows. */
const excluding = new Set(
  'without w/o except excluding ohne außer ausser ausgenommen sans sauf senza zonder uden uten'.split(' '),
);
/** Words that negate what follows, in the languages of the window's users. */
const negators = new Set([
  ...excluding,
  ...(
    "no not neither isn't aren't wasn't weren't kein keine keinen keiner keinem keines nicht weder " +
    'aucun aucune ningún ninguna nessun nessuna geen inte'
  ).split(' '),
]);
/** Words that are also names or English words. They negate only after a positive term. */
const negatorsInside = new Set(['sin', 'sem', 'bez', 'ilman', 'utan']);
/** Negators that cancel another one right behind them: "never without". */
const cancelling = new Set(
  "not never isn't aren't wasn't weren't nicht nie niemals jamais nunca nooit aldrig aldri".split(' '),
);
/** Whether two words cancel each other. Italian "mai" is a month in German: "Mai ohne Regen". */
const cancelEachOther = (word: string, next: string): boolean =>
  word === 'mai' ? next === 'senza' : cancelling.has(word) && (negators.has(next) || negatorsInside.has(next));
/** Whether "nobody" and "no photo" before this word cancel it. In "nobody, no dogs", both are left out. */
const excludes = (word: string): boolean => excluding.has(word) || negatorsInside.has(word);
/** Words for the results themselves: "no photo without Anna" asks for photos with Anna. */
const photos = new Set('photo photos picture pictures image images pic pics foto fotos bild bilder imagen'.split(' '));
/** Articles between the negator and the negated words. */
const articles = new Set(
  (
    "a an the any some my our de d' der die das den dem ein eine einen einem einer du des le la les un une el los las una unos unas " +
    'il lo gli i o os as um uma het een et en'
  ).split(' '),
);
/** Possessives and amounts there. Some are nouns or names in another language: "ohne Mia", "ohne Ton". */
const determiners = new Set(
  (
    'single this that these those your his her its their many much too so very all ' +
    'einzige einziger einziges einzigen diese dieser dieses diesen diesem ' +
    'mein meine meinen meinem meiner meines dein deine deinen deinem deiner sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer ' +
    'unser unsere unseren unserem unserer euer eure euren eurem eurer viel viele vielen zu sehr alle allen ' +
    'mon ma mes ton ta tes notre nos votre vos leur leurs beaucoup trop ' +
    'mi mis tu tus nuestro nuestra nuestros nuestras muchos muchas ' +
    'mio mia miei mie tuo tua nostro nostra nostri nostre molti molte meu minha mijn onze'
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
const adverbs = new Set(['not', 'nicht', "isn't", "aren't", "wasn't", "weren't"]);
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
    'not found, not enter, not disturb, not only, not just, nicht nur, außer betrieb, ausser betrieb, außer atem, ausser atem'
  ).split(', '),
);
const someone: ReadonlyMap<string, string> = new Map(
  ['nobody', 'no one', 'noone', 'niemand'].map((word) => [word, 'people']),
);
const anyone = new Set(['anyone', 'anybody', 'someone', 'humans', 'jemand', 'personne', 'nadie']);

const unpunctuated = (word: string): string => word.replace(/[,.;!?]+$/u, '');
const plain = (word: string): string => unpunctuated(word).toLowerCase().replaceAll('’', "'");
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
  const cancelled = cancelledAt(words, at);
  if (cancelled > 0) return negatedBehind(words, at, at + cancelled, own, true);
  const alone = someone.get(own);
  const person = alone ?? someone.get(`${own} ${next}`);
  if (person !== undefined) {
    const to = alone === undefined ? at + 2 : at + 1;
    return [{ from: at, to, text: person, isDouble: false }];
  }
  const negates = negators.has(own) || (negatorsInside.has(own) && at > after);
  if (!negates || endsClause(word.text) || sayings.has(`${own} ${next}`)) return null;
  return negatedBehind(words, at, at + 1, own, false);
}

/** Number of words of two negations that cancel each other; 0 for none. */
function cancelledAt(words: readonly NegatableWord[], at: number): number {
  const wordAt = (place: number): string => {
    const word = words[place];
    return word === undefined || word.literal || (place > at && !word.follows) ? '' : plain(word.text);
  };
  const [own, next, third] = [wordAt(at), wordAt(at + 1), wordAt(at + 2)];
  if (endsClause(words[at]?.text ?? '')) return 0;
  if (cancelEachOther(own, next) || (someone.has(own) && excludes(next))) return 2;
  const isPerson = someone.has(`${own} ${next}`);
  return negators.has(own) && (photos.has(next) || isPerson) && excludes(third) ? 3 : 0;
}

/** Whether a word only determines the next one: "without my dog". Alone, a possessive is itself negated: "ohne Mia und Tom". */
function onlyDetermines(words: readonly NegatableWord[], at: number, negator: string): boolean {
  const word = words[at]?.text ?? '';
  if (articles.has(plain(word))) return true;
  const next = words[at + 1];
  if (!determiners.has(plain(word)) || endsClause(word) || !next?.follows || next.literal) return false;
  const following = plain(next.text);
  return !joinsTexts(following, negator) && !ends.has(following) && !negators.has(following);
}

/**
 * The texts negated behind a negator, or added behind two that cancel each other. Null where nothing follows.
 * @param start index behind the negating words
 * @param own the negating word
 */
function negatedBehind(
  words: readonly NegatableWord[],
  at: number,
  start: number,
  own: string,
  isDouble: boolean,
): Negation[] | null {
  // "pas de": the "de" after it must be skipped.
  const negations: Negation[] = [];
  let from = at;
  let text: string[] = [];
  let end = start;
  const close = (to: number) => {
    if (text.length > 0) negations.push({ from, to, text: text.join(' '), isDouble });
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
    if (word === '' || (text.length === 0 && onlyDetermines(words, end, own))) continue;
    const previous = plain(words[end - 1]?.text ?? '');
    const maySkip = adverbs.has(previous) || (adverbs.has(own) && alternatives.has(previous));
    if (text.length === 0 && maySkip && prepositions.has(word)) continue;
    if (text.length === 0 && ends.has(word)) break;
    text.push(anyone.has(word) ? 'people' : isDouble ? unpunctuated(piece.text) : word);
    if (endsClause(piece.text)) {
      end++;
      break;
    }
  }
  close(end);
  return negations.length > 0 ? negations : null;
}
