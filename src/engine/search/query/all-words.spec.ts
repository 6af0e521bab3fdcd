// Grades of photos whose texts have the words of a query.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { itemAt } from '../../../shared/at.ts';
import { openStore } from '../../store/database.ts';
import { writtenGrade } from '../relevance/written-grade.ts';
import { writtenGrades } from './all-words.ts';
import { matchWords } from './text-terms.ts';

interface Described {
  readonly caption?: string;
  readonly tags?: readonly string[];
  readonly people?: readonly string[];
}

const { none, partly, otherForm, typed, name } = writtenGrade;

/** Grades of photos for a query. */
function grades(text: string, ...photos: readonly Described[]): number[] {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const ids = store.transaction(() =>
    photos.map(({ caption, tags = [], people = [] }, i) => {
      const id = store.photos.insert(folder, photoFile(`${i}.jpg`), { ...photoFacts, contentHash: String(i) });
      const written = (of: string) => ({ name: of, source: 'xmp' as const });
      if (caption !== undefined) store.texts.replaceCaptions(id, ['xmp'], [{ text: caption, source: 'xmp' }]);
      store.texts.replaceTags(id, ['xmp'], tags.map(written));
      store.texts.replacePeople(id, ['xmp'], people.map(written));
      return id;
    }),
  );
  const term = { kind: 'text', text, weight: 1 } as const;
  const ready = { term, label: text, text: matchWords(store, text), semantic: null, unknown: null };
  const isThing = (word: string) => word === 'dog';
  const gradeOf = writtenGrades(ready, ids, (some) => store.fullText.textsOf(some), isThing);
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
] as const)('grades %s', (_, text, photos, expected) => {
  expect(grades(text, ...photos)).toEqual(expected);
});
