// Finds photos whose texts and names have the words of the query; they come before the encoder's matches.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { spellings, type TextsAbout } from '../../store/fulltext.ts';
import { fold } from '../../text/fold.ts';
import { foldedWords } from '../../text/index-terms.ts';
import { tokenize } from '../../text/tokenize.ts';
import { writtenGrade, type WrittenGrade } from '../relevance/written-grade.ts';
import { isCapitalized, type NameWords } from './library-names.ts';
import type { ReadyTerm } from './terms.ts';
import type { LookedUpWord } from './text-terms.ts';

/**
 * Longer queries describe a picture: few captions have all of such words, and one that has them by chance ("a man in a
 * shirt on a street") is no better than a picture of it.
 */
const mostWords = 3;

/**
 * Whether a photo's captions, tags, place, or names of file and folders have all added words and no subtracted one.
 * @param most number of words that a query may have; longer ones fit no photo
 */
export function hasAllWords(terms: readonly ReadyTerm[], most = mostWords): (id: number) => boolean {
  const added = terms.filter(({ term }) => term.weight > 0);
  const subtracted = terms.flatMap(({ term, text }) => (term.weight < 0 && text?.scores ? [text.scores] : []));
  const wanted = added.flatMap(({ text }) => text?.scores ?? []);
  const words = wanted.reduce((sum, scores) => sum + scores.wordCount, 0);
  if (words === 0 || words > most || wanted.length < added.length) return () => false;
  return (id) => wanted.every((scores) => scores.hasAll(id)) && !subtracted.some((scores) => scores.hasAll(id));
}

/**
 * Grades of photos by their texts for an added term. Texts have a short one by all of its words, and a longer one word for word. Words
 * as they were typed count more than other forms and synonyms, and most counts a tag or a person of this name. A name beside a
 * word counts too, and least: "Uncle Tom", where no text has "uncle", and "Lena birthday", where none has both.
 * @param ids photos to grade; others are not written
 * @param textsOf texts of photos
 * @param names words of names in the library; null where those of all people and capitalized tags count
 */
export function writtenGrades(
  term: ReadyTerm,
  ids: readonly number[],
  textsOf: (ids: readonly PhotoId[]) => ReadonlyMap<PhotoId, TextsAbout>,
  names: NameWords | null = null,
): (id: number) => WrittenGrade {
  const hasAll = hasAllWords([term], Infinity);
  const asked = new AskedWords(term);
  // Most queries have no name, and reading texts of all photos with one of their words takes long.
  const hasPart = asked.mayBeNamed(names) ? hasAPart(term) : () => false;
  const found = ids.filter((id) => hasAll(id) || hasPart(id)) as PhotoId[];
  if (found.length === 0) return () => writtenGrade.none;
  const isShort = hasAllWords([term]);
  const { none, partly, mostly, otherForm, typed, names: ofNames, name, sameLetters } = writtenGrade;
  const hasKnown = hasAllKnown(term);
  const gradeIn = (id: PhotoId, texts: TextsAbout): WrittenGrade => {
    if (!hasAll(id)) return !asked.isNamedIn(texts, names) ? none : hasKnown(id) ? mostly : partly;
    if (asked.isNameIn(texts)) return asked.isNameWithAccentsIn(texts) ? sameLetters : name;
    if (!isShort(id) && !asked.isQuotedIn(texts)) return none;
    if (asked.areNamesIn(texts, names)) return ofNames;
    return asked.isTypedIn(texts) ? typed : otherForm;
  };
  const grades = new Map<number, WrittenGrade>(Array.from(textsOf(found), ([id, texts]) => [id, gradeIn(id, texts)]));
  return (id) => grades.get(id) ?? none;
}

/**
 * A subtracted term that spares photos of another name: `-Andreas` leaves Andrea, and `-(Anna Maria)` a photo of Anna and Maria. Full
 * text takes both for the same words.
 * @param ids photos to compare
 */
export function exactlySubtracted(
  term: ReadyTerm,
  ids: readonly number[],
  textsOf: (ids: readonly PhotoId[]) => ReadonlyMap<PhotoId, TextsAbout>,
  names: NameWords,
): ReadyTerm {
  const { text } = term;
  const asked = new AskedWords(term);
  if (term.term.weight > 0 || !text?.scores || !asked.mayBeNamed(names)) return term;
  const { scores } = text;
  const texts = [...textsOf(ids.filter((id) => scores.hasAll(id)) as PhotoId[])];
  const isName = texts.some(([, about]) => asked.isNameIn(about));
  const spared = texts.filter(([, about]) => asked.isOtherNameIn(about, isName)).map(([id]) => id);
  return spared.length === 0 ? term : { ...term, text: { ...text, scores: scores.without(new Set(spared)) } };
}

/** Whether a photo has one of the words of a short term. */
function hasAPart({ text }: ReadyTerm): (id: number) => boolean {
  const words = text?.scores?.words ?? [];
  if (words.length < 2 || words.length > mostWords) return () => false;
  return (id) => words.some(({ isWhole, ids }) => isWhole && ids.has(id));
}

/** Whether a photo has all words of a term that any text of the library has. */
function hasAllKnown({ text }: ReadyTerm): (id: number) => boolean {
  const known = (text?.scores?.words ?? []).filter(({ photos }) => photos > 0);
  return (id) => known.every(({ isWhole, ids }) => isWhole && ids.has(id));
}

/** More combinations of alternatives are not looked for as names. */
const mostNames = 16;

/** The words of a term, compared with texts letter by letter: full text knows stems alone. */
class AskedWords {
  /**
   * Each word or compound as typed, with those it may be instead of it; empty for one that may be found by other means, such as a
   * date.
   */
  readonly #typed: readonly (readonly (readonly string[])[])[];
  /** The words that are looked up, without those around them: "photos of Will" asks for Will, "Anna or Tom" for either. */
  readonly #names: ReadonlySet<string>;
  /** The same with accents. */
  readonly #accented: ReadonlySet<string>;
  readonly #sentence: string;
  /** Cache of keys by name: photos repeat their tags. */
  readonly #keys = new Map<string, string>();

  constructor({ term, text }: ReadyTerm) {
    const groups = [...Map.groupBy(text?.words ?? [], ({ group }) => group).values()];
    const parts = ({ word, taken }: LookedUpWord) =>
      taken === undefined && !word.endsWith('*') ? foldedWords(word) : [];
    this.#typed = groups.map((group) => group.map(parts));
    const written = choices(groups.map((group) => group.map(({ word }) => word)));
    this.#names = new Set(written.map(nameKey));
    this.#accented = new Set(written.map(accentedKey));
    this.#sentence = inWords(term.kind === 'text' || term.kind === 'phrase' ? term.text : '');
  }

  /** Whether a tag or a person has this name, or the last part of a tag's path. */
  isNameIn(texts: TextsAbout): boolean {
    return namesIn(texts).some((name) => this.#names.has(this.#keyOf(name)));
  }

  #keyOf(name: string): string {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = nameKey(name);
    this.#keys.set(name, key);
    return key;
  }

  /** Whether one has it with the same accents. */
  isNameWithAccentsIn(texts: TextsAbout): boolean {
    return namesIn(texts).some((name) => this.#accented.has(accentedKey(name)));
  }

  /**
   * Whether a photo has another name in place of this one: Andrea for Andreas, or Anna and Maria for Anna Maria.
   * @param isName whether a photo has a tag or a person of this name
   */
  isOtherNameIn(texts: TextsAbout, isName: boolean): boolean {
    const [only, ...more] = this.#typed.flat();
    if (more.length > 0) return isName && this.#names.size === 1 && !this.isNameIn(texts) && !this.isQuotedIn(texts);
    const [word = ''] = only ?? [];
    if (only?.length !== 1 || this.isTypedIn(texts)) return false;
    const others = [...texts.people.flatMap(foldedWords), ...namesIn(texts).map((name) => this.#keyOf(name))];
    return others.some((other) => other === `${word}s` || `${other}s` === word);
  }

  /** Whether each word is a tag or a person of its own. */
  areNamesIn(texts: TextsAbout, names: NameWords | null): boolean {
    const found = new Set(namesIn(texts).map((name) => this.#keyOf(name)));
    const isName = (words: readonly string[]) =>
      words.length > 0 &&
      words.every((word) => names === null || names.people.has(word) || names.tags.has(word)) &&
      found.has(words.join(' '));
    return this.#typed.length > 1 && this.#typed.every((group) => group.some(isName));
  }

  /** Whether one of the words is a part of a person's name, or of a tag that names something. */
  isNamedIn({ tags, people }: TextsAbout, names: NameWords | null): boolean {
    const ofTags = tags.filter(isCapitalized).flatMap(foldedWords);
    const parts = new Set([
      ...people.flatMap(foldedWords),
      ...ofTags.filter((word) => names?.tags.has(word) !== false),
    ]);
    return this.#hasWordOf((word) => parts.has(word));
  }

  /** Whether a photo of the library may be named so. */
  mayBeNamed(names: NameWords | null): boolean {
    return names === null || this.#hasWordOf((word) => names.people.has(word) || names.tags.has(word));
  }

  #hasWordOf(isPart: (word: string) => boolean): boolean {
    return this.#typed.flat().some((words) => words.length > 0 && words.every(isPart));
  }

  /** Whether the texts have each word as it was typed. */
  isTypedIn({ captions, tags, people, others }: TextsAbout): boolean {
    const forms = new Set([...captions, ...tags, ...people, ...others].flatMap(spellings).flatMap(foldedWords));
    return this.#typed.every((group) => group.some((words) => words.every((word) => forms.has(word))));
  }

  /** Whether a text has the term word for word. */
  isQuotedIn({ captions, tags, people }: TextsAbout): boolean {
    return [...captions, ...tags, ...people].some((text) => inWords(text).includes(this.#sentence));
  }
}

/** Names of tags and people, and those of the last parts of paths: `Family/Rex` is also Rex. */
const namesIn = ({ tags, people }: TextsAbout): string[] => [
  ...tags,
  ...tags.flatMap((tag) => (tag.includes('/') ? tag.slice(tag.lastIndexOf('/') + 1) : [])),
  ...people,
];

/** All ways to take one of each group; the first ones of many. */
const choices = (groups: readonly (readonly string[])[]): string[] =>
  groups.reduce<string[]>(
    (before, group) =>
      before.flatMap((first) => group.map((word) => (first === '' ? word : `${first} ${word}`))).slice(0, mostNames),
    [''],
  );

/** `Smith, Will` -> `Will Smith`. */
const inOrder = (name: string): string => name.replace(/^([^,]+),\s*([^,]+)$/u, '$2 $1');

const links = new Set('and und et y the'.split(' '));

/** Words of a name without "and" and "the", which a query leaves out beside others: `Oma und Opa` -> `oma opa`. */
function withoutLinks(words: readonly string[]): string {
  const content = words.filter((word) => !links.has(word));
  return (content.length > 0 ? content : words).join(' ');
}

const nameKey = (name: string): string => withoutLinks(foldedWords(inOrder(name)));

/** The same with accents. */
const accentedKey = (name: string): string => withoutLinks(tokenize(inOrder(name)));

/** ` two dogs in the snow `: without punctuation, with a space around each word. */
const inWords = (text: string): string => ` ${tokenize(text).map(fold).join(' ')} `;
