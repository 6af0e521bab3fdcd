// Filters of a query by click.
import { expect, it } from 'vitest';
import type { Filter } from '../../shared/query/query.ts';
import { filtersOf, hasFilter, replaced, toggled } from './filters-of.ts';

const tag = (name: string): Filter => ({ field: 'tag', values: [name], not: false });
const stars = (least: number): Filter => ({ field: 'rating', least, most: null, not: false });

it('adds a filter after the words, and removes the same filter at any place', () => {
  expect(toggled('a dog', tag('New York'))).toBe('a dog tag:"New York"');
  expect(toggled('a tag:"New York" dog -tag:sea', tag('New York'))).toBe('a dog -tag:sea');
  expect(toggled('', tag('sea'))).toBe('tag:sea');
  expect(hasFilter('-tag:sea', tag('sea'))).toBe(false);
});

it('replaces all filters of a field by one, and keeps negated ones', () => {
  expect(replaced('dog rating:2..3 tag:sea', 'rating', stars(4))).toBe('dog tag:sea rating:>=4');
  expect(replaced('dog rating:>=4', 'rating', null)).toBe('dog');
  expect(replaced('-date:2019 date:2018', 'date', null)).toBe('-date:2019');
  expect(filtersOf('dog rating:2..3 tag:sea').map(({ field }) => field)).toEqual(['rating', 'tag']);
});
