// Negation in plain words: "beach without people" means beach -people, "beach, not without Anna" means beach +Anna, "nothing but
// dogs" means dogs.
import { continuesList, type WordInList } from './negated-list.ts';

export interface NegatableWord {
  readonly text: string;
  /** Whether a backslash makes the word literal. */
  readonly literal: boolean;
  /** Whether only white space separates it from the preceding word. */
  readonly follows: boolean;
}

/** A negation as indices in the list of words. */
export interface Negation {
  /** The word that negates; without it there is no negation. */
  readonly at: number;
  /** The first word that belongs to it, such as "with" in "with no cars". */
  readonly from: number;
  /** Index after the last word that belongs to it. */
  readonly to: number;
  /** Index after the last word that is left out of the other words with it: "but" in "no dogs but cats". */
  readonly left: number;
  /** The negated text without its article; empty where nothing is negated: "not only", "nothing but". */
  readonly text: string;
  /** Whether two negations cancel each other: "not without Anna". */
  readonly isDouble: boolean;
}

/** Prepositions that exclude what follows. */
const excluding = new Set(
  'without w/o w/out minus except excluding ohne außer ausser ausgenommen statt anstatt sans sauf senza zonder uden uten без'.split(
    ' ',
  ),
);
/** Two words that exclude what follows. */
const excludingPairs = new Set([
  'other than',
  'rather than',
  'instead of',
  'apart from',
  'aside from',
  'with out',
  'abgesehen von',
]);
/** Negators that count: "no dog without leash" asks for dogs with a leash. */
const quantifiers = new Set(
  (
    'no kein keine keinen keiner keinem keines aucun aucune ningún ningun ninguna nessun nessuna niente nenhum nenhuma geen ' +
    'ingen inget intet žádný žádná žádné žádní нет'
  ).split(' '),
);
/** Negators that may precede a preposition. */
const adverbs = new Set(['not', 'nicht', 'niet', 'não', 'nao', 'ikke', 'inte', "isn't", "aren't", "wasn't", "weren't"]);
/**
 * Adverbs that negate before a place, an article or a participle alone: "never in water", but not "never mind"; "non al mare", but not
 * "non people".
 */
const negatingAdverbs = new Set('never nie niemals non'.split(' '));
/** Words behind "minus" that make it a number or a sign: "minus ten degrees". */
const behindMinus = new Set(
  (
    'sign key symbol degrees zero one two three four five six seven eight nine ten twenty thirty forty ' +
    'grad null eins zwei drei vier fünf sechs sieben acht neun zehn zwanzig dreißig vierzig zeichen'
  ).split(' '),
);
/** Dances and a place: "pas de deux", "Pas de Calais". */
const behindPasDe = new Set('deux trois quatre chat calais'.split(' '));
/** Negators before which a French article loses its vowel: "sans l'ombre". */
const french = new Set('pas sans sauf ni'.split(' '));
/** Verbs of what a photo has, behind a negator: "photos that do not show people". */
const showing = new Set(
  (
    'show showing contain containing have having include including depict feature wear wearing hold holding carry carrying ' +
    'zeigen enthalten'
  ).split(' '),
);
/** Words that negate what follows, in the languages of the window's users. */
const negators = new Set([...excluding, ...quantifiers, ...adverbs, 'neither', 'weder']);
/** Words that are also names or English words. Written with a capital letter inside of a query, they are names. */
const ambiguousNegators = new Set(['sin', 'sem', 'bez', 'ilman', 'utan', 'inga']);
/** English words behind these: "sin city", "sem image". */
const behindEnglish = new Set(
  'city cities bin tax taxes eater of and or is was image images micrograph micrographs scan microscope microscopy'.split(
    ' ',
  ),
);
/** Prepositions that name exceptions: "no dogs except Rex" asks for Rex. */
const excepting = new Set('except excluding außer ausser ausgenommen sauf but'.split(' '));
/** Words for all photos: in "everything but dogs" they say nothing of their own. */
const everything = new Set(
  'everything all anything everyone everybody anyone anybody alles alle allen tout tous todo todos tutto tutti'.split(
    ' ',
  ),
);
/** Two words that exclude nothing: the words behind them are added. */
const excludingNothing = new Set([
  ...['nothing', 'none'].flatMap((word) => [`${word} but`, `${word} except`]),
  ...['nichts als', 'nichts außer', 'nichts ausser', 'rien que', 'nada más', "nient'altro che"],
  ...['not only', 'not just', 'not merely', 'nicht nur', 'nicht bloß', 'nicht allein', 'non solo', 'pas seulement'],
]);
/** The second half behind one of these. */
const alsoOther = new Set(['but also', 'sondern auch', 'aber auch', 'mais aussi', 'ma anche']);
/** Words that contrast what follows with what is negated. */
const contrasts = new Set('but aber sondern doch mais sino pero maar ma'.split(' '));
/** Words before a negator that belong to it: "with no cars", "and no dogs". */
const before = new Set('with mit avec con met and und et y e en'.split(' '));
/** Relative pronouns behind which every contracted verb negates: "a bird that can't fly". */
const relative = new Set(['that', 'who', 'which']);
const contracted = /n't$|^cannot$/;
/** Words that begin a bound behind "no" and "not": "no more than 3 dogs", "nicht weniger als zwei Kinder". */
const bounds = new Set(
  'more less fewer later earlier older younger bigger smaller mehr weniger später früher älter jünger'.split(' '),
);
const than = new Set(['than', 'als']);
/** Words that make a question behind a contracted verb: "isn't he cute". */
const pronouns = new Set('i you he she it we they this that these those there'.split(' '));
/** Last words of what a sign says: "no dogs allowed". */
const permissions = new Set('allowed permitted erlaubt gestattet'.split(' '));
/** Names of a sign, behind the words on it: "no cycling sign", but not in "no sign of rain". */
const signs = new Set('sign signs zone schild schilder'.split(' '));
/** Adverbs of degree and time, which are nothing to subtract: "not yet", "not at all", "nicht mehr". */
const adverbial = new Set(
  'yet longer more mehr anymore only just merely nur quite really even any all gar ganz to be do'.split(' '),
);
/** Adverbs and requests that end a negated text: "kein Schnee mehr", "no people please". */
const lastAdverbs = new Set(
  'mehr anymore anywhere please bitte there here around nearby visible drauf darauf sichtbar zu sehen'.split(' '),
);
/** Verbs at the end of a German clause that are no English words: "der nicht schwarz ist". */
const lastVerbs = new Set('ist sind waren wird werden trägt tragen'.split(' '));
const indefinite = new Set('a an ein eine einen einem einer un une una'.split(' '));

/** Negators that cancel another one right behind them: "never without". */
const cancelling = new Set([...adverbs, ...'never nie niemals jamais nunca nooit aldrig aldri'.split(' ')]);
/** Whether two words cancel each other. Italian "mai" is a month in German: "Mai ohne Regen". */
const cancelEachOther = (word: string, next: string): boolean =>
  word === 'mai' ? next === 'senza' : cancelling.has(word) && (negators.has(next) || ambiguousNegators.has(next));
/** Whether "nobody" and "no photo" before this word cancel it. In "nobody, no dogs", both are left out. */
const excludes = (word: string): boolean =>
  excluding.has(word) || ambiguousNegators.has(word) || word === 'but' || word === 'als';
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
    'yet longer more mehr quite really even any gar ganz ' +
    'irgendwelche irgendwelchen irgendein irgendeine irgendeinen ' +
    'single this that these those your his her its their many much too so very all ' +
    'einzige einziger einziges einzigen diese dieser dieses diesen diesem ' +
    'mein meine meinen meinem meiner meines dein deine deinen deinem deiner sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer ' +
    'unser unsere unseren unserem unserer euer eure euren eurem eurer viel viele vielen zu sehr alle allen ' +
    'mon ma mes ton ta tes notre nos votre vos leur leurs beaucoup trop ' +
    'mi mis tu tus nuestro nuestra nuestros nuestras muchos muchas ' +
    'mio mia miei mie tuo tua nostro nostra nostri nostre molti molte meu minha mijn onze'
  ).split(' '),
);
/** Words about a place or time: behind "not", they and what follows are negated ("not in the snow"). */
const prepositions = new Set(
  (
    'on in at by with near under over behind above below beside from during ' +
    'auf im am an bei mit unter über hinter neben vor sur dans au aux à avec sous près en con bajo sobre ' +
    'alla alle sul sulla nel nella sotto op aan bij met på ved'
  ).split(' '),
);
/** Prepositions that are also names; with a capital letter they are names: "without Al". */
const lowerPrepositions = new Set('al ai em na nas nos com'.split(' '));
/** Words that end a negation: the rest of the query describes the picture again. */
const ends = new Set([
  ...prepositions,
  ...lastVerbs,
  ...'for but while is are aber sondern mais pero sino su ma maar'.split(' '),
]);
/** Words between photos and what they show. */
const between = new Set(['of', 'von']);
const isAdverb = (word: string): boolean => adverbs.has(word) || negatingAdverbs.has(word) || word === 'pas';
const isPreposition = (written: string): boolean =>
  prepositions.has(plain(written)) || lowerPrepositions.has(unpunctuated(written));
/** Whether a word, as written, ends a negation. */
const endsNegation = (written: string): boolean =>
  ends.has(plain(written)) || lowerPrepositions.has(unpunctuated(written));
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
    "no doubt, no country, no time, no man's, no mans, no fly, no worries, no fear, no comment, no pain, no gain, no angel, " +
    'not found, not enter, not disturb, außer betrieb, ausser betrieb, außer atem, ausser atem'
  ).split(', '),
);
const someone: ReadonlyMap<string, string> = new Map(
  ['nobody', 'no one', 'noone', 'niemand'].map((word) => [word, 'people']),
);
const anyone = new Set([
  'anyone',
  'anybody',
  'someone',
  'humans',
  'jemand',
  'personne',
  'nadie',
  'alguien',
  'nessuno',
  'ninguém',
  'ninguem',
  'alguém',
]);

const unpunctuated = (word: string): string => word.replace(/[,.;!?]+$/u, '');
const plain = (word: string): string => unpunctuated(word).toLowerCase().replaceAll('’', "'");
const endsClause = (word: string): boolean => /[,.;!?]$/u.test(word);

/** Negations in a list of words, in order. A negator without a following word is an ordinary word. */
export function negationsOf(words: readonly NegatableWord[]): Negation[] {
  const found: Negation[] = [];
  for (let at = 0; at < words.length; at++) {
    const isOpen = found.some(({ text }) => text === '');
    const negation = negationAt(words, at, found.at(-1)?.left ?? 0, isOpen);
    if (!negation) continue;
    found.push(...negation);
    at = (negation.at(-1)?.left ?? at + 1) - 1;
  }
  return found;
}

function negationAt(words: readonly NegatableWord[], at: number, after: number, isOpen: boolean): Negation[] | null {
  const word = words[at];
  if (!word || word.literal) return null;
  const own = plain(word.text);
  const [next, previous] = [wordBehind(words, at), at > after && word.follows ? plain(words[at - 1]?.text ?? '') : ''];
  const withoutMeaning = wordsExcludingNothing(words, at, isOpen);
  if (withoutMeaning > 0) {
    const to = at + withoutMeaning;
    return [{ at, from: at, to, left: to, text: '', isDouble: true }];
  }
  const cancelled = cancelledAt(words, at);
  if (cancelled > 0) return negatedBehind(words, at, at + cancelled, own, true);
  const alone = someone.get(own);
  const person = alone ?? someone.get(`${own} ${next}`);
  if (person !== undefined) {
    const to = alone === undefined ? at + 2 : at + 1;
    return [{ at, from: fromBefore(words, at, after), to, left: to, text: person, isDouble: false }];
  }
  const pair = negatingPair(words, at);
  if (pair > 0 && !isName(words, at, previous)) {
    const found = negatedBehind(words, at, at + pair, own, false);
    const [first, ...rest] = found ?? [];
    return first ? [{ ...first, from: fromBefore(words, at, after) }, ...rest] : null;
  }
  const isException = excepting.has(own) && everything.has(previous);
  const negates =
    negators.has(own) ||
    isException ||
    isAmbiguousNegator(words, at, after) ||
    isFirstOfTwo(words, at) ||
    (contracted.test(own) && relative.has(previous));
  if (!negates || endsClause(word.text) || sayings.has(`${own} ${next}`)) return null;
  if (bounds.has(next) && than.has(wordBehind(words, at + 1))) return null;
  if (own === 'minus' && (behindMinus.has(next) || /^\d/.test(next))) return null;
  if (own === 'no' && isPortuguese(words, at)) return null;
  if (isNumberSign(own, next) || isName(words, at, previous) || isSign(words, at)) return null;
  if ((contracted.test(own) && pronouns.has(next)) || (previous === 'or' && own === 'not')) return null;
  const from = isException ? at - 1 : fromBefore(words, at, after);
  const found = negatedBehind(words, at, at + 1, own, false);
  const [first, ...rest] = found ?? [];
  if (!first) return null;
  return unlessWithout(words, { ...first, from }) ?? [{ ...first, from }, ...rest];
}

/** Number of words here that exclude nothing, with others behind them; 0 for none. */
function wordsExcludingNothing(words: readonly NegatableWord[], at: number, isOpen: boolean): number {
  const [own, next] = [plain(words[at]?.text ?? ''), wordBehind(words, at)];
  const pair = `${own} ${next}`;
  const isPair = excludingNothing.has(pair) || (isOpen && alsoOther.has(pair));
  if (isPair) return words[at + 2]?.follows === true ? 2 : 0;
  // "Nur" is also a name: "Nur und Anna", "Nur am Strand".
  return own === 'nur' && next !== '' && !ends.has(next) && !joins.has(next) ? 1 : 0;
}

/** The word right behind another one; empty where there is none. */
function wordBehind(words: readonly NegatableWord[], at: number): string {
  const following = words[at + 1];
  return following?.follows && !following.literal ? plain(following.text) : '';
}

/** Begin of a negation with the words before it that belong to it. */
function fromBefore(words: readonly NegatableWord[], at: number, after: number): number {
  const previous = words[at - 1];
  const belongs = (word: string) => before.has(word) || contrasts.has(word);
  const isWith = previous !== undefined && !previous.literal && words[at]?.follows === true;
  return at > after && isWith && belongs(plain(previous.text)) && !endsClause(previous.text) ? at - 1 : at;
}

/** Number of words here that negate only together with the next one; 0 for none: "never in water", "pas de chien". */
function negatingPair(words: readonly NegatableWord[], at: number): number {
  const [own, next] = [plain(words[at]?.text ?? ''), wordBehind(words, at)];
  if (endsClause(words[at]?.text ?? '')) return 0;
  if (excludingPairs.has(`${own} ${next}`)) return wordBehind(words, at + 1) === '' ? 0 : 2;
  if (negatingAdverbs.has(own)) {
    const isParticiple = own !== 'non' && /^[a-z]{2,}ing$/.test(next) && next !== 'ending';
    const negates = isPreposition(words[at + 1]?.text ?? '') || indefinite.has(next) || isParticiple;
    return negates ? 1 : 0;
  }
  if (own !== 'pas') return 0;
  if (next === 'un' || next === 'une' || next.startsWith("d'")) return 1;
  // "pas à pas"
  if (prepositions.has(next) && wordBehind(words, at + 1) !== 'pas') return 1;
  return next === 'de' && !behindPasDe.has(wordBehind(words, at + 1)) ? 2 : 0;
}

/** Whether a word that is also a name or an English word negates here: "sin perros", "playa sin perros", but not "Sin City". */
function isAmbiguousNegator(words: readonly NegatableWord[], at: number, after: number): boolean {
  const own = words[at]?.text ?? '';
  if (!ambiguousNegators.has(plain(own))) return false;
  const [isCapitalized, next] = [/^\p{Lu}/u.test(own), wordBehind(words, at)];
  if (at > after) return !isCapitalized && !(plain(own) === 'utan' && /^orang$/iu.test(words[at - 1]?.text ?? ''));
  const isFollowed = next !== '' && !ends.has(next) && !joins.has(next);
  if (at > 0 || !isFollowed || behindEnglish.has(next) || /[a-z]ing$/.test(next)) return false;
  // Sentences begin with a capital letter, and so do names and titles: "Sin perros", "Sem Müller", "Inga lacht".
  return !isCapitalized || (plain(own) !== 'inga' && /^\p{Ll}/u.test(words[at + 1]?.text ?? ''));
}

/** "ni chien ni chat": a single "ni" is no negation. */
const isFirstOfTwo = (words: readonly NegatableWord[], at: number): boolean =>
  plain(words[at]?.text ?? '') === 'ni' && words.slice(at + 2).some(({ text }) => plain(text) === 'ni');

/** Words of Portuguese alone: beside them, "no" means "in the". */
const portuguese = new Set(
  (
    'na nas da ao aos não praia praias cachorro cachorros cachorra cão cães menino menina meninos meninas criança crianças homem ' +
    'homens mulher mulheres pessoa pessoas bebê bebê avó avô mãe irmão irmã aniversário casamento férias pôr jogando brincando ' +
    'correndo comendo dormindo nadando'
  ).split(' '),
);
/** Places and times of Portuguese alone, behind "no": "no Brasil". */
const behindPortugueseNo = new Set(
  'brasil jardim céu chão colo verão inverno natal algarve alentejo japão egito aniversário casamento'.split(' '),
);

/** Whether "no" is Portuguese: "cachorro no parque", "no Brasil". */
function isPortuguese(words: readonly NegatableWord[], at: number): boolean {
  if (behindPortugueseNo.has(wordBehind(words, at))) return true;
  // "no pessoas" mixes English and Portuguese.
  return words.some(({ text }, i) => i !== at && i !== at + 1 && portuguese.has(plain(text)));
}

/** "No 10 Downing Street", "no. 5". */
const isNumberSign = (own: string, next: string): boolean => own === 'no' && /^\d/.test(next);

/** A negator with a capital letter among words without: "Dr No poster". */
function isName(words: readonly NegatableWord[], at: number, previous: string): boolean {
  const [own = '', next = ''] = [words[at]?.text, words[at + 1]?.text];
  return (
    previous !== '' && !endsClause(words[at - 1]?.text ?? '') && /^\p{Lu}\p{Ll}/u.test(own) && /^\p{Ll}/u.test(next)
  );
}

/** Whether the words up to a comma end as a sign does: "no dogs allowed". */
function isSign(words: readonly NegatableWord[], at: number): boolean {
  for (let end = at + 1; end < words.length && words[end]?.follows === true; end++) {
    const word = words[end]?.text ?? '';
    if (permissions.has(plain(word)) || (end > at + 1 && signs.has(plain(word)))) return true;
    if (endsClause(word) || ends.has(plain(word)) || negators.has(plain(word))) return false;
  }
  return false;
}

/** "No dog without leash" asks for dogs and a leash, "no dogs except Rex" for Rex; null for any other negation. */
function unlessWithout(words: readonly NegatableWord[], first: Negation): Negation[] | null {
  const { at, from, to } = first;
  const [own, other] = [plain(words[at]?.text ?? ''), words[to]];
  const isCounted = quantifiers.has(own) || (adverbs.has(own) && indefinite.has(wordBehind(words, at)));
  if (!isCounted || !other?.follows || other.literal || endsClause(words[to - 1]?.text ?? '')) return null;
  const excluder = plain(other.text);
  if (!excluding.has(excluder) && !ambiguousNegators.has(excluder)) return null;
  const [second, ...rest] = negatedBehind(words, to, to + 1, excluder, true) ?? [];
  if (!second) return null;
  if (excepting.has(excluder)) return [{ ...second, at, from }, ...rest];
  return [{ ...first, isDouble: true }, second, ...rest];
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
  if (isSpanishHay(words, at, negator)) return true;
  if (!(determiners.has(plain(word)) || showing.has(plain(word))) || endsClause(word) || !next?.follows || next.literal)
    return false;
  const following = plain(next.text);
  return !joinsTexts(following, negator) && !ends.has(following) && !negators.has(following);
}

/** "no hay perros", but not "no hay bales". */
function isSpanishHay(words: readonly NegatableWord[], at: number, negator: string): boolean {
  const next = wordBehind(words, at);
  return (
    negator === 'no' && plain(words[at]?.text ?? '') === 'hay' && next !== '' && !ends.has(next) && !ofHay.has(next)
  );
}
const ofHay = new Set('bale bales field fields stack stacks bed wagon wagons ride rides or and'.split(' '));

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
  let inList = false;
  const hasArticle = indefinite.has(wordBehind(words, start - 1));
  const close = (to: number) => {
    const negated = withoutLastAdverbs(text);
    if (negated.some((word) => !adverbial.has(word))) {
      negations.push({ at: from, from, to, left: to, text: negated.join(' '), isDouble });
    }
    from = to;
    text = [];
  };
  for (; end < words.length; end++) {
    const piece = words[end];
    if (!piece?.follows || piece.literal) break;
    const word = plain(piece.text);
    if (text.length > 0 && joinsTexts(word, own)) {
      // "no windows and a red door"
      if (!hasArticle && !alternatives.has(word) && indefinite.has(wordBehind(words, end))) break;
      close(end);
      continue;
    }
    if (text.length > 0 && (endsNegation(piece.text) || negators.has(word))) break;
    // "no dogs, or cats"
    if (text.length === 0 && negations.length > 0 && joinsTexts(word, own)) continue;
    // "without people and without dogs"
    if (text.length === 0 && negations.length > 0 && negators.has(word)) continue;
    if (word === '' || (text.length === 0 && onlyDetermines(words, end, own))) continue;
    const previous = plain(words[end - 1]?.text ?? '');
    const maySkip = isAdverb(previous) || (isAdverb(own) && alternatives.has(previous));
    if (text.length === 0 && maySkip && isPreposition(piece.text)) continue;
    // "photos not of dogs", "not photos of dogs"
    const isOf = between.has(word) && (maySkip || photos.has(previous));
    const isPhotoOf = photos.has(word) && between.has(wordBehind(words, end));
    if (text.length === 0 && (isOf || isPhotoOf) && wordBehind(words, end) !== '') continue;
    if (text.length === 0 && endsNegation(piece.text)) break;
    const negated = anyone.has(word) ? 'people' : isDouble ? unpunctuated(piece.text) : word;
    // "pas d'enfants"
    text.push(text.length === 0 && french.has(own) ? negated.replace(/^[dl]'(?=.)/u, '') : negated);
    if (endsClause(piece.text)) {
      end++;
      const isList = piece.text.endsWith(',') && continuesList(listedBehind(words, end, own), inList, isNoNoun);
      if (!isList) break;
      inList = true;
      close(end);
      end--;
    }
  }
  if (text.length > 0 && wordBehind(words, end - 1) === 'at' && wordBehind(words, end) === 'all') end += 2;
  if (text.length > 0 && words[end]?.follows === true && lastVerbs.has(plain(words[end]?.text ?? ''))) end++;
  close(end);
  const last = negations.pop();
  if (!last) return null;
  const isContrast = words[end]?.follows === true && last.to === end && contrasts.has(plain(words[end]?.text ?? ''));
  return [...negations, { ...last, left: isContrast ? end + 1 : last.to }];
}

/** The words from an index on, as a list behind a negator may have them. "of" is Dutch for "or". */
function* listedBehind(words: readonly NegatableWord[], from: number, negator: string): Generator<WordInList> {
  for (const { text, literal, follows } of words.slice(from)) {
    if (literal || !follows) return;
    const word = plain(text);
    const mark = text.slice(unpunctuated(text).length);
    yield { word: word === 'of' && joinsTexts(word, negator) ? 'or' : word, mark };
  }
}

/** Whether a word cannot be a noun of a list, or ends one. */
const isNoNoun = (word: string): boolean =>
  word === '' ||
  [ends, negators, articles, adverbial, contrasts].some((set) => set.has(word)) ||
  negatingAdverbs.has(word) ||
  before.has(word);

/** "Kein Schnee mehr" is no snow, "keine Menschen zu sehen" no people. */
function withoutLastAdverbs(text: readonly string[]): readonly string[] {
  if (text.at(-2) === 'any' && text.at(-1) === 'more') return text.slice(0, -2);
  const last = text.findLastIndex((word) => !lastAdverbs.has(word));
  return text.slice(0, last + 1);
}
