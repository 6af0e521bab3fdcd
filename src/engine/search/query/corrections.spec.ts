// Corrections of queries by the starter's table, in a library without words of its own, and with some.
import { expect, it, onTestFinished } from 'vitest';
import { resourcesDir } from '../../../../test/support/resources.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import { openStore } from '../../store/database.ts';
import { Corrections } from './corrections.ts';
import { englishWords } from './english-words.ts';

const english = englishWords(resourcesDir);

async function corrected(text: string): Promise<string> {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const model = { wordsKnown: () => 0 };
  const { corrections } = await new Corrections(store, english).correct(model, '', parseQuery(text).terms, text);
  return corrections.map(({ typed, used }) => `${typed} > ${used}`).join(', ');
}

it.each([
  ['elefant', 'elephant'],
  ['brige', 'bridge'],
  ['leavs', 'leaves'],
  ['flowr', 'flower'],
  ['turky', 'turkey'],
  ['dgo', 'dog'],
  ['wite', 'white'],
  ['granmother', 'grandmother'],
  ['refridgerator', 'refrigerator'],
  ['gardn', 'garden'],
  ['waterfal', 'waterfall'],
  ['lighthous', 'lighthouse'],
  ['suitcas', 'suitcase'],
  ['footbal', 'football'],
  ['basketbal', 'basketball'],
  ['chocolat', 'chocolate'],
  ['microwav', 'microwave'],
  ['giraff', 'giraffe'],
  ['crocodil', 'crocodile'],
  ['tracter', 'tractor'],
  ['docter', 'doctor'],
  ['zebraa', 'zebra'],
  ['flowerr', 'flower'],
  ['christmass', 'christmas'],
  ['swiming', 'swimming'],
  ['runing', 'running'],
  ['weding', 'wedding'],
  ['hrse', 'horse'],
  ['bnch', 'bench'],
])('corrects %s to %s', async (typed, used) => {
  expect(await corrected(typed)).toBe(`${typed} > ${used}`);
});

it.each(['moun', 'brid', 'waterf', 'umbre', 'skateb'])('leaves the beginning “%s” as it is', async (typed) => {
  expect(await corrected(typed)).toBe('');
});

it.each(
  'hatted tarps bandanna wheelie parka lioness bathrobe suspenders waterside crevasse awning courgette wellies peony trowel'.split(
    ' ',
  ),
)('leaves the rare English word “%s” as it is', async (typed) => {
  expect(await corrected(typed)).toBe('');
});

it.each(
  'Straße Brücke Freunde Leute Torte Fluss plage nieve coche Blume Fotos Bilder Küche église árbol città blaue'.split(
    ' ',
  ),
)('leaves the word “%s” of another language as it is', async (typed) => {
  expect(await corrected(typed)).toBe('');
});

it.each([
  'Hund ohne Leine',
  'Fotos von Lena',
  'Bilder von Lena',
  'foto di Lena',
  'alle Bilder mit Lena',
  'zeige mir Lena',
  'diese Katze',
  'Haus mit Gartn',
])('leaves the words of “%s” as they are, because others show its language', async (typed) => {
  expect(await corrected(typed)).toBe('');
});

it('corrects a word of an English query whose other words are parts of names', async () => {
  expect(await corrected('Los Angeles mountian')).toBe('mountian > mountain');
});
