// Filters as chips: their text, and the query without each.
import { expect, it, onTestFinished } from 'vitest';
import { setLanguage } from '../../language/language.ts';
import { chipsOf, termChipsOf } from './query-chips.ts';

it('shows each filter as it was understood, with the query without it', () => {
  expect(chipsOf('dog tag:beach on the run -tag:"New York" date:2019-07')).toEqual([
    {
      ...{ label: 'tag: beach', wrong: false, without: 'dog on the run -tag:"New York" date:2019-07' },
      ...{ isAgainst: false, alone: 'tag:beach' },
      reversed: 'dog -tag:beach on the run -tag:"New York" date:2019-07',
    },
    {
      ...{ label: 'not tag: New York', wrong: false, without: 'dog tag:beach on the run date:2019-07' },
      ...{ isAgainst: true, alone: '-tag:"New York"' },
      reversed: 'dog tag:beach on the run tag:"New York" date:2019-07',
    },
    {
      ...{ label: 'date: 2019-07', wrong: false, without: 'dog tag:beach on the run -tag:"New York"' },
      ...{ isAgainst: false, alone: 'date:2019-07' },
      reversed: 'dog tag:beach on the run -tag:"New York" -date:2019-07',
    },
  ]);
});

it('marks what could not be read, and takes words for words', () => {
  expect(chipsOf('size:big')).toMatchObject([{ label: 'size:big', wrong: true, without: '', reversed: null }]);
  expect(chipsOf('a dog, +sea -people "grand canyon" photo:3 tag:')).toEqual([]);
  expect(chipsOf('')).toEqual([]);
});

it('shows the words of a sum with their weights, and the query with another weight or without them', () => {
  const chips = termChipsOf('beach without people +(red car)^2 tag:sea', false);
  expect(chips.map(({ label, weight }) => [label, weight])).toEqual([
    ['beach', 1],
    ['people', -1],
    ['red car', 2],
  ]);
  expect(chips.map(({ weighed }) => weighed(0.5))).toEqual([
    '+beach^0.5 -people +(red car)^2 tag:sea',
    'beach +people^0.5 +(red car)^2 tag:sea',
    'beach -people +(red car)^0.5 tag:sea',
  ]);
  expect(chips.map(({ alone }) => alone)).toEqual(['beach', 'people', 'red car']);
  expect(chips[1]?.weighed(0)).toBe('beach +(red car)^2 tag:sea');
});

it('takes plain words for no sum, unless there is an example beside them', () => {
  expect(termChipsOf('a dog on the beach tag:sea', false)).toEqual([]);
  expect(termChipsOf('a dog', true)).toMatchObject([{ label: 'a dog', weight: 1 }]);
  expect(termChipsOf('-people', false)).toMatchObject([{ label: 'people', weight: -1 }]);
});

it('speaks the language of the window', () => {
  onTestFinished(() => setLanguage('en'));
  setLanguage('de');
  expect(termChipsOf('photo:3 without dog', false).map(({ label }) => label)).toEqual(['Foto 3', 'dog']);
  expect(chipsOf('-tag:beach').map(({ label }) => label)).toEqual(['nicht tag: beach']);
});
