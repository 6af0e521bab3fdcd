// Links to a search from other programs: words for the search box, and nothing else.
import { expect, it } from 'vitest';
import { linkedQuery, linkIn } from './deep-link.ts';

it('gives the words of a link as one line', () => {
  expect(linkedQuery('hashlens://search?q=dogs%20on%20a%20beach')).toBe('dogs on a beach');
  expect(linkedQuery('hashlens://search/?q=tag%3Abeach&x=1')).toBe('tag:beach');
  expect(linkedQuery('hashlens://search?q=a%00%0Ab%E2%80%AEc')).toBe('a b c');
  expect(linkedQuery(`hashlens://search?q=${'a'.repeat(3000)}`)).toHaveLength(2000);
});

it.each([
  'hashlens://search',
  'hashlens://search?q=%20',
  'hashlens://folders/add?q=x',
  'hashlens://search/../add?q=x',
  'https://search?q=dogs',
  'file:///etc/passwd?q=x',
  'hashlens:search?q=dogs',
  '--library=hashlens://search?q=x',
  `hashlens://search?q=${'a'.repeat(10_000)}`,
])('takes %s for no search', (link) => {
  expect(linkIn([link])).toBeNull();
});

it('finds the link among other arguments', () => {
  expect(linkIn(['/usr/bin/hashlens', '--library', '/lib', 'hashlens://search?q=cats'])).toBe('cats');
});
