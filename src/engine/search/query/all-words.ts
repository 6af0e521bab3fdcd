// Finds photos whose texts and names have the words of the query; they come before the encoder's matches.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { spellings, type TextsAbout } from '../../store/fulltext.ts';
import { fold } from '../../text/fold.ts';
import { foldedWords } from '../../text/index-terms.ts';
import { tokenize } from '../../text/tokenize.ts';
import { writtenGrade, type WrittenGrade } from '../relevance/written-grade.ts';
import { isCapitalized, type NameWords } from './library-names.ts';
import type { ReadyTerm } from './terms.ts';

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
  const { none, partly, otherForm, typed, name } = writtenGrade;
  const gradeIn = (id: PhotoId, texts: TextsAbout): WrittenGrade => {
    if (!hasAll(id)) return asked.isNamedIn(texts, names) ? partly : none;
    if (asked.isNameIn(texts)) return name;
    if (!isShort(id) && !asked.isQuotedIn(texts)) return none;
    return asked.isTypedIn(texts) ? typed : otherForm;
  };
  const grades = new Map<number, WrittenGrade>(Array.from(textsOf(found), ([id, texts]) => [id, gradeIn(id, texts)]));
  return (id) => grades.get(id) ?? none;
}

/** Whether a photo has all words of a short term that any text has, or one of them where texts have all. */
function hasAPart({ text }: ReadyTerm): (id: number) => boolean {
  const words = text?.scores?.words ?? [];
  const known = words.filter(({ photos }) => photos > 0);
  if (known.length === 0 || words.length < 2 || words.length > mostWords) return () => false;
  const has = (id: number) => (word: (typeof words)[number]) => word.isWhole && word.ids.has(id);
  return known.length < words.length ? (id) => known.every(has(id)) : (id) => known.some(has(id));
}

/** The words of a term, compared with texts letter by letter: full text knows stems alone. */
class AskedWords {
  /** Each word or compound as typed; empty for one that may be found by other means, such as a date. */
  readonly #typed: readonly (readonly string[])[];
  /** The words that are looked up, without those around them: "photos of Will" asks for Will. */
  readonly #name: string;
  readonly #sentence: string;

  constructor({ term, text }: ReadyTerm) {
    const words = text?.words ?? [];
    this.#typed = words.map(({ word, taken }) => (taken === undefined && !word.endsWith('*') ? foldedWords(word) : []));
    this.#name = words.flatMap(({ word }) => foldedWords(word)).join(' ');
    this.#sentence = inWords(term.kind === 'text' || term.kind === 'phrase' ? term.text : '');
  }

  /** Whether a tag or a person has this name, or the last part of a tag's path. */
  isNameIn(texts: TextsAbout): boolean {
    return namesIn(texts).some((name) => name === this.#name);
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
    return this.#typed.some((words) => words.length > 0 && words.every(isPart));
  }

  /** Whether the texts have each word as it was typed. */
  isTypedIn({ captions, tags, people, others }: TextsAbout): boolean {
    const forms = new Set([...captions, ...tags, ...people, ...others].flatMap(spellings).flatMap(foldedWords));
    return this.#typed.every((words) => words.every((word) => forms.has(word)));
  }

  /** Whether a text has the term word for word. */
  isQuotedIn({ captions, tags, people }: TextsAbout): boolean {
    return [...captions, ...tags, ...people].some((text) => inWords(text).includes(this.#sentence));
  }
}

/** Names of tags and people in folded words, and those of the last parts of paths: `Family/Rex` is also Rex. */
const namesIn = ({ tags, people }: TextsAbout): string[] =>
  [...tags, ...tags.map((tag) => tag.slice(tag.lastIndexOf('/') + 1)), ...people].map((name) =>
    foldedWords(name).join(' '),
  );

/** ` two dogs in the snow `: without punctuation, with a space around each word. */
const inWords = (text: string): string => ` ${tokenize(text).map(fold).join(' ')} `;
