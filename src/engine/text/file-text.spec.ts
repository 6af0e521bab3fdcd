// Keywords that are lists or paths, and texts made to be slow.
import { expect, it } from 'vitest';
import { isExifBoilerplate, splitKeywords } from './file-text.ts';

it.each([
  ['Places / Italy / Rome', ['Places', 'Italy', 'Rome']],
  ['beach, sunset, Anna', ['beach', 'sunset', 'Anna']],
  ['#beach #sunset', ['', 'beach', 'sunset']],
  ['AC/DC', ['AC/DC']],
])('takes %s apart', (keyword, names) => {
  expect(splitKeywords([keyword])).toEqual(names);
});

// Each took minutes when its time grew with the square of its length.
it.each([
  ['spaces', `a${' '.repeat(200_000)}b`],
  ['slashes', `ab${' /'.repeat(100_000)}`],
  ['hashtags', `${'#a '.repeat(70_000)}!`],
  ['backslashes', `ab ${'\\ '.repeat(100_000)}`],
])('ends with a keyword of very many %s', (_, keyword) => {
  expect(splitKeywords([keyword]).length).toBeGreaterThan(0);
});

it('ends with a long list that has no setting at its end, and is none', () => {
  expect(isExifBoilerplate(`${'touch: 1; '.repeat(200)}Anna & Ben!`)).toBe(false);
  expect(isExifBoilerplate('touch: 1; '.repeat(200))).toBe(true);
});
