// Grades of photos whose texts have the words of a query.
import { expect, it, onTestFinished } from 'vitest';
import { addDescribed, type Described } from '../../../../test/support/described-photos.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { itemAt } from '../../../shared/at.ts';
import { openStore } from '../../store/database.ts';
import type { TextsAbout } from '../../store/fulltext.ts';
import { writtenGrade } from '../relevance/written-grade.ts';
import { exactlySubtracted, writtenGrades } from './all-words.ts';
import { EnglishWords } from './english-words.ts';
import { LibraryNames, type NameWords } from './library-names.ts';
import type { ReadyTerm } from './terms.ts';
import { matchWords } from './text-terms.ts';

const { none, partly, mostly, otherForm, typed, names: ofNames, name, sameLetters } = writtenGrade;

interface Library {
  readonly ids: readonly number[];
  readonly textsOf: (ids: readonly PhotoId[]) => ReadonlyMap<PhotoId, TextsAbout>;
  readonly names: NameWords;
  readonly term: (text: string, weight: number) => ReadyTerm;
}

async function library(photos: readonly Described[]): Promise<Library> {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const ids = addDescribed(store, photos);
  const english = new EnglishWords([{ word: 'dog', rank: 1, isVisual: true }]);
  return {
    ids,
    textsOf: (some) => store.fullText.textsOf(some),
    names: await new LibraryNames(store, () => Promise.resolve(english)).of(''),
    term: (text, weight) => ({
      ...{
        term: { kind: 'text', text, weight },
        label: text,
        text: matchWords(store, text),
        semantic: null,
        unknown: null,
      },
    }),
  };
}

/** Grades of photos for a query. */
async function grades(text: string, ...photos: readonly Described[]): Promise<number[]> {
  const { ids, textsOf, names, term } = await library(photos);
  const gradeOf = writtenGrades(term(text, 1), ids, textsOf, names);
  return ids.map((_, i) => gradeOf(itemAt(ids, i)));
}

it.each([
  ['Andreas', [{ tags: ['Andreas'] }, { tags: ['Andrea'] }, { caption: 'Andreas' }], [true, false, true]],
  ['Andrea', [{ people: ['Andreas Kern'] }, { people: ['Andrea Kern'] }], [false, true]],
  ['andreas', [{ tags: ['Andreas', 'Andrea'] }], [true]],
  ['Hund', [{ tags: ['Hund'] }, { tags: ['Hunde'] }, { caption: 'zwei Hunde' }], [true, true, true]],
  ['dog', [{ tags: ['Dog'] }, { tags: ['Dogs'] }], [true, true]],
  ['Oma', [{ tags: ['Oma'] }, { tags: ['Omas Garten'] }], [true, true]],
  [
    'Anna Maria',
    [{ tags: ['Anna Maria'] }, { tags: ['Anna', 'Maria'] }, { caption: 'Anna Maria' }],
    [true, false, true],
  ],
  ['red car', [{ caption: 'a car, red' }, { caption: 'the red car' }], [true, true]],
] as const)('subtracts photos of the name “%s”, and not those of another one', async (text, photos, expected) => {
  const { ids, textsOf, names, term } = await library(photos);
  const { scores } = exactlySubtracted(term(text, -1), ids, textsOf, names).text ?? {};
  expect(ids.map((id) => scores?.hasAll(id))).toEqual(expected);
});

it.each([
  [
    'a tag of this name before a caption with it',
    'Anna',
    [{ tags: ['Anna'] }, { caption: 'Anna at the sea' }],
    [sameLetters, typed],
  ],
  [
    'a person before a caption',
    'photos of Will',
    [{ people: ['Will'] }, { caption: 'it will rain' }],
    [sameLetters, typed],
  ],
  ['the last part of a path', 'rex', [{ tags: ['Family/Rex'] }, { tags: ['Rex/Toys'] }], [sameLetters, typed]],
  [
    'a name before another one with its stem',
    'Andrea',
    [{ tags: ['Andreas'] }, { tags: ['Andrea'] }],
    [otherForm, sameLetters],
  ],
  [
    'a name with the same accents before one without',
    'Zoë',
    [{ tags: ['Zoe'] }, { tags: ['Zoë'] }, { people: ['Zoë'] }],
    [name, sameLetters, sameLetters],
  ],
  [
    'a photo of each name after one of both in one name, and before others',
    'Tom and Jerry',
    [{ tags: ['Tom', 'Jerry'] }, { tags: ['Tom & Jerry'] }, { tags: ['Uncle Tom', 'Jerry'] }],
    [ofNames, sameLetters, typed],
  ],
  [
    'a name in another order',
    'Will Smith',
    [{ people: ['Smith, Will'] }, { tags: ['Will', 'Smith'] }],
    [sameLetters, ofNames],
  ],
  [
    'either name',
    'Anna or Tom',
    [{ tags: ['Anna'] }, { people: ['Tom'] }, { tags: ['Anna', 'Tom'] }, { tags: ['Uncle Tom'] }, { tags: ['Zoo'] }],
    [sameLetters, sameLetters, sameLetters, typed, none],
  ],
  [
    'either name of several words',
    'Uncle Tom oder Anna Maria',
    [{ tags: ['Uncle Tom'] }, { tags: ['Anna Maria'] }, { tags: ['Anna'] }, { tags: ['Uncle Ben'] }],
    [sameLetters, sameLetters, none, none],
  ],
  [
    'either word beside another',
    'a black or white dog',
    [{ caption: 'a black dog' }, { caption: 'a white dog' }, { caption: 'a dog' }, { caption: 'a white cat' }],
    [typed, typed, none, none],
  ],
  [
    'each word of a list',
    'Anna, Tom or Oma',
    [{ tags: ['Anna'] }, { tags: ['Tom'] }, { tags: ['Oma'] }],
    [sameLetters, sameLetters, sameLetters],
  ],
  [
    'both words of a saying',
    'trick or treat',
    [{ caption: 'trick or treat' }, { caption: 'a treat for the dog' }],
    [typed, none],
  ],
  [
    'a name among words without a meaning',
    'photos of It',
    [{ tags: ['It'] }, { tags: ['Class of 2019'] }],
    [sameLetters, none],
  ],
  ['an acronym with its word', 'MIT campus', [{ caption: 'MIT campus' }, { caption: 'a campus' }], [typed, none]],
  [
    'British and American spellings',
    'neighbor',
    [{ caption: 'our neighbour' }, { caption: 'my neighbor' }],
    [otherForm, typed],
  ],
  ['the typed word before a synonym', 'guy', [{ caption: 'a man' }, { caption: 'a guy' }], [otherForm, typed]],
  ['all words before other forms', 'red dogs', [{ caption: 'a red dog' }, { caption: 'red dogs' }], [otherForm, typed]],
  [
    'a long tag word for word',
    'red hot chili peppers',
    [{ tags: ['Red Hot Chili Peppers'] }, { caption: 'peppers' }],
    [sameLetters, none],
  ],
  ['a long caption word for word', 'a big dog with a red ball', [{ caption: 'A big dog with a red ball!' }], [typed]],
  [
    'no long caption with all of its words elsewhere',
    'big dog red ball',
    [{ caption: 'a red ball and a big dog' }],
    [none],
  ],
  [
    'a name beside a word that no text has',
    'Uncle Tom',
    [{ tags: ['Tom'] }, { caption: 'Tom' }, { tags: ['Zoo'] }],
    [mostly, none, none],
  ],
  [
    'a name beside words of which no text has one',
    'Tom wedding cake',
    [{ tags: ['Tom'] }, { tags: ['Tom'], caption: 'the wedding' }, { caption: 'a wedding' }],
    [partly, mostly, none],
  ],
  [
    'a name in a script without capital letters',
    '王伟 birthday',
    [{ tags: ['王伟'] }, { tags: ['דנה'] }],
    [mostly, none],
  ],
  [
    'a name beside a word of other texts, after both',
    'Lena birthday',
    [{ tags: ['Lena'] }, { people: ['Lena'] }, { caption: 'a birthday' }, { caption: 'the birthday of Lena' }],
    [partly, partly, none, typed],
  ],
  [
    'a name that is a stop word beside a thing',
    'Will dog',
    [{ people: ['Will'] }, { caption: 'a dog' }, { tags: ['dog'] }],
    [partly, none, none],
  ],
  [
    'no thing beside a word of other texts',
    'red Dog',
    [{ tags: ['Dog'] }, { caption: 'a red ball' }, { tags: ['red'] }],
    [none, none, none],
  ],
] as const)('grades %s', async (_, text, photos, expected) => {
  expect(await grades(text, ...photos)).toEqual(expected);
});
