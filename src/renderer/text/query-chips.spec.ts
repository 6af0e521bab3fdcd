// Filters as chips: their text, and the query without each.
import { expect, it } from 'vitest';
import { chipsOf } from './query-chips.ts';

it('shows each filter as it was understood, with the query without it', () => {
  expect(chipsOf('dog tag:beach on the run -tag:"New York" date:2019-07')).toEqual([
    { label: 'tag: beach', wrong: false, without: 'dog on the run -tag:"New York" date:2019-07' },
    { label: 'not tag: New York', wrong: false, without: 'dog tag:beach on the run date:2019-07' },
    { label: 'date: 2019-07', wrong: false, without: 'dog tag:beach on the run -tag:"New York"' },
  ]);
});

it('marks what could not be read, and takes words for words', () => {
  expect(chipsOf('size:big')).toEqual([{ label: 'size:big', wrong: true, without: '' }]);
  expect(chipsOf('a dog, +sea -people "grand canyon" photo:3 tag:')).toEqual([]);
  expect(chipsOf('')).toEqual([]);
});
