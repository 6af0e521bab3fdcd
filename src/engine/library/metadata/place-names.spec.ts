import { expect, it } from 'vitest';
import { otherNames } from './place-names.ts';

it.each([
  ['Rome', 'IT', 'de', 'Rom'],
  ['Munich', 'DE', 'it', 'Monaco di Baviera'],
  ['The Hague', 'NL', 'de', 'Den Haag'],
  ['New York City', 'US', 'it', 'New York'],
  ['Vienna', 'AT', 'cs', 'Vídeň'],
])('%s (%s) in %s is %s', (town, country, language, name) => {
  expect(otherNames(town, country, language)).toBe(name);
});

it('takes the language from a tag with a region, in any case', () => {
  expect(otherNames('Rome', 'IT', 'DE-at')).toBe('Rom');
});

it('knows no other name in another country, in a language without one, and for a town that is not in the table', () => {
  expect(otherNames('Rome', 'US', 'de')).toBeNull();
  expect(otherNames('Rome', 'IT', 'ja')).toBeNull();
  expect(otherNames('Recklinghausen', 'DE', 'en')).toBeNull();
});
