// Words of names in the library, read once for each state of it.
import { expect, it, onTestFinished } from 'vitest';
import { addDescribed, type Described } from '../../../../test/support/described-photos.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { openStore } from '../../store/database.ts';
import { writtenGrades } from './all-words.ts';
import { EnglishWords } from './english-words.ts';
import { LibraryNames } from './library-names.ts';
import { matchWords } from './text-terms.ts';

const english = () => Promise.resolve(new EnglishWords([{ word: 'dog', rank: 1, isVisual: true }]));

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const add = (...photos: readonly Described[]) => addDescribed(store, photos);
  return { store, add };
}

it('are those of people, and of capitalized tags without visible things', async () => {
  const { store, add } = library();
  add({ tags: ['Black Dog', 'garden', 'family/Rex'], people: ['Zoë Dog'] });
  const names = new LibraryNames(store, english);
  const words = await names.of('1');
  expect([[...words.people], [...words.tags]]).toEqual([
    ['zoe', 'dog'],
    ['black', 'family', 'rex'],
  ]);
  add({ people: ['Lena'] });
  expect(await names.of('1')).toBe(words);
  expect((await names.of('2')).people).toContain('lena');
});

it('spare a query without any of them the texts of photos with a part of its words', async () => {
  const { store, add } = library();
  const ids = add({ caption: 'a dog' }, { caption: 'a ball' }, { tags: ['Lena'] });
  const names = await new LibraryNames(store, english).of('');
  const readFor = (text: string): number[] => {
    const read: number[] = [];
    const term = { kind: 'text', text, weight: 1 } as const;
    const ready = { term, label: text, text: matchWords(store, text), semantic: null, unknown: null };
    writtenGrades(
      ready,
      ids,
      (some) => {
        read.push(...some);
        return store.fullText.textsOf(some);
      },
      names,
    );
    return read;
  };
  expect([readFor('dog ball'), readFor('Lena ball')]).toEqual([[], ids.slice(1)]);
});
