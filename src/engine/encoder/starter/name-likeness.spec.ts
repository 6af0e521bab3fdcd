// Names of people in the starter's own table.
import { expect, it } from 'vitest';
import { resourcesDir } from '../../../../test/support/resources.ts';
import { englishWords } from '../../search/query/english-words.ts';

const english = await englishWords(resourcesDir)();

it.each(
  'anna tom lena peter maria max emma julia michael susan lukas jonas petra carlos giulia pierre andreas andrea ivan aisha raj'.split(
    ' ',
  ),
)('%s may be a name, although the table knows it as a person', (word) => {
  expect(english.mayBeName(word)).toBe(true);
});

it.each(
  'dog beach car cake wedding church party water shirt concert museum valley island festival parade family children puppy school'.split(
    ' ',
  ),
)('%s is a thing and no name', (word) => {
  expect(english.mayBeName(word)).toBe(false);
});

it('a word that the table does not have may be a name', () => {
  expect([english.mayBeName('xylandria'), english.mayBeName('')]).toEqual([true, true]);
});
