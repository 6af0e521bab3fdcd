// Grades of photos whose texts have the words of a query.
import { expect, it, onTestFinished } from 'vitest';
import { addDescribed, type Described } from '../../../../test/support/described-photos.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { itemAt } from '../../../shared/at.ts';
import { openStore } from '../../store/database.ts';
import { writtenGrade } from '../relevance/written-grade.ts';
import { writtenGrades } from './all-words.ts';
import { EnglishWords } from './english-words.ts';
import { LibraryNames } from './library-names.ts';
import { matchWords } from './text-terms.ts';

const { none, partly, otherForm, typed, name } = writtenGrade;

/** Grades of photos for a query. */
async function grades(text: string, ...photos: readonly Described[]): Promise<number[]> {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const ids = addDescribed(store, photos);
  const term = { kind: 'text', text, weight: 1 } as const;
  const ready = { term, label: text, text: matchWords(store, text), semantic: null, unknown: null };
  const english = new EnglishWords([{ word: 'dog', rank: 1, isVisual: true }]);
  const names = await new LibraryNames(store, () => Promise.resolve(english)).of('');
  const gradeOf = writtenGrades(ready, ids, (some) => store.fullText.textsOf(some), names);
  return ids.map((_, i) => gradeOf(itemAt(ids, i)));
}

it.each([
  [
    'a tag of this name before a caption with it',
    'Anna',
    [{ tags: ['Anna'] }, { caption: 'Anna at the sea' }],
    [name, typed],
  ],
  ['a person before a caption', 'photos of Will', [{ people: ['Will'] }, { caption: 'it will rain' }], [name, typed]],
  ['the last part of a path', 'rex', [{ tags: ['Family/Rex'] }, { tags: ['Rex/Toys'] }], [name, typed]],
  [
    'a name before another one with its stem',
    'Andrea',
    [{ tags: ['Andreas'] }, { tags: ['Andrea'] }],
    [otherForm, name],
  ],
  ['the typed word before a synonym', 'guy', [{ caption: 'a man' }, { caption: 'a guy' }], [otherForm, typed]],
  ['all words before other forms', 'red dogs', [{ caption: 'a red dog' }, { caption: 'red dogs' }], [otherForm, typed]],
  [
    'a long tag word for word',
    'red hot chili peppers',
    [{ tags: ['Red Hot Chili Peppers'] }, { caption: 'peppers' }],
    [name, none],
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
    [partly, none, none],
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
